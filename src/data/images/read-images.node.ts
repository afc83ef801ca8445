// In: a path that holds images in any of the ways of source.node.ts. Out: a Table of one row per image, with its pixels.
// Columns are `path` (for packed images FILE#NUMBER), then `label` or the other columns of a manifest or Parquet file.
// Rows of a folder are sorted by path, all others are in the order of their file.

import { basename } from 'node:path';
import { FettleError } from '../../base/error.ts';
import type { Table } from '../table.ts';
import { readCifarFiles } from './cifar.node.ts';
import { decodeImages } from './decode-images.node.ts';
import { lookAt } from './find-files.node.ts';
import { finishTable } from './finish-table.ts';
import { readFolder } from './folder.node.ts';
import { readIdx } from './idx.node.ts';
import { imageFiles } from './image-files.node.ts';
import { readManifest } from './manifest.node.ts';
import { imageSettings, type ReadImagesOptions, type ReadImagesSettings } from './options.ts';
import { readParquetImages } from './parquet.node.ts';
import { type ImageSourceKind, imageSourceOf } from './source.node.ts';

const readers: Readonly<Record<ImageSourceKind, (path: string, settings: ReadImagesSettings) => Promise<Table>>> = {
  folder: readFolder,
  manifest: readManifest,
  idx: readIdx,
  cifar: readCifarFiles,
  parquet: readParquetImages,
  file: readFile,
};

/**
 * Reads images once into bytes of one size, planar, in shared memory. Without `skipBad`, files that cannot be used are an
 * error that lists them. Throws `file` for what cannot be opened, `data` for what cannot be trained on.
 * @example
 * const table = await readImages('flowers', { size: { height: 64, width: 64 } }) // flowers/rose/1.jpg, flowers/tulip/2.jpg
 */
export async function readImages(path: string, options: ReadImagesOptions = {}): Promise<Table> {
  options.signal?.throwIfAborted();
  const kind = await imageSourceOf(path);
  if (kind === null)
    throw new FettleError(
      'data',
      `${path} holds no images: expected a folder, a CSV file of paths and labels, IDX, CIFAR or Parquet, or an image.`,
    );
  return readers[kind](path, imageSettings(options));
}

/** One image, for prediction. */
async function readFile(path: string, settings: ReadImagesSettings): Promise<Table> {
  if (settings.labels)
    throw new FettleError(
      'data',
      `${path} is one image, but images with labels are expected: a folder with one folder per class, or a CSV file of paths and labels.`,
    );
  const name = basename(path);
  const file = { path: name, location: path, bytes: lookAt(path)?.size ?? 0 };
  const decoded = await decodeImages(imageFiles([file], settings.signal), settings);
  return finishTable({ ...decoded, where: path, names: [name], columns: [] }, settings);
}
