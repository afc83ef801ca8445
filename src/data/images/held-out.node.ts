// In: a folder that may hold training and held-out data side by side. Out: which of them is which.

import { join } from 'node:path';
import { findFiles, lookAt, visibleNames } from './find-files.node.ts';
import { isImageName } from './image-name.ts';

/** The parts of a folder of class folders, by name as they are on disk. */
export interface FolderParts {
  readonly train: string;
  /** Test, else validation; null where there is none. */
  readonly heldOut: string | null;
  /** Parts that are not used, since there is both test and validation. */
  readonly unused: readonly string[];
}

const trainNames = /^train(ing)?$/i;
const testNames = /^test(ing)?$/i;
const validationNames = /^(val|valid|validation|dev)$/i;

/**
 * The parts of a folder whose subfolders are nothing but `train` and `test` or `val`, `valid`, `validation`, each with class
 * folders; null for any other folder. A folder with `train` and `bus` is one of classes.
 */
export async function folderParts(folder: string): Promise<FolderParts | null> {
  const folders = (await visibleNames(folder)).filter((name) => lookAt(join(folder, name))?.isDirectory());
  const train = folders.filter((name) => trainNames.test(name));
  const test = folders.filter((name) => testNames.test(name));
  const validation = folders.filter((name) => validationNames.test(name));
  if (train.length !== 1 || test.length > 1 || validation.length > 1) return null;
  if (1 + test.length + validation.length !== folders.length || folders.length < 2) return null;
  const [name] = train;
  if (name === undefined || !(await hasClasses(join(folder, name)))) return null;
  const heldOut = [...test, ...validation];
  return { train: name, heldOut: heldOut[0] ?? null, unused: heldOut.slice(1) };
}

/** Whether there are images in subfolders. */
async function hasClasses(folder: string): Promise<boolean> {
  return (await findFiles(folder)).some(({ path }) => path.includes('/') && isImageName(path));
}
