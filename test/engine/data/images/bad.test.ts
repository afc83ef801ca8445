import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImages } from '../../../../src/data/images/read-images.node.ts';
import { fileBytes, pngOf } from '../../../unit/data/images/bytes.ts';
import { cells } from '../cells.ts';
import { encode, rowsOf, tree } from './make.ts';

const noise = (x: number, y: number) => [(x * 37 + y * 91) % 256, (x * 11 + y * 7) % 256, (x * y) % 256];
const good = encode('png', 20, 20, noise);
const jpeg = encode('jpg', 20, 20, noise);
const webp = encode('webp', 20, 20, noise);
const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));

/** A PNG with a byte changed inside its compressed pixels. */
function broken(): Buffer {
  const bytes = Buffer.from(good);
  const at = bytes.indexOf('IDAT') + 40;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

/** Reads a folder of a bad file between good ones. */
const withBad = (name: string, bytes: string | Uint8Array) =>
  tree({ 'a/1.png': good, 'b/2.png': good, [`a/${name}`]: bytes });

describe('a bad image is named with its reason', () => {
  it.each([
    ['empty.png', Buffer.alloc(0), '1 empty (0 bytes): a/empty.png'],
    ['page.jpg', Buffer.from('<html>not found</html>'), '1 no images: a/page.jpg'],
    ['moving.gif', fileBytes('gif'), '1 in a format that is not read: a/moving.gif (a GIF)'],
    ['cut.png', cut(good, 0.5), '1 cut off: a/cut.png (its PNG end is missing)'],
    ['cut.jpg', cut(jpeg, 0.5), '1 cut off: a/cut.jpg (its JPEG end is missing)'],
    ['almost.jpg', cut(jpeg, 0.95), '1 cut off: a/almost.jpg (its JPEG end is missing)'],
    ['cut.webp', cut(webp, 0.5), '1 cut off: a/cut.webp (its WebP end is missing)'],
    ['cut.bmp', cut(encode('bmp', 20, 20, noise), 0.5), '1 cut off: a/cut.bmp'],
    [
      'palette.tiff',
      fileBytes('paletteTiff'),
      '1 in a mode that is not read: a/palette.tiff (palette colours in TIFF)',
    ],
    ['float.tiff', fileBytes('floatTiff'), '1 in a mode that is not read: a/float.tiff'],
    [
      'bomb.png',
      pngOf({ width: 50_000, height: 50_000, kind: 'color', rows: [[0]] }),
      '1 too large: a/bomb.png (50,000 x 50,000, more than 100,000,000 pixels)',
    ],
    ['few.png', pngOf({ width: 3000, height: 3000, kind: 'color', rows: [[0]] }), '1 cut off: a/few.png'],
  ])('%s', async (name, bytes, expected) => {
    const folder = withBad(name, bytes);
    await expect(readImages(folder)).rejects.toMatchObject({ name: 'FettleError', code: 'data' });
    await expect(readImages(folder)).rejects.toThrow(`1 of 3 images of ${folder} cannot be used:\n  ${expected}`);
    await expect(readImages(folder)).rejects.toThrow('or leave them out with --skip-bad.');
    const table = await readImages(folder, { skipBad: true });
    expect(rowsOf(table)).toEqual(['a/1.png a', 'b/2.png b']);
    expect(table.images?.pixels.length).toBe(2 * 1200);
    expect(table.notes.at(-1)).toContain(
      `1 file is left out, being ${expected.slice(2, expected.indexOf(':'))}: a/${name}`,
    );
  });

  it('corrupt.png, whose checksum does not fit', async () => {
    await expect(readImages(withBad('corrupt.png', broken()))).rejects.toThrow('1 corrupt: a/corrupt.png (');
  });

  it('a link that leads nowhere', async () => {
    const folder = withBad('fine.png', good);
    symlinkSync(join(folder, 'gone.png'), join(folder, 'a/link.png'));
    await expect(readImages(folder)).rejects.toThrow('1 not there: a/link.png');
  });

  it('a link to itself', async () => {
    const folder = withBad('fine.png', good);
    symlinkSync('self.png', join(folder, 'a/self.png'));
    await expect(readImages(folder)).rejects.toThrow('1 unreadable: a/self.png (ELOOP)');
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const folder = withBad('secret.png', good);
    chmodSync(join(folder, 'a/secret.png'), 0);
    await expect(readImages(folder)).rejects.toThrow('1 unreadable: a/secret.png (permission denied)');
  });
});

describe('bad images', () => {
  it('are listed all at once, by reason', async () => {
    const folder = tree({
      'a/1.png': good,
      'b/2.png': good,
      'b/3.png': cut(good, 0.5),
      'a/4.jpg': cut(jpeg, 0.7),
      'a/5.png': '',
      'a/6.png': broken(),
    });
    await expect(readImages(folder)).rejects.toThrow(
      /^4 of 6 images of .* cannot be used:\n {2}1 empty \(0 bytes\): a\/5\.png\n {2}2 cut off: a\/4\.jpg .*, b\/3\.png .*\n {2}1 corrupt: a\/6\.png .*\nReplace/,
    );
  });

  it('may not take the last image of a class away', async () => {
    const folder = tree({ 'a/1.png': good, 'b/2.png': good, 'c/3.png': '', 'c/4.jpg': cut(jpeg, 0.7) });
    await expect(readImages(folder, { skipBad: true })).rejects.toThrow(
      `${folder}: 1 class would have no image left, since all of them are bad: "c". Replace their files, or remove the class.`,
    );
  });

  it('are an error where there is nothing else', async () => {
    const folder = tree({ 'a/1.png': '', 'b/2.png': '' });
    await expect(readImages(folder, { skipBad: true })).rejects.toThrow(
      `None of the 2 images of ${folder} can be used:\n  2 empty (0 bytes): a/1.png, b/2.png\nExpected PNG`,
    );
  });

  it('have no say in the size of the others', async () => {
    // The headers say 60 x 60, and only decoding shows that there is nothing behind them.
    const liar = pngOf({ width: 60, height: 60, kind: 'color', rows: [[0, 1, 2]] });
    const folder = tree({ 'a/1.png': good, 'b/2.png': good, 'a/3.png': liar, 'b/4.png': liar });
    const table = await readImages(folder, { skipBad: true });
    expect(table.images).toMatchObject({ height: 20, width: 20 });
    expect(table.notes.length).toBe(1);
  });

  it('leave the rows of the others as they are', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `${i % 2}/${String(i).padStart(2, '0')}.png`,
        i % 7 === 3 ? broken() : encode('png', 20, 20, (x, y) => [i, x, y]),
      ]),
    );
    const table = await readImages(tree(files), { skipBad: true });
    const names = cells(table, 'path').map((path) => Number(String(path).slice(2, 4)));
    expect(names.length).toBe(26);
    expect(names.map((_, row) => table.images?.pixels[row * 1200])).toEqual(names);
  });

  it('are those that are larger than it is told', async () => {
    const folder = tree({ 'a/1.png': good, 'b/2.png': encode('png', 21, 20, noise) });
    await expect(readImages(folder, { maximumPixels: 400 })).rejects.toThrow(
      '1 too large: b/2.png (21 x 20, more than 400 pixels)',
    );
  });
});
