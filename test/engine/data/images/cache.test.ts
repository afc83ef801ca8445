import { appendFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImageTable, saveImageTable } from '../../../../src/data/images/cache.node.ts';
import { encodePng, encodeStoredPng } from '../../../../src/data/images/encode.node.ts';
import { imageFingerprint } from '../../../../src/data/images/fingerprint.node.ts';
import { readImages } from '../../../../src/data/images/read-images.node.ts';
import type { Table } from '../../../../src/data/table.ts';
import { encode, plain, tree } from './make.ts';

const red = encode('png', 8, 8, plain(200, 30, 30));
const blue = encode('png', 8, 8, plain(30, 30, 200));

async function listed(): Promise<{ readonly folder: string; readonly table: Table; readonly file: string }> {
  const folder = tree({
    'a.png': red,
    'b.png': blue,
    'x.csv': 'file,age,good,born,label\na.png,1.5,true,2024-01-31,x\nb.png,,false,,\n',
  });
  return { folder, table: await readImages(join(folder, 'x.csv')), file: join(folder, 'images.bin') };
}

describe('a table of images in a file', () => {
  it('comes back as it was, in shared memory', async () => {
    const { table, file } = await listed();
    await saveImageTable(file, table, 'f');
    const back = await loadImageTable(file, 'f');
    expect(back).toEqual(table);
    expect(back?.images?.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const column of back?.columns ?? [])
      expect((column.kind === 'text' ? column.codes : column.values).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('is not there for another fingerprint, no file, or a table without images', async () => {
    const { table, file } = await listed();
    expect(await loadImageTable(file, 'f')).toBeNull();
    await saveImageTable(file, { ...table, images: null }, 'f');
    expect(existsSync(file)).toBe(false);
    await saveImageTable(file, table, 'f');
    expect(await loadImageTable(file, 'g')).toBeNull();
  });

  it('is not there when any byte is changed, missing or too much', async () => {
    const { table, file } = await listed();
    await saveImageTable(file, table, 'f');
    const bytes = readFileSync(file);
    const tries = [...Array(40).keys()].map((i) => Math.floor((i * bytes.length) / 40));
    for (const at of [...tries, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect(await loadImageTable(file, 'f'), `byte ${at}`).toBeNull();
      writeFileSync(file, bytes.subarray(0, at));
      expect(await loadImageTable(file, 'f'), `cut at ${at}`).toBeNull();
    }
    writeFileSync(file, bytes);
    expect(await loadImageTable(file, 'f')).not.toBeNull();
    appendFileSync(file, 'x');
    expect(await loadImageTable(file, 'f')).toBeNull();
  });
});

describe('imageFingerprint', () => {
  it('changes with any file and with the options that matter', async () => {
    const folder = tree({ 'a/1.png': red, 'b/2.png': blue });
    const before = await imageFingerprint(folder);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await imageFingerprint(folder)).toBe(before);
    expect(await imageFingerprint(folder, { size: { height: 9, width: 8 } })).not.toBe(before);
    expect(await imageFingerprint(folder, { skipBad: true })).not.toBe(before);
    utimesSync(join(folder, 'a/1.png'), 1, 1);
    const touched = await imageFingerprint(folder);
    expect(touched).not.toBe(before);
    writeFileSync(join(folder, 'b/3.png'), red);
    const more = await imageFingerprint(folder);
    expect(more).not.toBe(touched);
    rmSync(join(folder, 'b/3.png'));
    expect(await imageFingerprint(folder)).toBe(touched);
  });

  it('covers the images of a list, the labels of IDX, and no test images', async () => {
    const { folder } = await listed();
    const path = join(folder, 'x.csv');
    const before = await imageFingerprint(path);
    utimesSync(join(folder, 'b.png'), 1, 1);
    expect(await imageFingerprint(path)).not.toBe(before);
    const idx = tree({
      'train-images.idx': Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5]),
      'train-labels.idx': Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 5]),
    });
    const first = await imageFingerprint(idx);
    utimesSync(join(idx, 'train-labels.idx'), 1, 1);
    expect(await imageFingerprint(idx)).not.toBe(first);
    const parts = tree({ 'train/a/1.png': red, 'train/b/2.png': red, 'test/a/3.png': red });
    const train = await imageFingerprint(parts);
    utimesSync(join(parts, 'test/a/3.png'), 1, 1);
    expect(await imageFingerprint(parts)).toBe(train);
  });

  it('is refused for a table', async () => {
    const folder = tree({ 'x.csv': 'a,b\n1,2\n' });
    await expect(imageFingerprint(join(folder, 'x.csv'))).rejects.toThrow('x.csv holds no images');
  });
});

describe('PNG', () => {
  it('is read back as it was written', async () => {
    const shape = { channels: 3, height: 2, width: 3 };
    const pixels = new Uint8Array(new SharedArrayBuffer(18)).map((_, i) => i * 14);
    const folder = tree({
      'a.png': await encodeStoredPng(pixels, shape),
      'b.png': await encodePng(new Uint8Array(24).fill(255), { height: 2, width: 3 }),
    });
    const table = await readImages(folder, { labels: false });
    expect(table.images).toMatchObject(shape);
    expect([...(table.images?.pixels ?? [])]).toEqual([...pixels, ...Array(18).fill(255)]);
    await expect(encodePng(new Uint8Array(7), { height: 2, width: 3 })).rejects.toThrow(
      'A PNG of 3 x 2 needs 24 bytes, not 7.',
    );
  });
});
