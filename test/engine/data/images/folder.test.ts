import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImages } from '../../../../src/data/images/read-images.node.ts';
import { findHeldOut, imageSourceOf } from '../../../../src/data/images/source.node.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { greyPng } from '../../../unit/data/images/bytes.ts';
import { encode, pixelsOf, plain, rowsOf, tree } from './make.ts';

const red = encode('png', 8, 8, plain(200, 30, 30));
const blue = encode('jpg', 8, 8, plain(30, 30, 200));
const green = encode('webp', 8, 8, plain(10, 200, 10));

describe('a folder with one folder per class', () => {
  it('is read into one row per image, sorted by path', async () => {
    const folder = tree({
      'b/2.png': red,
      'b/10.jpg': blue,
      'a/deep/er/x.webp': green,
      'a/Z.png': red,
      'a/é.png': red,
    });
    expect(await imageSourceOf(folder)).toBe('folder');
    const table = await readImages(folder);
    expect(rowsOf(table)).toEqual(['a/Z.png a', 'a/deep/er/x.webp a', 'a/é.png a', 'b/10.jpg b', 'b/2.png b']);
    expect(table.images).toMatchObject({ channels: 3, height: 8, width: 8 });
    expect(table.images?.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(pixelsOf(table, 0)).toEqual([...Array(64).fill(200), ...Array(64).fill(30), ...Array(64).fill(30)]);
    expect(pixelsOf(table, 1)).toEqual([...Array(64).fill(10), ...Array(64).fill(200), ...Array(64).fill(10)]);
    expect(table.notes).toEqual([]);
  });

  it('sorts by whole paths, and not folder by folder', async () => {
    const table = await readImages(tree({ 'a/1.png': red, 'a-b/2.png': red }));
    expect(rowsOf(table)).toEqual(['a-b/2.png a-b', 'a/1.png a']);
  });

  it('gives a table whose roles are clear', async () => {
    const files = Array.from({ length: 12 }, (_, i) => [`${i % 2 ? 'cat' : 'dog'}/${i}.png`, red] as const);
    const roles = inferRoles(await readImages(tree(Object.fromEntries(files))));
    expect(roles).toMatchObject({
      task: 'classification',
      target: 'label',
      classes: ['cat', 'dog'],
      classRows: [6, 6],
    });
  });

  it('decides by content, whatever the extension, and says so', async () => {
    const table = await readImages(tree({ 'a/1.PNG': red, 'a/2': blue, 'b/3.png': blue, 'b/4.JPG': green }));
    expect(rowsOf(table)).toEqual(['a/1.PNG a', 'a/2 a', 'b/3.png b', 'b/4.JPG b']);
    expect(table.notes).toEqual([
      '2 files have the extension of another format (b/3.png is JPEG); what they hold decides.',
    ]);
  });

  it('leaves out what systems leave behind, and names what else is no image', async () => {
    const folder = tree({
      'a/1.png': red,
      'b/2.png': red,
      'a/.DS_Store': 'x',
      'b/Thumbs.db': 'x',
      '__MACOSX/a/._1.png': 'x',
      '.git/x.png': red,
      'README.md': 'about',
      'a/notes.txt': 'note',
      'docs/list.csv': 'a,b',
      'b/empty': '',
    });
    const table = await readImages(folder);
    expect(rowsOf(table)).toEqual(['a/1.png a', 'b/2.png b']);
    expect(table.notes).toEqual(['3 files without an image (extensions: .txt, none, .csv) are ignored.']);
  });

  it('follows links, but not in circles', async () => {
    const elsewhere = tree({ 'more.png': blue, 'inner/other.png': red });
    const folder = tree({ 'a/1.png': red, 'b/2.png': red });
    symlinkSync(join(elsewhere, 'more.png'), join(folder, 'a/link.png'));
    symlinkSync(elsewhere, join(folder, 'b/folder'));
    symlinkSync(folder, join(folder, 'b/circle'));
    expect(rowsOf(await readImages(folder))).toEqual([
      'a/1.png a',
      'a/link.png a',
      'b/2.png b',
      'b/folder/inner/other.png b',
      'b/folder/more.png b',
    ]);
  });

  it('does not wait for a pipe', async () => {
    const folder = tree({ 'a/1.png': red, 'b/2.png': red });
    execFileSync('mkfifo', [join(folder, 'a/pipe.png')]);
    expect((await readImages(folder)).rows).toBe(2);
  });

  it('is refused with fewer than two classes, saying where to look', async () => {
    const inner = tree({ 'images/cat/1.png': red, 'images/dog/2.png': red, 'other/x.txt': 'x' });
    await expect(readImages(inner)).rejects.toThrow(
      `${inner} has images in one folder only, "images", but one folder per class is expected, so at least two. If the classes are folders inside it, name ${join(inner, 'images')} instead.`,
    );
    const flat = tree({ '1.png': red, '2.png': red });
    await expect(readImages(flat)).rejects.toThrow(
      `${flat} holds 2 images, but no folder of images: expected one folder per class. Sort the images into folders named like their classes, or name a CSV file with a column of paths and one of labels.`,
    );
    const listed = tree({ '1.png': red, 'labels.csv': 'path,label\n1.png,a\n' });
    await expect(readImages(listed)).rejects.toThrow(
      `or name the file that lists them with their labels: ${join(listed, 'labels.csv')}.`,
    );
    const none = tree({ 'a/x.txt': 'x' });
    await expect(readImages(none)).rejects.toThrow(`${none} holds no images.`);
  });

  it('calls images beside the class folders bad', async () => {
    const folder = tree({ 'a/1.png': red, 'b/2.png': red, 'stray.png': red });
    await expect(readImages(folder)).rejects.toThrow('1 in no class folder: stray.png');
    const table = await readImages(folder, { skipBad: true });
    expect(table.notes).toEqual(['1 file is left out, being in no class folder: stray.png.']);
  });

  it('is the same every time', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${i % 3}/${i}.jpg`, encode('jpg', 100 + i, 90, (x, y) => [x, y, i])]),
    );
    const folder = tree(files);
    const [first, second] = [await readImages(folder), await readImages(folder)];
    expect(second).toEqual(first);
  });
});

describe('train and test side by side', () => {
  const parts = (...names: readonly string[]) =>
    tree(
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}/a/1.png`, red],
          [`${name}/b/2.jpg`, blue],
        ]),
      ),
    );

  it('reads train, and finds the held-out folder', async () => {
    const folder = parts('train', 'test');
    const table = await readImages(folder);
    expect(rowsOf(table)).toEqual(['train/a/1.png a', 'train/b/2.jpg b']);
    expect(table.notes).toEqual(['The images are those of the folder "train"; "test" is held out as the test set.']);
    const heldOut = await findHeldOut(folder);
    expect(heldOut).toBe(join(folder, 'test'));
    expect(rowsOf(await readImages(heldOut ?? ''))).toEqual(['a/1.png a', 'b/2.jpg b']);
  });

  it('takes validation where there is no test, and says what it does not use', async () => {
    expect(await findHeldOut(parts('train', 'valid'))).toMatch(/valid$/);
    const three = parts('train', 'test', 'val');
    expect(await findHeldOut(three)).toMatch(/test$/);
    expect((await readImages(three)).notes[0]).toContain('"test" is held out as the test set, and "val" is not used.');
  });

  it('are classes where there are other folders too', async () => {
    const folder = tree({ 'train/1.png': red, 'bus/2.png': red });
    expect(await findHeldOut(folder)).toBeNull();
    expect(rowsOf(await readImages(folder))).toEqual(['bus/2.png bus', 'train/1.png train']);
    expect(await findHeldOut(parts('train', 'test', 'bus'))).toBeNull();
  });
});

describe('prediction', () => {
  it('reads a flat folder, a nested one and one image, without labels', async () => {
    const folder = tree({ '2.png': red, '10.jpg': blue, 'deep/x.png': red });
    const table = await readImages(folder, { labels: false });
    expect(table.columns.map(({ name }) => name)).toEqual(['path']);
    expect(table.rows).toBe(3);
    const one = await readImages(join(folder, '2.png'), { labels: false });
    expect(one.columns).toMatchObject([{ name: 'path', levels: ['2.png'] }]);
    expect(pixelsOf(one, 0)).toEqual(pixelsOf(table, 1));
    await expect(readImages(join(folder, '2.png'))).rejects.toThrow(
      'is one image, but images with labels are expected: a folder with one folder per class, or a CSV file of paths and labels.',
    );
  });

  it('takes size and channels of the model', async () => {
    const folder = tree({ '1.png': red, '2.png': greyPng(30, 20) });
    const table = await readImages(folder, { labels: false, size: { height: 6, width: 4 }, channels: 1 });
    expect(table.images).toMatchObject({ channels: 1, height: 6, width: 4 });
    expect(pixelsOf(table, 0)).toEqual(Array(24).fill(81));
    expect(pixelsOf(table, 1)).toEqual(Array(24).fill(100));
    expect(table.notes[1]).toBe('1 image is in colour and made grey.');
  });
});

describe('imageSourceOf', () => {
  it('is null for tables and for nothing', async () => {
    const folder = tree({ 'table.csv': 'a,b\n1,2\n', 'x.json': '[]', 'empty.csv': '', 'noise.dat': 'RIFF' });
    for (const name of ['table.csv', 'x.json', 'empty.csv', 'noise.dat', 'absent'])
      expect(await imageSourceOf(join(folder, name))).toBeNull();
    await expect(readImages(join(folder, 'table.csv'))).rejects.toThrow('table.csv holds no images: expected a folder');
    expect(await imageSourceOf(folder)).toBe('folder');
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/x'), red);
    expect(await imageSourceOf(join(folder, 'sub/x'))).toBe('file');
  });
});

describe('abort and progress', () => {
  const many = () => tree(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${i % 2}/${i}.png`, red])));

  it('stops at a signal, also in the middle', async () => {
    const folder = many();
    await expect(readImages(folder, { signal: AbortSignal.abort(new Error('not at all')) })).rejects.toThrow(
      'not at all',
    );
    const controller = new AbortController();
    const seen: number[] = [];
    const run = readImages(folder, {
      signal: controller.signal,
      onProgress({ done }) {
        seen.push(done);
        if (done > 20) controller.abort(new Error('in the middle'));
      },
    });
    await expect(run).rejects.toThrow('in the middle');
    expect(seen.at(-1)).toBeLessThan(100);
  });

  it('says how far it is', async () => {
    const seen: number[] = [];
    await readImages(many(), { onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(seen.length).toBe(200);
  });
});
