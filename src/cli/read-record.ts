// In: a path. Out: the record of a run in it, by fettle itself or by a file of `fettle callback`.

import { open, readFile } from 'node:fs/promises';
import { systemCode } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';
import type { RunRecord } from '../record/record.ts';

/** What the files of `fettle callback` write, unless they are told another path. */
export const callbackRecord = 'fettle-record.json';

/** How a record begins, as each of its writers puts it. */
const beginning = /^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"source"\s*:/;
const headBytes = 1024;

/** Whether a file begins as a record does; false for what cannot be opened. */
export async function beginsAsRecord(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return beginning.test(buffer.subarray(0, bytesRead).toString('utf8'));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/** The record in a file; null where there is no file. Errors: `file` for one that cannot be read, or is no record. */
export async function readRecordFile(path: string): Promise<RunRecord | null> {
  try {
    const text = await readFile(path, 'utf8');
    const { readRecordText } = await import('../record/parse-record.ts');
    return readRecordText(text);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    const reason = error instanceof FettleError ? error.message : `${(error as Error).message}. Restore the file.`;
    throw new FettleError('file', `Cannot read ${path}: ${reason}`, { cause: error });
  }
}
