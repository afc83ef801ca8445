import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStoredPng } from '../../../src/data/images/encode.node.ts';
import { createImageCache } from '../../../src/tuning/image-cache.node.ts';
import { readRows } from '../../../src/tuning/read-rows.node.ts';
import { arrowShape, arrows } from '../../fixtures/arrows.ts';

let root = '';
const pixels = arrows(2, 'cache').images?.pixels ?? new Uint8Array();
const image = (i: number) => encodeStoredPng(pixels.subarray(i * 144, (i + 1) * 144), arrowShape);
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fettle-cache-'));
  for (const [i, label] of ['left', 'right'].entries()) {
    mkdirSync(join(root, 'data', label), { recursive: true });
    writeFileSync(join(root, 'data', label, '0.png'), await image(i));
  }
  mkdirSync(join(root, 'run'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the images of a run', () => {
  it('are written when the folder is there, read again while the files are the same, and removed in the end', async () => {
    const data = join(root, 'data');
    const folder = join(root, 'run');
    const first = createImageCache(folder);
    const table = await readRows(data, { imageCache: first });
    expect(readdirSync(folder)).toEqual([]);
    await first.save();
    expect(readdirSync(folder)).toHaveLength(1);

    let decoded = 0;
    const read = (imageCache: ReturnType<typeof createImageCache>) =>
      readRows(data, { imageCache, onReading: () => decoded++ });
    const again = createImageCache(folder);
    expect(await read(again)).toEqual(table);
    expect(decoded).toBe(0);

    utimesSync(join(data, 'left', '0.png'), 1, 1);
    expect(await read(createImageCache(folder))).toEqual(table);
    expect(decoded).toBeGreaterThan(0);

    await again.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are not kept where there is nothing to decode', async () => {
    const cache = createImageCache(join(root, 'run'));
    await readRows('examples/data/fashion', { imageCache: cache });
    await readRows('examples/data/credit/train.csv', { imageCache: cache });
    await cache.save();
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });
});
