// In: a path. Out: the directory of one run: its journal, its files, and a lock, so that no other run writes there.
// A kill at any moment leaves whole files and whole lines, but for a torn last line that the next reading cuts.

import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileError, makeFolder, systemCode, writeAtomically } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';
import type { TuneEvent } from './journal.ts';
import { lockName, takeLock } from './lock.node.ts';

/** The directory of one run, open for writing. */
export interface RunDirectory {
  readonly path: string;
  /** Adds a line to the journal; when the promise resolves it is on the disk. Calls keep their order. */
  append(event: TuneEvent): Promise<void>;
  /** All events so far, oldest first; a line torn by a kill is cut from the file. */
  readJournal(): Promise<readonly TuneEvent[]>;
  /** Replaces the file as a whole or not at all. `name` is a plain file name. */
  writeFile(name: string, data: string | Uint8Array): Promise<void>;
  /** Where the result of a finished trial belongs. */
  trialPath(id: string): string;
  /** Where the checkpoint of a trial belongs. */
  checkpointPath(id: string): string;
  /** Ends writing and releases the lock; more calls do nothing. */
  close(): Promise<void>;
}

/** What is in a directory. `foreign`: files that no run of fettle has written. */
export type DirectoryState = 'missing' | 'empty' | 'unfinished' | 'finished' | 'foreign';

const journalName = 'journal.jsonl';
const subfolders = ['trials', 'checkpoints'] as const;
/** What a training writes before its record, which makes it finished; and what a crash leaves of a file half written. */
const trainingFiles = /^(model\.onnx|plan\.json)(\.part)?$|^record\.json\.part$/;

/**
 * Opens a directory for a run and locks it. Without `resume` it must be new or empty; with it, it must exist.
 * Errors: `busy` if a living run holds it, `file` if it holds something else or cannot be written.
 */
export async function openDirectory(path: string, options: { readonly resume: boolean }): Promise<RunDirectory> {
  checkState(path, await directoryState(path), options.resume);
  try {
    for (const folder of subfolders) await makeFolder(join(path, folder));
  } catch (error) {
    throw fileError(path, error);
  }
  const lock = await takeLock(path);
  const journal = createJournal(join(path, journalName));
  return {
    path,
    append: journal.append,
    readJournal: journal.read,
    writeFile: async (name, data) => writeAtomically(join(path, checkName(name)), data),
    trialPath: (id) => join(path, 'trials', `${checkName(id)}.trial`),
    checkpointPath: (id) => join(path, 'checkpoints', `${checkName(id)}.checkpoint`),
    close: async () => {
      await journal.close();
      await lock.release();
    },
  };
}

/**
 * Where a run on this data goes when the user names no directory: `fettle-runs/<data name>`, with -2, -3, ... after
 * finished runs. With `resume` it is the last one that is not finished, else the last one.
 */
export async function defaultDirectory(data: string, options: { readonly resume: boolean }): Promise<string> {
  const name = basename(data, extname(data)).replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'data';
  const pathOf = (n: number) => join('fettle-runs', n === 1 ? name : `${name}-${n}`);
  let n = 1;
  let last = pathOf(1);
  let unfinished: string | null = null;
  for (; ; n++) {
    const state = await directoryState(pathOf(n));
    if (state === 'missing') break;
    last = pathOf(n);
    if (state === 'unfinished') unfinished = last;
    if (!options.resume && state !== 'finished') return last;
  }
  return options.resume ? (unfinished ?? last) : pathOf(n);
}

/** Looks at a directory without changing it. */
export async function directoryState(path: string): Promise<DirectoryState> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'missing';
    if (systemCode(error) === 'ENOTDIR')
      throw new FettleError('file', `${path} is a file, expected a folder to write in.`);
    throw fileError(path, error);
  }
  if (await isFinished(path, names)) return 'finished';
  if (names.includes(journalName)) return 'unfinished';
  // A run that was killed before its first event leaves its lock and empty folders; a training leaves a checkpoint, or
  // some of its files if it was killed between the first and the last of them.
  const others = names.filter((name) => !name.startsWith(lockName) && !subfolders.some((folder) => folder === name));
  if (subfolders.every((folder) => names.includes(folder)) && others.some((name) => trainingFiles.test(name))) {
    return 'unfinished';
  }
  if (others.length > 0) return 'foreign';
  for (const folder of subfolders) {
    const inside = names.includes(folder) ? await readdir(join(path, folder)) : [];
    if (inside.length > 0) return 'unfinished';
  }
  return 'empty';
}

/** The events in a run's directory, oldest first, without opening it; a torn last line is left out. */
export async function readEvents(path: string): Promise<readonly TuneEvent[]> {
  const file = join(path, journalName);
  return parseJournal(file, await readBytes(file)).events;
}

async function isFinished(path: string, names: readonly string[]): Promise<boolean> {
  if (names.includes('record.json')) return true;
  if (!names.includes('summary.json')) return false;
  try {
    const summary = JSON.parse(await readFile(join(path, 'summary.json'), 'utf8')) as { status?: unknown } | null;
    return summary?.status === 'finished';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw fileError(path, error);
  }
}

function checkState(path: string, state: DirectoryState, resume: boolean): void {
  if (resume) {
    if (state === 'missing') {
      throw new FettleError('file', `There is no run to resume in ${path}. Start it without --resume.`);
    }
    if (state === 'foreign') {
      throw new FettleError('file', `${path} holds other files and no run of fettle. Choose the run's own --out DIR.`);
    }
    return;
  }
  if (state === 'finished') {
    throw new FettleError('file', `${path} holds a finished run. Choose another --out DIR, or delete that one first.`);
  }
  if (state === 'unfinished') {
    throw new FettleError(
      'file',
      `${path} holds a run that was stopped. Go on with it by --resume, or choose another --out DIR.`,
    );
  }
  if (state === 'foreign') {
    throw new FettleError('file', `${path} is not empty and no run of fettle. Choose a new or an empty --out DIR.`);
  }
}

function checkName(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(name)) return name;
  throw new FettleError('internal', `Expected a plain file name, received "${name}".`);
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw fileError(path, error);
  }
}

/** Events, and the bytes up to the end of the last whole line. */
function parseJournal(path: string, bytes: Buffer): { events: TuneEvent[]; length: number } {
  const events: TuneEvent[] = [];
  let length = 0;
  while (true) {
    const end = bytes.indexOf(10, length);
    if (end < 0) break;
    const event = parseLine(bytes.subarray(length, end));
    if (event === null) {
      // After a power failure the last line may be there in length but not in content.
      if (end === bytes.length - 1) break;
      throw new FettleError(
        'file',
        `Line ${events.length + 1} of ${path} is not an event. The file was damaged or edited; ` +
          'delete that line and all after it, and --resume goes on from there.',
      );
    }
    events.push(event);
    length = end + 1;
  }
  return { events, length };
}

function parseLine(line: Uint8Array): TuneEvent | null {
  try {
    const event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as Partial<TuneEvent> | null;
    return typeof event?.type === 'string' && typeof event.at === 'number' ? (event as TuneEvent) : null;
  } catch {
    return null;
  }
}

function createJournal(path: string) {
  let handle: FileHandle | null = null;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  /** One after the other; a failed step does not hold up the next. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = queue.then(action);
    queue = result.catch(() => undefined);
    return result;
  };
  /** The first time, a line that a kill has torn is cut, so that no event is written behind it. */
  const opened = async (): Promise<FileHandle> => {
    if (handle !== null) return handle;
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o666);
    handle = file;
    const bytes = await readBytes(path);
    const { length } = parseJournal(path, bytes);
    if (length < bytes.length) {
      await file.truncate(length);
      await file.sync();
    }
    return file;
  };
  return {
    read: () =>
      inTurn(async () => {
        try {
          if (!closed) await opened();
        } catch (error) {
          throw fileError(path, error);
        }
        return parseJournal(path, await readBytes(path)).events as readonly TuneEvent[];
      }),
    append: (event: TuneEvent) =>
      inTurn(async () => {
        if (closed) throw new FettleError('internal', `${path} is closed.`);
        try {
          await appendLine(await opened(), JSON.stringify(event));
        } catch (error) {
          throw fileError(path, error);
        }
      }),
    close: () =>
      inTurn(async () => {
        closed = true;
        await handle?.close();
        handle = null;
      }),
  };
}

/** Writes the line and syncs it; if it does not fit on the disk, the part that was written is taken back. */
async function appendLine(file: FileHandle, line: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(`${line}\n`);
    await file.datasync();
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  }
}
