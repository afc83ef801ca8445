// In: the bytes of a CIFAR binary file (Krizhevsky, 2009). Out: its images' pixels and labels.
// A record is one label (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 3 x 32 x 32 bytes, red, green and blue.

import { FettleError } from '../../base/error.ts';
import { formatCount } from '../../base/format.ts';

/** Bytes of an image's pixels: three channels of 32 x 32. */
export const cifarPixels = 3072;

/** Which of the two sets a file is of: 10 classes with one label a record, or 100 with two. */
export type CifarKind = 'cifar-10' | 'cifar-100';

const labels = { 'cifar-10': { bytes: 1, classes: 10 }, 'cifar-100': { bytes: 2, classes: 100 } } as const;

/** Bytes of a record. */
export const recordBytes = (kind: CifarKind): number => labels[kind].bytes + cifarPixels;

/**
 * Reads all records into `pixels` from image `first` on, and returns their labels (CIFAR-100: the fine ones). Throws `data`
 * for a size that is no whole number of records and for a label that the set does not have, naming the file.
 */
export function readCifar(
  bytes: Uint8Array,
  kind: CifarKind,
  name: string,
  pixels: Uint8Array,
  first: number,
): Uint8Array {
  const size = recordBytes(kind);
  const count = cifarCount(bytes.length, kind, name);
  const found = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * size;
    const label = bytes[at + size - cifarPixels - 1] as number;
    if (label >= labels[kind].classes)
      throw new FettleError(
        'data',
        `${name}, image ${i}: its label is ${label}, but ${kind.toUpperCase()} has labels 0 to ${labels[kind].classes - 1}. The file is no ${kind.toUpperCase()} file, or it is damaged.`,
      );
    found[i] = label;
    pixels.set(bytes.subarray(at + size - cifarPixels, at + size), (first + i) * cifarPixels);
  }
  return found;
}

/** Records in a file of so many bytes. Throws `data` if that is no whole number, or none. */
export function cifarCount(bytes: number, kind: CifarKind, name: string): number {
  const size = recordBytes(kind);
  if (bytes > 0 && bytes % size === 0) return bytes / size;
  throw new FettleError(
    'data',
    `${name} has ${formatCount(bytes)} bytes, but a ${kind.toUpperCase()} file is a multiple of ${formatCount(size)}: one record per image. It is cut off or something else.`,
  );
}
