import { describe, expect, it } from 'vitest';
import { readImages } from '../../../../src/data/images/read-images.node.ts';
import type { Table } from '../../../../src/data/table.ts';
import { exifOf, fileBytes, greyPng, pngChunk, pngOf, withExif } from '../../../unit/data/images/bytes.ts';
import { encode, pixelsOf, plain, tree } from './make.ts';

const read = (bytes: Uint8Array, channels: 1 | 3 = 3): Promise<Table> =>
  readImages(tree({ 'x.png': bytes }), { labels: false, channels });
const rows = (height: number, ...row: readonly number[]) => Array.from({ length: height }, () => row);
const planes = (...values: readonly number[]) => values.flatMap((value) => Array(4).fill(value));

describe('modes', () => {
  it.each([
    ['grey', { kind: 'grey', rows: rows(2, 70, 70) }, planes(70, 70, 70)],
    ['colour', { kind: 'color', rows: rows(2, 1, 2, 3, 1, 2, 3) }, planes(1, 2, 3)],
    ['grey with alpha', { kind: 'greyAlpha', rows: rows(2, 70, 0, 70, 0) }, planes(255, 255, 255)],
    ['colour with alpha', { kind: 'colorAlpha', rows: rows(2, 0, 0, 255, 51, 0, 0, 255, 51) }, planes(204, 204, 255)],
    ['one bit', { kind: 'grey', depth: 1, rows: rows(2, 0b11000000) }, planes(255, 255, 255)],
    ['16 bits of grey', { kind: 'grey', depth: 16, rows: rows(2, 128, 0, 128, 0) }, planes(128, 128, 128)],
    [
      '16 bits of colour',
      { kind: 'color', depth: 16, rows: rows(2, 255, 255, 1, 1, 0, 0, 255, 255, 1, 1, 0, 0) },
      planes(255, 1, 0),
    ],
    [
      'a palette',
      {
        kind: 'palette',
        rows: rows(2, 1, 1),
        chunks: [pngChunk('PLTE', Uint8Array.from([9, 9, 9, 10, 20, 30]))],
      },
      planes(10, 20, 30),
    ],
    [
      'a palette with transparency',
      {
        kind: 'palette',
        rows: rows(2, 1, 1),
        chunks: [pngChunk('PLTE', Uint8Array.from([9, 9, 9, 10, 20, 30])), pngChunk('tRNS', Uint8Array.from([255, 0]))],
      },
      planes(255, 255, 255),
    ],
  ] as const)('reads %s', async (_, image, expected) => {
    expect(pixelsOf(await read(pngOf({ width: 2, height: 2, ...image })), 0)).toEqual(expected);
  });

  it('reads CMYK, progressive JPEG, lossy WebP, BMP, TIFF and PNM', async () => {
    const near = (table: Table, x: number, color: readonly number[], tolerance: number): void => {
      const pixels = pixelsOf(table, 0);
      color.forEach((value, c) => {
        expect(Math.abs((pixels[c * 64 + 24 + x] as number) - value)).toBeLessThanOrEqual(tolerance);
      });
    };
    const halves = (x: number): number[] => (x < 4 ? [200, 30, 30] : [30, 30, 200]);
    for (const bytes of [fileBytes('cmykJpeg'), fileBytes('progressiveJpeg'), encode('lossy', 8, 8, halves)]) {
      near(await read(bytes), 1, [200, 30, 30], 40);
      near(await read(bytes), 6, [30, 30, 200], 40);
    }
    for (const bytes of [encode('bmp', 8, 8, halves), encode('tiff', 8, 8, halves), fileBytes('twoPageTiff')]) {
      near(await read(bytes), 1, [200, 30, 30], 0);
      near(await read(bytes), 6, [30, 30, 200], 0);
    }
    expect(pixelsOf(await read(Buffer.from('P2\n2 2\n10\n0 5 10 10\n')), 0).slice(0, 4)).toEqual([0, 128, 255, 255]);
  });

  it('notes transparency, depth and frames', async () => {
    const folder = tree({
      'a.png': pngOf({ width: 8, height: 8, kind: 'greyAlpha', rows: rows(8, ...Array(16).fill(5)) }),
      'b.png': pngOf({ width: 8, height: 8, kind: 'grey', depth: 16, rows: rows(8, ...Array(16).fill(5)) }),
      'c.webp': fileBytes('animatedWebp'),
      'd.png': fileBytes('animatedPng'),
      'e.tiff': fileBytes('twoPageTiff'),
    });
    expect((await readImages(folder, { labels: false })).notes).toEqual([
      '2 of 5 images are grey, with three equal channels.',
      '1 image has transparent pixels; they are put on white.',
      '1 image has 16 bits a channel; the upper 8 are kept.',
      '3 images have several frames; the first is taken.',
    ]);
  });

  it('takes the first frame', async () => {
    for (const name of ['animatedWebp', 'animatedPng', 'twoPageTiff'] as const) {
      const pixels = pixelsOf(await read(fileBytes(name)), 0);
      expect([pixels[0], pixels[7], pixels[56], pixels[63]]).toEqual([200, 30, 200, 30]);
    }
  });
});

describe('channels', () => {
  it('are one where all images are grey', async () => {
    const table = await readImages(tree({ 'a.png': greyPng(3, 2, 7), 'b.png': greyPng(3, 2, 9) }), { labels: false });
    expect(table.images).toMatchObject({ channels: 1, height: 2, width: 3 });
    expect(pixelsOf(table, 1)).toEqual(Array(6).fill(9));
    expect(table.notes).toEqual([]);
  });

  it('are one where all are stored in colour and none has any', async () => {
    const grey = (value: number) => encode('webp', 4, 4, plain(value, value, value));
    const table = await readImages(tree({ 'a.webp': grey(50), 'b.webp': grey(60) }), { labels: false });
    expect(table.images).toMatchObject({ channels: 1 });
    expect([...(table.images?.pixels ?? [])]).toEqual([...Array(16).fill(50), ...Array(16).fill(60)]);
    expect(table.notes).toEqual(['The images are stored in colour, but all are grey: one channel is kept.']);
  });

  it('are three where one has colour', async () => {
    const table = await readImages(tree({ 'a.png': greyPng(2, 2, 7), 'b.png': encode('png', 2, 2, plain(1, 2, 3)) }), {
      labels: false,
    });
    expect(table.images?.channels).toBe(3);
    expect(pixelsOf(table, 0)).toEqual(Array(12).fill(7));
    expect(table.notes).toEqual(['1 of 2 images is grey, with three equal channels.']);
  });
});

describe('EXIF orientation', () => {
  // A dark corner, at the top left of the stored pixels.
  const corner = (x: number, y: number) => (x < 8 && y < 8 ? [0, 0, 0] : [250, 250, 250]);
  const stored = encode('jpg', 32, 16, corner);
  /** Where the dark corner is seen, and how wide the image is. */
  const seen = async (bytes: Uint8Array): Promise<string> => {
    const table = await read(bytes, 1);
    const { height = 0, width = 0 } = table.images ?? {};
    const pixels = pixelsOf(table, 0);
    const dark = (x: number, y: number): boolean => (pixels[y * width + x] ?? 255) < 100;
    const where = dark(2, 2)
      ? 'top left'
      : dark(width - 3, 2)
        ? 'top right'
        : dark(2, height - 3)
          ? 'bottom left'
          : 'bottom right';
    return `${width} x ${height}, ${where}`;
  };

  it.each([
    [1, '32 x 16, top left'],
    [2, '32 x 16, top right'],
    [3, '32 x 16, bottom right'],
    [4, '32 x 16, bottom left'],
    [5, '16 x 32, top left'],
    [6, '16 x 32, top right'],
    [7, '16 x 32, bottom right'],
    [8, '16 x 32, bottom left'],
  ])('%i is obeyed', async (orientation, expected) => {
    expect(await seen(withExif(stored, exifOf(orientation)))).toBe(expected);
    expect(await seen(withExif(stored, exifOf(orientation, true)))).toBe(expected);
  });

  it('is obeyed in PNG and WebP too', async () => {
    for (const name of ['turnedPng', 'turnedWebp'] as const) {
      const pixels = pixelsOf(await read(fileBytes(name)), 0);
      // Turned to the right, what was left is at the top.
      expect([pixels[0], pixels[7], pixels[56], pixels[63]]).toEqual([200, 200, 30, 30]);
    }
  });

  it('counts for the size of the images', async () => {
    const upright = encode('jpg', 16, 32, plain(9, 9, 9));
    const folder = tree({ 'a.jpg': upright, 'b.jpg': withExif(stored, exifOf(6)) });
    expect((await readImages(folder, { labels: false })).images).toMatchObject({ height: 32, width: 16 });
  });
});

describe('sizes', () => {
  it('fits by the shorter side and cuts the middle', async () => {
    // Three vertical bands; only the middle one is left.
    const bands = (x: number) => (x < 200 ? [250, 0, 0] : x < 400 ? [0, 250, 0] : [0, 0, 250]);
    const table = await readImages(tree({ 'a.png': encode('png', 600, 200, bands) }), { labels: false });
    expect(table.images).toMatchObject({ height: 64, width: 64 });
    const pixels = pixelsOf(table, 0);
    expect(pixels.slice(0, 4096).every((value) => value < 70)).toBe(true);
    expect(pixels.slice(4096, 8192).filter((value) => value === 250).length).toBeGreaterThanOrEqual(62 * 64);
    expect(table.notes).toEqual([
      'The images are 600 x 200; they are made 64 x 64 (width x height): fitted by the shorter side, and cut at the centre (--image-size sets another size).',
    ]);
  });

  it('averages all pixels under a smaller one', async () => {
    const board = encode('png', 512, 512, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
    const pixels = pixelsOf(await read(board, 1), 0);
    expect(pixels.every((value) => Math.abs(value - 100) <= 1)).toBe(true);
  });

  it('does not let what is under transparent pixels show', async () => {
    const board = encode('png', 512, 512, (x, y) => ((x + y) % 2 === 0 ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const pixels = pixelsOf(await read(board), 0);
    // Half red, half nothing, on white.
    expect([pixels[2000], pixels[6000], pixels[10_000]].map((value) => Math.round((value ?? 0) / 10))).toEqual([
      26, 13, 13,
    ]);
  });
});
