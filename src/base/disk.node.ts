// In: a failed file operation, or bytes for a file. Out: an error that says what to do, or the whole file, or none.

import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FettleError } from './error.ts';

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space, or write elsewhere with --out DIR',
  EDQUOT: 'the disk quota is used up. Free some space, or write elsewhere with --out DIR',
  EACCES: 'this user may not write there. Change the permissions, or write elsewhere with --out DIR',
  EPERM: 'this user may not write there. Change the permissions, or write elsewhere with --out DIR',
  EROFS: 'the disk is mounted read-only. Write elsewhere with --out DIR',
  ENOENT: 'the folder is not there (any more). Check the path, or write elsewhere with --out DIR',
  ENOTDIR: 'a part of the path is a file, expected a folder. Write elsewhere with --out DIR',
  EEXIST: 'it is a file, expected a folder. Write elsewhere with --out DIR',
  EISDIR: 'it is a folder, expected a file. Remove it, or write elsewhere with --out DIR',
  ENAMETOOLONG: 'the path is too long. Choose a shorter one with --out DIR',
};

/** The system's error code (`ENOSPC`), or null. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : null;
}

/** The error of a file operation as a FettleError with code `file`; other errors come back as they are. */
export function fileError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof FettleError || code === null) return error;
  const cause = causes[code] ?? `${(error as Error).message}. Check the path, or write elsewhere with --out DIR`;
  return new FettleError('file', `Cannot write ${path}: ${cause}.`, { cause: error });
}

/**
 * Makes a folder and those above it; one that is there is fine. Not by Node's `recursive`, which never returns where a
 * folder can be neither made nor found, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    // There is nothing to go on with where the folder above is there and this one still cannot be made.
    const above = await stat(parent).catch(() => null);
    if (above !== null) throw error;
    await makeFolder(parent);
    await makeFolder(path);
  }
}

/**
 * Writes the file beside its place, syncs it and renames it over: after a crash the old or the new one is there. Pieces are
 * written one after the other, so that large data need not be joined in memory.
 */
export async function writeAtomically(path: string, data: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw fileError(path, error);
  }
  await syncFolder(dirname(path));
}

/** Makes a rename last through a power failure, on systems where a folder can be synced (not on Windows). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}
