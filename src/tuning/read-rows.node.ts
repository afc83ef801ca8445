// In: a path. Out: its rows as a table: cells of a file, or images.

import { imageFingerprint } from '../data/images/fingerprint.node.ts';
import type { ReadImagesOptions } from '../data/images/options.ts';
import { readImages } from '../data/images/read-images.node.ts';
import { findHeldOut, type ImageSourceKind, imageSourceOf } from '../data/images/source.node.ts';
import { readTable } from '../data/table.node.ts';
import type { ColumnKind, ImageShape, Table } from '../data/table.ts';
import type { ImageCache, ReadRowsOptions } from './tune-data.ts';

/** What a second path has to agree with: kinds of columns, or the shape of the images. */
export interface Expected {
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly images: ImageShape | null;
}

/** How `readImages` is to read images; those of a second path get the shape of the first. */
function imageOptions(options: ReadRowsOptions, shape: ImageShape | null): ReadImagesOptions {
  const { target, imageSize, skipBad, signal, onReading } = options;
  const size = shape ?? imageSize;
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(size === undefined ? {} : { size: { height: size.height, width: size.width } }),
    ...(shape === null ? {} : { channels: shape.channels === 1 ? 1 : 3 }),
    ...(target === undefined ? {} : { target }),
    ...(skipBad === undefined ? {} : { skipBad }),
    ...(onReading === undefined ? {} : { onProgress: onReading }),
  };
}

/** Forms of images that have to be decoded: the others are read faster than a cache. */
const encoded: readonly ImageSourceKind[] = ['folder', 'manifest', 'parquet'];

/** Reads images, from the cache if they are there. */
async function readCached(path: string, options: ReadImagesOptions, cache: ImageCache): Promise<Table> {
  const fingerprint = await imageFingerprint(path, options);
  const found = await cache.load(fingerprint);
  if (found !== null) return found;
  const table = await readImages(path, options);
  cache.keep(fingerprint, table);
  return table;
}

/** Reads a table's file, or images in any form; `expected` for rows that must fit to those read before. */
export async function readRows(path: string, options: ReadRowsOptions = {}, expected?: Expected): Promise<Table> {
  const { signal, imageCache } = options;
  const kind = await imageSourceOf(path);
  if (kind === null) {
    return readTable(path, {
      ...(signal === undefined ? {} : { signal }),
      ...(expected === undefined ? {} : { kinds: expected.kinds }),
    });
  }
  const reading = imageOptions(options, expected?.images ?? null);
  if (imageCache === undefined || !encoded.includes(kind)) return readImages(path, reading);
  return readCached(path, reading, imageCache);
}

/** The test images that lie beside a folder's training images; null if there are none. */
export const heldOutBeside = findHeldOut;
