import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

/** A chunk of PNG. */
export function pngChunk(name: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(name, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Kinds of PNG as in its header. */
export const pngKinds = { grey: 0, color: 2, palette: 3, greyAlpha: 4, colorAlpha: 6 } as const;

/** A PNG by hand. `rows` are the bytes of each row; `chunks` stand before the pixels. */
export function pngOf(image: {
  readonly width: number;
  readonly height: number;
  readonly kind: keyof typeof pngKinds;
  readonly depth?: number;
  readonly rows: readonly (readonly number[])[];
  readonly chunks?: readonly Buffer[];
}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(image.width, 0);
  header.writeUInt32BE(image.height, 4);
  header[8] = image.depth ?? 8;
  header[9] = pngKinds[image.kind];
  const data = deflateSync(Buffer.concat(image.rows.map((row) => Buffer.from([0, ...row]))));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    ...(image.chunks ?? []),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey PNG of one value. */
export const greyPng = (width: number, height: number, value = 100): Buffer =>
  pngOf({ width, height, kind: 'grey', rows: Array.from({ length: height }, () => Array(width).fill(value)) });

/** EXIF with nothing but an orientation, in either order of bytes. */
export function exifOf(orientation: number, little = false): Buffer {
  const block = Buffer.alloc(26);
  const write16 = (value: number, at: number): number =>
    little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const write32 = (value: number, at: number): number =>
    little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  block.write(little ? 'II' : 'MM', 0, 'latin1');
  write16(42, 2);
  write32(8, 4);
  write16(1, 8);
  write16(0x0112, 10);
  write16(3, 12);
  write32(1, 14);
  write16(orientation, 18);
  return block;
}

/** A JPEG with a segment of EXIF right after its beginning. */
export function withExif(jpeg: Uint8Array, exif: Uint8Array): Buffer {
  const segment = Buffer.alloc(10 + exif.length);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(8 + exif.length, 2);
  segment.write('Exif\0\0', 4, 'latin1');
  segment.set(exif, 10);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** The beginning of a JPEG: a frame of this size, and no pixels. */
export function jpegFrame(
  width: number,
  height: number,
  options: { marker?: number; bits?: number; channels?: number } = {},
): Buffer {
  const { marker = 0xc0, bits = 8, channels = 3 } = options;
  const frame = Buffer.alloc(10 + 3 * channels);
  frame.writeUInt16BE(0xff00 | marker, 0);
  frame.writeUInt16BE(8 + 3 * channels, 2);
  frame[4] = bits;
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame[9] = channels;
  return Buffer.concat([Buffer.from([0xff, 0xd8]), frame]);
}

/** Tiny files that Pillow wrote (test/golden/make-image-files.py), 8 x 8, left red (200, 30, 30) and right blue (30, 30, 200). */
export const files = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../fixtures/image-files.json'), 'utf8'),
) as Readonly<Record<FileName, string>>;

/** Names of those files. */
export type FileName =
  | 'cmykJpeg'
  | 'progressiveJpeg'
  | 'gif'
  | 'animatedWebp'
  | 'animatedPng'
  | 'turnedWebp'
  | 'turnedPng'
  | 'twoPageTiff'
  | 'paletteTiff'
  | 'floatTiff';

/** One of those files. */
export const fileBytes = (name: FileName): Buffer => Buffer.from(files[name], 'base64');
