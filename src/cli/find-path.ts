// In: a path or an address. Out: all runs that lie there, not judged yet: runs of fettle, records, logs of other
// frameworks, the runs of an MLflow server.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { plural } from '../base/format.ts';
import { nearestNames } from '../base/nearest-name.ts';
import type { Found, FoundRecords, FoundRun } from '../diagnosis/logs/find.node.ts';
import type { LogOptions } from '../diagnosis/logs/foreign-run.ts';
import { isMlflowAddress, shownAddress } from '../diagnosis/logs/mlflow-address.ts';
import type { Note } from '../diagnosis/notes.ts';
import type { RunRecord } from '../record/record.ts';
import { callbackRecord, isRecordFile, readRecordFile } from './read-record.ts';

/** A record, and what whoever reads its diagnosis must know. */
export interface ReadRun {
  readonly record: RunRecord;
  readonly notes: readonly Note[];
}

/** A run that is found and not judged yet. */
export interface PathRun {
  readonly run: string;
  /** `fettle`, or the id of a log's reader. */
  readonly reader: string;
  /** Where it lies: a file, a folder or an address. */
  readonly path: string;
  /** Its record; null for the folder of a tuning, which holds its diagnoses. Errors: `file`, `data`, `usage`. */
  readonly read: (() => Promise<ReadRun>) | null;
}

/** What lies at a path. */
export interface PathRuns {
  readonly runs: readonly PathRun[];
  /** What was left out of the search. */
  readonly notes: readonly string[];
}

/** A file of records, or the folder of a run of fettle; null for all else. */
async function ownPlace(path: string): Promise<{ readonly at: string; readonly isTuning: boolean } | null> {
  if ((await stat(path).catch(() => null))?.isFile() ?? false) {
    return basename(path) === 'record.json' || (await isRecordFile(path)) ? { at: path, isTuning: false } : null;
  }
  const names: readonly string[] = await readdir(path).catch(() => []);
  const record = ['record.json', callbackRecord].find((name) => names.includes(name));
  if (record === 'record.json') return { at: join(path, record), isTuning: false };
  if (names.includes('journal.jsonl')) return { at: path, isTuning: true };
  return record === undefined ? null : { at: join(path, record), isTuning: false };
}

/** Folders of runs of fettle right below a folder such as fettle-runs; logs in them are their own business. */
async function ownFolders(path: string): Promise<readonly { readonly name: string; readonly isTuning: boolean }[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(
    names.toSorted().map(async (name) => {
      const files: readonly string[] = await readdir(join(path, name)).catch(() => []);
      const isRun = files.includes('record.json') || files.includes('journal.jsonl');
      return isRun ? [{ name, isTuning: !files.includes('record.json') }] : [];
    }),
  );
  return found.flat();
}

/** The runs in a file of records. */
async function recordRuns(run: string, path: string, notes: string[]): Promise<readonly PathRun[]> {
  const file = await readRecordFile(path);
  notes.push(...file.notes);
  return file.records.map(({ place, read }) => ({
    run: place === null ? run : `${run}#${place}`,
    reader: 'fettle',
    path,
    read: async () => ({ record: read(), notes: [] }),
  }));
}

/** A record is named after its folder where it has the name that fettle or its callbacks give it. */
const recordName = ({ name }: FoundRecords): string =>
  name.replace(new RegExp(`(^|/)(record|${callbackRecord.replace('.json', '')})\\.json$`), '') || name;

function logRun({ name, reader, files }: FoundRun, path: string, options: LogOptions): PathRun {
  return {
    run: name,
    reader: reader.id,
    path,
    async read() {
      const { readRun } = await import('../diagnosis/logs/index.ts');
      return readRun(name, reader, files, options);
    },
  };
}

/** Where a run of a log lies: in its folder, in the one file that it has, or at the searched address itself. */
function placeOf(path: string, { name, files }: FoundRun, isFolder: boolean): string {
  if (!isFolder) return path;
  const [first, ...others] = files;
  return first !== undefined && others.length === 0 ? join(path, first.path) : join(path, name);
}

async function logRuns(path: string, found: Found, options: LogOptions, notes: string[]): Promise<readonly PathRun[]> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  const records: PathRun[] = [];
  for (const file of found.records) records.push(...(await recordRuns(recordName(file), file.path, notes)));
  return [...records, ...found.runs.map((run) => logRun(run, placeOf(path, run, isFolder), options))];
}

/**
 * All runs at a path, or one of them by its name. Errors: `file` for a path that is not there, that cannot be read, or
 * where no run is; `usage` for a name that none of several runs has.
 */
export async function findPath(path: string, options: LogOptions, wanted: string | null = null): Promise<PathRuns> {
  const notes: string[] = [];
  const runs = await allRuns(path, options, notes);
  if (wanted === null) return { runs, notes };
  const named = runs.filter(({ run }) => run === wanted);
  if (named.length > 0) return { runs: named, notes };
  const names = runs.map(({ run }) => run);
  const near = nearestNames(wanted, names);
  const advice =
    near.length > 0
      ? `Did you mean "${near.join('" or "')}"?`
      : `Its runs: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}.`;
  throw new FettleError(
    'usage',
    `None of the ${plural(runs.length, 'run')} in ${shownAddress(path)} is named "${wanted}". ${advice}`,
  );
}

async function allRuns(path: string, options: LogOptions, notes: string[]): Promise<readonly PathRun[]> {
  if (isMlflowAddress(path)) {
    const { findMlflowRuns } = await import('../diagnosis/logs/find-mlflow.node.ts');
    const found = await findMlflowRuns(path, { env: process.env, mappings: options.mappings ?? [] });
    notes.push(...found.notes);
    return logRuns(shownAddress(path), found, options, notes);
  }
  const own = await ownPlace(path);
  if (own !== null) {
    if (!own.isTuning) return recordRuns(basename(path), own.at, notes);
    return [{ run: basename(path), reader: 'fettle', path, read: null }];
  }
  const folders = await ownFolders(path);
  const { findRuns } = await import('../diagnosis/logs/find.node.ts');
  const found = await findRuns(
    path,
    folders.map(({ name }) => name),
  );
  notes.push(...found.notes);
  const owns: PathRun[] = [];
  for (const { name, isTuning } of folders) {
    const at = join(path, name);
    if (isTuning) owns.push({ run: name, reader: 'fettle', path: at, read: null });
    else owns.push(...(await recordRuns(name, join(at, 'record.json'), notes)));
  }
  return [...owns, ...(await logRuns(path, found, options, notes))];
}
