// In: files and folders of images, and what a model takes. Out: a table of them, in its size and channels.

import { posix } from 'node:path';
import { FettleError } from '../base/error.ts';
import { keepTexts } from '../data/images/columns.ts';
import { decodeImages } from '../data/images/decode-images.node.ts';
import { lookAt } from '../data/images/find-files.node.ts';
import { finishTable } from '../data/images/finish-table.ts';
import { imageFiles } from '../data/images/image-files.node.ts';
import { imageSettings, type ReadImagesOptions } from '../data/images/options.ts';
import { readImages } from '../data/images/read-images.node.ts';
import { imageSourceOf } from '../data/images/source.node.ts';
import { findColumn, sharedUint8, type Table } from '../data/table.ts';
import { type ModelImage, shapeText } from './image-input.ts';

/** How a model's images are read. */
export type ReadModelImagesOptions = Pick<ReadImagesOptions, 'skipBad' | 'signal' | 'onProgress'>;

/** What is read at once: image files that were named one after the other, or a folder, manifest or packed file. */
type Part = { readonly kind: 'files' | 'folder' | 'other'; readonly paths: readonly string[] };

/**
 * Reads images for prediction: image files, folders, manifests, IDX, CIFAR and Parquet files, in the order given; a folder is
 * sorted by path. Column `path` holds a file as it was named, a folder's file with the folder before it, and what a manifest
 * or packed file calls its images. Labels are not needed.
 * Throws `file` for a path that leads nowhere, `data` for a table, and for images that cannot be used unless `skipBad`.
 */
export async function readModelImages(
  image: ModelImage,
  paths: readonly string[],
  options: ReadModelImagesOptions = {},
): Promise<Table> {
  const { height, width, channels } = image;
  const wanted = { ...options, size: { height, width }, channels: channels === 1 ? 1 : 3, labels: false } as const;
  const parts = await partsOf(image, paths);
  const tables: Table[] = [];
  for (const part of parts) tables.push(await readPart(part, wanted));
  return joinImages(image, tables);
}

async function partsOf(image: ModelImage, paths: readonly string[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const path of paths) {
    if (lookAt(path) === null) {
      throw new FettleError('file', `There is no file or folder ${path}. Expected images, or a folder of them.`);
    }
    const kind = await imageSourceOf(path);
    if (kind === null) throw noImages(image, path);
    const last = parts.at(-1);
    if (kind === 'file' && last?.kind === 'files') parts[parts.length - 1] = { ...last, paths: [...last.paths, path] };
    else parts.push({ kind: kind === 'file' ? 'files' : kind === 'folder' ? 'folder' : 'other', paths: [path] });
  }
  return parts;
}

function noImages(image: ModelImage, path: string): FettleError {
  return new FettleError(
    'data',
    `The model was trained on images of ${shapeText(image)}, but ${path} holds none. ` +
      'Expected image files, a folder of them, a CSV file with a column of paths, or an IDX, CIFAR or Parquet file.',
  );
}

async function readPart({ kind, paths }: Part, options: ReadImagesOptions): Promise<Table> {
  const [first = ''] = paths;
  if (kind === 'files') return readFiles(paths, options);
  const table = await readImages(first, options);
  return kind === 'folder' ? renamed(table, (path) => posix.join(first, path)) : table;
}

/** Image files that the user named. */
async function readFiles(paths: readonly string[], options: ReadImagesOptions): Promise<Table> {
  const settings = imageSettings(options);
  const files = paths.map((path) => ({ path, location: path, bytes: lookAt(path)?.size ?? 0 }));
  const decoded = await decodeImages(imageFiles(files, settings.signal), settings);
  const [first = ''] = paths;
  const where = paths.length === 1 ? first : `those from ${first} to ${paths.at(-1)}`;
  return finishTable({ ...decoded, where, names: paths, columns: [] }, settings);
}

function pathsOf(table: Table): readonly (string | null)[] {
  const column = findColumn(table, 'path');
  if (column?.kind !== 'text')
    throw new FettleError('internal', 'A table of images has no texts in its column "path".');
  return Array.from(column.codes, (code) => column.levels[code] ?? null);
}

function renamed(table: Table, rename: (path: string) => string): Table {
  const names = pathsOf(table).map((path) => (path === null ? null : rename(path)));
  return { ...table, columns: [keepTexts('path', names)] };
}

/** The images of all tables, in order, with their paths and no other column. */
function joinImages({ channels, height, width }: ModelImage, tables: readonly Table[]): Table {
  const [first] = tables;
  if (first !== undefined && tables.length === 1) return renamed(first, (path) => path);
  const size = channels * height * width;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const pixels = sharedUint8(rows * size); // [N, C, H, W]
  let at = 0;
  for (const { images } of tables) {
    if (images === null) continue;
    pixels.set(images.pixels, at);
    at += images.pixels.length;
  }
  return {
    rows,
    columns: [keepTexts('path', tables.flatMap(pathsOf))],
    images: { channels, height, width, pixels },
    notes: tables.flatMap(({ notes }) => notes),
  };
}
