// In: a path. Out: the files below it that are logs, grouped by the run that they belong to, and the files of records.

import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../../base/disk.node.ts';
import { FettleError } from '../../base/error.ts';
import { plural } from '../../base/format.ts';
import { type LogFile, readerOf } from './index.ts';
import { looksLikeRecord } from './looks-like-record.ts';
import type { LogFacts, LogReader } from './reader.ts';

/** The files of one run. */
export interface FoundRun {
  readonly name: string;
  readonly reader: LogReader;
  readonly files: readonly LogFile[];
}

/** A file of records of fettle. */
export interface FoundRecords {
  /** Below the searched folder; the file's name for a single file. */
  readonly name: string;
  /** Where it lies. */
  readonly path: string;
}

/** What a search found; `notes` tell what was left out. */
export interface Found {
  readonly runs: readonly FoundRun[];
  readonly records: readonly FoundRecords[];
  readonly notes: readonly string[];
}

const HEAD_BYTES = 65_536;
const MOST_FILES = 20_000;
const DEEPEST = 12;
const LEFT_OUT = new Set(['node_modules', '.git', '.trash', '.venv', 'site-packages', '__pycache__', 'artifacts']);

const pathError = (path: string, error: unknown): FettleError =>
  new FettleError('file', `Cannot read ${path}: ${(error as Error).message}. Check the path and its permissions.`, {
    cause: error,
  });

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A file in pieces; Node's stream errors become ours. */
async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) yield piece as Uint8Array;
  } catch (error) {
    throw pathError(path, error);
  }
}

/** All plain files below a folder, with `/`, in the order of their names; links are not followed. */
async function filesBelow(root: string, leaveOut: readonly string[], notes: string[]): Promise<readonly string[]> {
  const files: string[] = [];
  const walk = async (below: string, depth: number): Promise<void> => {
    let entries: Awaited<ReturnType<typeof entriesOf>>;
    try {
      entries = await entriesOf(join(root, below));
    } catch (error) {
      if (below === '') throw pathError(root, error);
      notes.push(`Cannot read the folder ${below}: ${(error as Error).message}.`);
      return;
    }
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (files.length >= MOST_FILES) return;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !LEFT_OUT.has(entry.name) && !leaveOut.includes(path)) {
        if (depth < DEEPEST) await walk(path, depth + 1);
        else notes.push(`${path} lies too deep and was not looked at. Name a folder further down.`);
      }
    }
  };
  await walk('', 0);
  if (files.length >= MOST_FILES) {
    notes.push(`Only the first ${plural(MOST_FILES, 'file')} were looked at. Name a folder further down.`);
  }
  return files;
}

const entriesOf = async (path: string) =>
  (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * The runs of a log file or of a folder of logs; `leaveOut` names folders below it that hold none.
 * Errors: `file` for a path that is not there, that cannot be read, or in which nothing is a log.
 */
export async function findRuns(path: string, leaveOut: readonly string[] = []): Promise<Found> {
  const info = await stat(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw pathError(path, error);
    throw new FettleError(
      'file',
      `There is no file or folder ${path}. Expected a run's folder, a log or a folder of logs.`,
    );
  });
  const chosen = !info.isDirectory();
  const notes: string[] = [];
  const files = chosen ? [basename(path)] : await filesBelow(path, leaveOut, notes);
  const runs = createRuns();
  const records: FoundRecords[] = [];
  for (const file of files) {
    const at = chosen ? path : join(path, file);
    const head = await headOf(at).catch((error: unknown) => {
      if (chosen) throw pathError(path, error);
      notes.push(`Cannot read ${file}: ${(error as Error).message}.`);
      return null;
    });
    if (head === null) continue;
    if (looksLikeRecord(head)) records.push({ name: file, path: at });
    else runs.add({ path: file, head, chosen }, () => piecesOf(at));
  }
  const found = runs.all();
  if (found.length + records.length === 0 && leaveOut.length === 0) throw noLog(path, chosen, files.length, notes);
  return { runs: found, records, notes };
}

/** Collects the files of runs. */
function createRuns() {
  const runs = new Map<string, { name: string; reader: LogReader; files: LogFile[] }>();
  const put = (reader: LogReader, name: string, file: LogFile): void => {
    const run = runs.get(`${reader.id} ${name}`) ?? { name: name === '' ? '.' : name, reader, files: [] };
    run.files.push(file);
    runs.set(`${reader.id} ${name}`, run);
  };
  return {
    add(facts: LogFacts, pieces: () => LogFile['pieces']): void {
      const reader = readerOf(facts);
      if (reader === null) return;
      const { path, chosen } = facts;
      const inside = reader.runsIn?.(facts) ?? [];
      if (inside.length === 0) put(reader, chosen ? path : reader.runOf(path), { path, pieces: pieces() });
      // Exports of one folder hold the metrics of the same runs, each in a file of its own.
      const folder = path.split('/').slice(0, -1);
      for (const run of inside) put(reader, [...folder, run].join('/'), { path, run, pieces: pieces() });
    },
    all: (): readonly FoundRun[] => [...runs.values()],
  };
}

const FORMATS =
  "Expected the folder of a run of fettle or a record, a log (Keras' or Lightning's CSV, trainer_state.json, JSON lines, " +
  "a TensorBoard event file, an MLflow folder, a run file or an export of W&B), a folder of logs, or an MLflow server's address.";

function noLog(path: string, chosen: boolean, files: number, notes: readonly string[]): FettleError {
  const what = chosen
    ? `${path} is no log that fettle knows.`
    : `None of the ${plural(files, 'file')} in ${path} is a log that fettle knows.`;
  return new FettleError('file', [what, ...notes, FORMATS].join(' '));
}
