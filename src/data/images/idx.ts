// In: the first bytes of an IDX file (LeCun, Cortes and Burges, the MNIST database). Out: what it holds.

import { FettleError } from '../../base/error.ts';
import { formatCount } from '../../base/format.ts';

/** What an IDX file of bytes holds: images [N, H, W], or labels [N]. */
export interface IdxHeader {
  /** N, H, W for images; N for labels. */
  readonly sizes: readonly number[];
  /** Bytes before the data. */
  readonly start: number;
  /** Bytes of the data. */
  readonly bytes: number;
}

/** Whether the bytes begin like an IDX file of bytes with so many dimensions. */
export const isIdx = (bytes: Uint8Array, dimensions: number): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && bytes[3] === dimensions;

/**
 * Reads the header of an IDX file: two zeros, the type (8 = unsigned byte), the number of dimensions, and each size as a
 * big-endian uint32. Throws `data` for other bytes and other types, naming the file.
 */
export function readIdxHeader(bytes: Uint8Array, dimensions: 1 | 3, name: string): IdxHeader {
  const start = 4 + 4 * dimensions;
  if (!isIdx(bytes, dimensions)) {
    const shown = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const what = dimensions === 3 ? 'images' : 'labels';
    throw new FettleError(
      'data',
      `${name} is no IDX file of ${what}: expected it to begin with 00 00 08 0${dimensions} (bytes, ${dimensions === 1 ? 'one dimension' : 'three dimensions'}), received ${shown === '' ? 'nothing' : shown}.`,
    );
  }
  if (bytes.length < start) throw cutOff(name, start, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = sizes.reduce((product, n) => product * n, 1);
  if (size < 1)
    throw new FettleError('data', `${name} holds nothing: its sizes are ${sizes.join(' x ')}. Expected at least one.`);
  return { sizes, start, bytes: size };
}

/** The error for a file that is shorter than its header says; `received` may be an upper limit. */
export function cutOff(name: string, expected: number, received: number): FettleError {
  return new FettleError(
    'data',
    `${name} is cut off: expected ${formatCount(expected)} bytes by its header, received at most ${formatCount(received)}. Get the file again.`,
  );
}

/** The name of the file of labels that belongs to a file of images, or null where the name says nothing. */
export function labelsNameOf(images: string): string | null {
  if (!/images/i.test(images)) return null;
  return images
    .replace(/images/i, (word) => (word === 'IMAGES' ? 'LABELS' : word[0] === 'I' ? 'Labels' : 'labels'))
    .replace(/idx3/i, 'idx1');
}
