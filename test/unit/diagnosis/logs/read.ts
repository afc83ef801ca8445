// Reads logs for the tests: fixtures from disk, or texts.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnosis } from '../../../../src/diagnosis/diagnose.ts';
import { diagnoseRun } from '../../../../src/diagnosis/logs/diagnose-run.ts';
import type { ForeignRun, LogOptions } from '../../../../src/diagnosis/logs/foreign-run.ts';
import { type LogReaderId, logReaders, readRun } from '../../../../src/diagnosis/logs/index.ts';

/** The folder of the logs that real frameworks wrote. */
export const fixtures = resolve(import.meta.dirname, '../../../fixtures/logs');

/** All files of a run below the fixtures, by their paths. */
export function fixture(path: string): readonly { path: string; bytes: Uint8Array }[] {
  const at = join(fixtures, path);
  if (/\.\w+$/.test(path)) return [{ path, bytes: readFileSync(at) }];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file.slice(fixtures.length + 1), bytes: readFileSync(file) }));
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** One run from its files, given to the reader in pieces of `size` bytes. */
export function readFiles(
  id: LogReaderId,
  files: readonly { path: string; bytes: Uint8Array }[],
  options: LogOptions = {},
  size = 1 << 20,
): Promise<ForeignRun> {
  const pieces = files.map(({ path, bytes }) => ({ path, pieces: cut(bytes, size) }));
  return readRun('run', logReaders[id], pieces, options);
}

/** One run from a text. */
export function readText(id: LogReaderId, text: string, options: LogOptions = {}): Promise<ForeignRun> {
  return readFiles(id, [{ path: 'log', bytes: new TextEncoder().encode(text) }], options);
}

/** The verdicts of a run. */
export const verdictsOf = (run: ForeignRun): string[] => diagnoseRun(run).verdicts.map(({ id }) => id);

/** The texts of the notes with an id. */
export function notesOf(run: ForeignRun, id: Diagnosis['notes'][number]['id']): string[] {
  return run.notes.filter((note) => note.id === id).map(({ text }) => text);
}
