// In: a folder. Out: the right to write in it, until `release` or the end of this process.
// A lock names its process. A lock whose process is dead is taken over.

import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileError, systemCode } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';

/** The file's name in the folder. */
export const lockName = 'lock.json';

/** A held lock. */
export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process took the lock, ISO 8601. */
  readonly since: string;
  /** Start of the process in clock ticks since boot, so that a reused process id is told apart; null outside Linux. */
  readonly processStart: string | null;
}

/** Takes the lock, or throws `busy` with who holds it. */
export async function takeLock(folder: string): Promise<Lock> {
  const path = join(folder, lockName);
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: processStart(process.pid),
  };
  const text = `${JSON.stringify(own)}\n`;
  // Another process may take or release the lock between two steps, hence the few attempts.
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(path, text)) return { release: () => release(path, text) };
    const held = await readHolder(path);
    if (held === 'gone') continue;
    if (held !== 'unreadable' && isAlive(held)) throw busy(folder, path, held);
    await removeStale(folder, path);
  }
  throw new FettleError('busy', `Cannot lock ${folder}: other runs keep taking it. Choose another --out DIR.`);
}

function busy(folder: string, path: string, held: Holder): FettleError {
  const away = held.host === hostname() ? '' : ` on ${held.host}`;
  const dead = away === '' ? '' : ` If that run is dead, delete ${path}.`;
  return new FettleError(
    'busy',
    `${folder} is in use by another run (process ${held.pid}${away}, since ${held.since}). ` +
      `Wait for it to end, or choose another --out DIR.${dead}`,
  );
}

/** Puts a complete lock in place, unless one is there: true if it is ours. */
async function create(path: string, text: string): Promise<boolean> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await link(part, path).catch((error) => {
      if (systemCode(error) === 'EEXIST') throw error;
      return createWithoutLinks(path, text);
    });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw fileError(path, error);
  } finally {
    await rm(part, { force: true });
  }
}

/** For file systems without hard links: for a moment the lock is there and empty. */
async function createWithoutLinks(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function readHolder(path: string): Promise<Holder | 'gone' | 'unreadable'> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
      if (typeof holder?.pid === 'number' && typeof holder.host === 'string') return holder as Holder;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return 'gone';
      if (systemCode(error) !== null) throw fileError(path, error);
    }
    // It may be in the middle of `createWithoutLinks`.
    await setTimeout(100);
  }
  return 'unreadable';
}

function isAlive(holder: Holder): boolean {
  // A process of another machine cannot be asked.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  return holder.processStart === null || holder.processStart === processStart(holder.pid);
}

/** Field 22 of /proc/PID/stat; the process name before it may hold spaces and brackets. A zombie counts as gone. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Moves a dead process's lock away; if it was another's fresh one by then, it goes back. */
async function removeStale(folder: string, path: string): Promise<void> {
  const moved = join(folder, `${lockName}.${process.pid}.stale`);
  try {
    await rename(path, moved);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw fileError(path, error);
  }
  const holder = await readHolder(moved);
  if (typeof holder === 'object' && isAlive(holder)) {
    await link(moved, path).catch(() => undefined);
    await rm(moved, { force: true });
    throw busy(folder, path, holder);
  }
  await rm(moved, { force: true });
}

async function release(path: string, text: string): Promise<void> {
  // The folder may be gone, or the lock deleted by hand and taken by another.
  const current = await readFile(path, 'utf8').catch(() => null);
  if (current === text) await rm(path, { force: true }).catch(() => undefined);
}
