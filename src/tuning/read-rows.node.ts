// In: a path. Out: its rows as a table: cells of a file, or images.

import { readImages } from '../data/images/read-images.node.ts';
import { findHeldOut, imageSourceOf } from '../data/images/source.node.ts';
import { readTable } from '../data/table.node.ts';
import type { ColumnKind, ImageShape, Table } from '../data/table.ts';
import type { ReadRowsOptions } from './tune-data.ts';

/** What a second path has to agree with: kinds of columns, or the shape of the images. */
export interface Expected {
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly images: ImageShape | null;
}

/** Reads a table's file, or images in any form; `expected` for rows that must fit to those read before. */
export async function readRows(path: string, options: ReadRowsOptions = {}, expected?: Expected): Promise<Table> {
  const { target, imageSize, skipBad, signal, onReading } = options;
  const common = signal === undefined ? {} : { signal };
  if ((await imageSourceOf(path)) === null) {
    return readTable(path, { ...common, ...(expected === undefined ? {} : { kinds: expected.kinds }) });
  }
  const size = expected?.images ?? imageSize;
  return readImages(path, {
    ...common,
    ...(size === undefined ? {} : { size: { height: size.height, width: size.width } }),
    ...(expected?.images ? { channels: expected.images.channels === 1 ? 1 : 3 } : {}),
    ...(target === undefined ? {} : { target }),
    ...(skipBad === undefined ? {} : { skipBad }),
    ...(onReading === undefined ? {} : { onProgress: onReading }),
  });
}

/** The test images that lie beside a folder's training images; null if there are none. */
export const heldOutBeside = findHeldOut;
