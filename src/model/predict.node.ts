// In: the path of a model.onnx or of a run's directory, and of a data file. Out: a loaded model, and the file as the table it takes.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { neededKinds } from '../data/preprocessing.ts';
import { type ReadTableOptions, readTable } from '../data/table.node.ts';
import type { Table } from '../data/table.ts';
import type { Runtime } from '../engine/index.ts';
import { modelInputs } from './feeds.ts';
import { type Model, openModel } from './predict.ts';

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

/**
 * Reads a data file with the kinds of columns that the model was trained on, and no other columns but the target.
 * Throws `data` if a column of the model is absent (the nearest names in the file are suggested) or of another kind.
 */
export async function readModelTable(
  model: Model,
  path: string,
  options: Pick<ReadTableOptions, 'signal'> = {},
): Promise<Table> {
  const kinds = neededKinds(model.metadata.preprocessing);
  const table = await readTable(path, { ...options, kinds, only: true });
  const names = new Set(table.columns.map(({ name }) => name));
  const complete = model.metadata.columns.every(({ name }) => names.has(name));
  // The columns that the model does not know are read only to say which of them was meant.
  modelInputs(model.metadata, complete ? table : await readTable(path, { ...options, kinds }));
  return table;
}
