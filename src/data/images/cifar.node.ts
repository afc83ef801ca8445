// In: CIFAR-10 or CIFAR-100 binary files. Out: a table of their images.

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../../base/disk.node.ts';
import { FettleError } from '../../base/error.ts';
import type { Table } from '../table.ts';
import { type CifarKind, cifarCount, readCifar, recordBytes } from './cifar.ts';
import { keepTexts } from './columns.ts';
import { allocate } from './decode-images.node.ts';
import { lookAt, visibleNames } from './find-files.node.ts';
import { finishTable } from './finish-table.ts';
import { fitStore } from './fit-store.node.ts';
import type { ReadImagesSettings } from './options.ts';

/** Files of a folder of CIFAR. */
export interface CifarParts {
  readonly kind: CifarKind;
  readonly train: readonly string[];
  readonly heldOut: string | null;
}

const namesOfClasses = { 'cifar-10': 'batches.meta.txt', 'cifar-100': 'fine_label_names.txt' } as const;

/** The file names of a folder of CIFAR-10 (data_batch_1.bin ...) or CIFAR-100 (train.bin); null for other folders. */
export async function cifarParts(folder: string): Promise<CifarParts | null> {
  const names = await visibleNames(folder);
  const batches = names.filter((name) => /^data_batch_\d+\.bin$/i.test(name));
  const held = (name: string): string | null => (names.includes(name) ? name : null);
  if (batches.length > 0) return { kind: 'cifar-10', train: batches, heldOut: held('test_batch.bin') };
  if (!names.includes('train.bin')) return null;
  const kind = kindOf(join(folder, 'train.bin'));
  return kind === 'cifar-100' ? { kind, train: ['train.bin'], heldOut: held('test.bin') } : null;
}

/** Which set a .bin file is of, by its size; null if of none. Where both fit, names decide. */
export function kindOf(path: string): CifarKind | null {
  const bytes = lookAt(path)?.size ?? 0;
  if (!/\.bin$/i.test(path) || bytes === 0) return null;
  const kinds = (['cifar-10', 'cifar-100'] as const).filter((kind) => bytes % recordBytes(kind) === 0);
  if (kinds.length === 2) return /batch/i.test(basename(path)) ? 'cifar-10' : 'cifar-100';
  return kinds[0] ?? null;
}

/** Reads one file, or all training files of a folder. Throws `file` and `data`. */
export async function readCifarFiles(path: string, settings: ReadImagesSettings): Promise<Table> {
  const parts = lookAt(path)?.isDirectory() ? await cifarParts(path) : null;
  const folder = parts === null ? dirname(path) : path;
  const files = parts === null ? [basename(path)] : parts.train;
  const kind = parts?.kind ?? kindOf(path) ?? 'cifar-10';
  const counts = files.map((name) => cifarCount(lookAt(join(folder, name))?.size ?? 0, kind, join(folder, name)));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const own = { channels: 3, height: 32, width: 32 };
  const pixels = allocate(rows, own);
  const classes = await readNames(join(folder, namesOfClasses[kind]));
  const names: string[] = [];
  const labels: string[] = [];
  for (const name of files) {
    settings.signal?.throwIfAborted();
    const bytes = await readBytes(join(folder, name));
    if (bytes.length !== (counts[files.indexOf(name)] ?? 0) * recordBytes(kind))
      throw new FettleError('data', `${join(folder, name)} changed while it was read. Wait until it is written.`);
    const codes = readCifar(bytes, kind, join(folder, name), pixels, names.length);
    codes.forEach((code, i) => {
      names.push(`${name}#${i}`);
      labels.push(classes[code] ?? String(code));
    });
  }
  const fitted = await fitStore({ ...own, pixels }, rows, settings);
  const held = parts === null || parts.heldOut === null ? '' : `; "${parts.heldOut}" is held out as the test set`;
  const note = parts === null ? [] : [`The images are those of ${files.map((name) => `"${name}"`).join(', ')}${held}.`];
  return finishTable(
    {
      where: path,
      names,
      columns: [keepTexts('label', labels)],
      store: fitted.store,
      rows: Uint32Array.from({ length: rows }, (_, i) => i),
      bad: [],
      notes: [...note, ...fitted.notes],
    },
    settings,
  );
}

/** The files that `readCifarFiles` reads. */
export async function cifarSources(path: string): Promise<readonly string[]> {
  const parts = lookAt(path)?.isDirectory() ? await cifarParts(path) : null;
  const folder = parts === null ? dirname(path) : path;
  const files = parts === null ? [basename(path)] : parts.train;
  const kind = parts?.kind ?? kindOf(path) ?? 'cifar-10';
  return [...files, namesOfClasses[kind]].map((name) => join(folder, name));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FettleError(
      'file',
      `${path} cannot be read (${systemCode(cause) ?? String(cause)}). Check its permissions.`,
      {
        cause,
      },
    );
  }
}

/** One name per line; none where there is no such file: then labels stay numbers. */
async function readNames(path: string): Promise<readonly string[]> {
  if (!lookAt(path)?.isFile()) return [];
  const text = new TextDecoder().decode(await readBytes(path));
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
