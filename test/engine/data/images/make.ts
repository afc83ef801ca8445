import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import type { Table } from '../../../../src/data/table.ts';
import { cells } from '../cells.ts';

/** The colour of a pixel, red, green, blue and maybe alpha. */
export type Paint = (x: number, y: number) => readonly number[];

const formats = {
  png: (image: Transformer) => image.pngSync(),
  jpg: (image: Transformer) => image.jpegSync(90),
  webp: (image: Transformer) => image.webpLosslessSync(),
  lossy: (image: Transformer) => image.webpSync(80),
  bmp: (image: Transformer) => image.bmpSync(),
  tiff: (image: Transformer) => image.tiffSync(),
} as const;

/** An image file by the library's encoders, opaque where the paint gives no alpha. */
export function encode(format: keyof typeof formats, width: number, height: number, paint: Paint): Buffer {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rgba.set(
        [255, 255, 255, 255].map((full, c) => paint(x, y)[c] ?? full),
        (y * width + x) * 4,
      );
  return formats[format](Transformer.fromRgbaPixels(rgba, width, height));
}

/** One colour. */
export const plain =
  (...color: readonly number[]): Paint =>
  () =>
    color;

/** A folder with these files, and a path in it. */
export function tree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-images-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Pixels of one row of a table, plane after plane. */
export function pixelsOf(table: Table, row: number): number[] {
  if (table.images === null) throw new Error('no images');
  const { channels, height, width, pixels } = table.images;
  const size = channels * height * width;
  return [...pixels.subarray(row * size, (row + 1) * size)];
}

/** Path and label of every row. */
export const rowsOf = (table: Table): string[] => {
  const labels = cells(table, 'label');
  return cells(table, 'path').map((path, i) => `${path} ${labels[i]}`);
};
