// In: the path of a model.onnx or of a run's directory, and of data. Out: a loaded model, and the data as the table it takes.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { imageSourceOf } from '../data/images/source.node.ts';
import { neededKinds } from '../data/preprocessing.ts';
import { type ReadTableOptions, readTable } from '../data/table.node.ts';
import type { Table } from '../data/table.ts';
import type { Runtime } from '../engine/index.ts';
import { imagesForTable, modelInputs } from './feeds.ts';
import type { ModelMetadata } from './metadata.ts';
import { type Model, openModel } from './predict.ts';
import { readModelImages } from './read-images.node.ts';

/** The bytes of a model's file. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The path of the model's file: the path itself, or `model.onnx` in a run's directory. */
async function modelPath(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new FettleError('file', `There is no file or directory ${path}. Expected a model.onnx or a run's directory.`);
  }
  if (!found.isDirectory()) return path;
  const inside = join(path, 'model.onnx');
  if ((await stat(inside).catch(() => null))?.isFile() === true) return inside;
  throw new FettleError(
    'file',
    `The directory ${path} holds no model.onnx. Expected the directory of a finished run; an interrupted one is finished ` +
      'with --resume.',
  );
}

/** Reads a model.onnx, or that of a run's directory. Throws `file`: nothing there, or a directory without it. */
export async function readModelFile(source: string): Promise<ModelFile> {
  const path = await modelPath(source);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FettleError('file', `${path} cannot be read: ${why}. Check the file and its permissions.`, { cause });
  });
  return { path, bytes };
}

/**
 * Loads a model from a path (a model.onnx, or a run's directory) or from its bytes.
 * Throws `file`: nothing there, a directory without model.onnx, not an ONNX file, not fettle's.
 */
export async function loadModel(source: string | Uint8Array, runtime: Runtime): Promise<Model> {
  if (typeof source !== 'string') return openModel(source, runtime);
  const { path, bytes } = await readModelFile(source);
  return openModel(bytes, runtime, path);
}

/** How a model's data are read. */
export interface ReadModelTableOptions extends Pick<ReadTableOptions, 'signal'> {
  /** Leaves out images that cannot be used and says so in the table's notes; by default they are an error. */
  readonly skipBad?: boolean;
}

/**
 * Reads what a model predicts from. For a model of a table: a file of rows, with the kinds of columns that the model was
 * trained on, and no other columns but the target. For a model of images: image files, folders and all else that
 * `readModelImages` reads, in the model's size.
 * Throws `data` if a column of the model is absent (the nearest names in the file are suggested) or of another kind, for
 * images where rows are expected and the other way round; `usage` for several files of rows.
 */
export async function readModelTable(
  model: Model,
  data: string | readonly string[],
  options: ReadModelTableOptions = {},
): Promise<Table> {
  const { metadata } = model;
  const paths = typeof data === 'string' ? [data] : data;
  if (metadata.image !== null) return readModelImages(metadata.image, paths, options);
  const [path] = paths;
  if (path === undefined || paths.length > 1 || options.skipBad === true) {
    const received = paths.length === 1 ? 'the choice to skip bad images' : `${paths.length} files`;
    throw new FettleError(
      'usage',
      `The model was trained on a table, so one file of rows is expected, but received ${received}. Give one file.`,
    );
  }
  await checkRows(metadata, path);
  return readRows(metadata, path, options.signal === undefined ? {} : { signal: options.signal });
}

/** Manifests and Parquet files are tables, too, so only what is nothing but images is refused. */
async function checkRows(metadata: ModelMetadata, path: string): Promise<void> {
  const kind = await imageSourceOf(path);
  if (kind === null || kind === 'manifest' || kind === 'parquet') return;
  throw imagesForTable(metadata, kind === 'folder' ? `the folder ${path}` : `the images of ${path}`);
}

async function readRows(
  metadata: ModelMetadata,
  path: string,
  options: Pick<ReadTableOptions, 'signal'>,
): Promise<Table> {
  const kinds = neededKinds(metadata.preprocessing);
  const table = await readTable(path, { ...options, kinds, only: true });
  const names = new Set(table.columns.map(({ name }) => name));
  const complete = metadata.columns.every(({ name }) => names.has(name));
  // The columns that the model does not know are read only to say which of them was meant.
  modelInputs(metadata, complete ? table : await readTable(path, { ...options, kinds }));
  return table;
}
