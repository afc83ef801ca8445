// In: a path. Out: in which way it holds images, if it does; what it holds out for testing; all of its files.

import { join } from 'node:path';
import { readBeginning } from './beginning.node.ts';
import { cifarParts, kindOf } from './cifar.node.ts';
import { lookAt } from './find-files.node.ts';
import { formatOf } from './formats/index.ts';
import { folderParts } from './held-out.node.ts';
import { idxParts } from './idx.node.ts';
import { isIdx } from './idx.ts';
import { readStart } from './image-files.node.ts';
import { isImageName } from './image-name.ts';
import { manifestColumn } from './manifest.node.ts';
import { hasImages } from './parquet.node.ts';

/** In which way a path holds images. */
export type ImageSourceKind = 'folder' | 'manifest' | 'idx' | 'cifar' | 'parquet' | 'file';

/**
 * In which way a path holds images; null if it is a table, or nothing: then whoever reads tables says what is wrong. Any
 * folder is taken for images. Reads the beginning of a file only. Throws `file` for what may not be read.
 */
export async function imageSourceOf(path: string): Promise<ImageSourceKind | null> {
  const stats = lookAt(path);
  if (stats === null) return null;
  if (stats.isDirectory()) {
    if ((await idxParts(path)) !== null) return 'idx';
    return (await cifarParts(path)) === null ? 'folder' : 'cifar';
  }
  if (!stats.isFile()) return null;
  if (isImageName(path)) return 'file';
  if (stats.size === 0) return null;
  const start = await readStart(path, 16);
  if (formatOf(start) !== null) return 'file';
  if (new TextDecoder('latin1').decode(start.subarray(0, 4)) === 'PAR1')
    return (await hasImages(path)) ? 'parquet' : null;
  if (isIdx(await readBeginning(path, 4), 3)) return 'idx';
  if (kindOf(path) !== null) return 'cifar';
  return (await manifestColumn(path)) === null ? null : 'manifest';
}

/** The path of the test images that belong to a folder of training images, to be read in its stead; null if there are none. */
export async function findHeldOut(path: string): Promise<string | null> {
  if (lookAt(path)?.isDirectory() !== true) return null;
  const parts = (await idxParts(path)) ?? (await cifarParts(path)) ?? (await folderParts(path));
  return parts?.heldOut ? join(path, parts.heldOut) : null;
}
