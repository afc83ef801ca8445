// In: a file. Out: the records of runs in it, by fettle itself or by a file of `fettle callback`: one, a list, or one per
// line.

import { open, readFile, stat } from 'node:fs/promises';
import { FettleError } from '../base/error.ts';
import { jsonCutter } from '../diagnosis/logs/json-cutter.ts';
import { looksLikeRecord } from '../diagnosis/logs/looks-like-record.ts';
import { createSeries } from '../diagnosis/logs/series.ts';
import type { RunRecord } from '../record/record.ts';

/** What the files of `fettle callback` write, unless they are told another path. */
export const callbackRecord = 'fettle-record.json';

const HEAD_BYTES = 65_536;
/** A larger file is told by its head alone. */
const MOST_BYTES = 64_000_000;

/** The start of a file, or null for what cannot be opened. */
async function headOf(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/**
 * Whether a file holds records. The fields that tell it come first, but a program that sorts them may put a long curve
 * before them: then the whole file is looked at.
 */
export async function isRecordFile(path: string): Promise<boolean> {
  const head = await headOf(path);
  if (head === null) return false;
  if (looksLikeRecord(head)) return true;
  if (head.length < HEAD_BYTES || !/\.json$/i.test(path)) return false;
  const info = await stat(path).catch(() => null);
  if (info === null || info.size > MOST_BYTES) return false;
  return looksLikeRecord(await readFile(path));
}

/** One record of a file; reading it throws a `file` error for one with a mistake. */
export interface FiledRecord {
  /** Its place, from 1; null if the file holds one record only. */
  readonly place: number | null;
  readonly read: () => RunRecord;
}

/** A record is as long as its curve; a list of them is cut one by one. */
const LONGEST_RECORD = 256_000_000;

/**
 * The records of a file. Errors: `file` for one that cannot be read, and when a record is read, for one that is none.
 * `notes` tell what lies between the records and is none.
 */
export async function readRecordFile(
  path: string,
): Promise<{ readonly records: readonly FiledRecord[]; readonly notes: readonly string[] }> {
  const wrong = (error: unknown): FettleError => {
    const reason = error instanceof FettleError ? error.message : `${(error as Error).message}. Restore the file.`;
    return new FettleError('file', `Cannot read ${path}: ${reason}`, { cause: error });
  };
  const { readRecordText } = await import('../record/parse-record.ts');
  const reading = (text: string) => (): RunRecord => {
    try {
      return readRecordText(text);
    } catch (error) {
      throw wrong(error);
    }
  };
  const bytes = await readFile(path).catch((error: unknown) => {
    throw wrong(error);
  });
  const texts: string[] = [];
  const series = createSeries();
  const cutter = jsonCutter(series, { onObject: (text) => texts.push(text), longest: LONGEST_RECORD });
  cutter.push(bytes);
  cutter.end();
  // What is one text, whole or torn, is told as such: with the place where it stops to be JSON.
  const [first] = texts;
  if (texts.length < 2 && (first === undefined || !/^\s*\[/.test(headText(bytes)))) {
    return { records: [{ place: null, read: reading(textOf(bytes)) }], notes: [] };
  }
  const records = texts.map((text, i) => ({ place: texts.length === 1 ? null : i + 1, read: reading(text) }));
  return { records, notes: series.skipped.map(({ reason, count }) => `${path}: ${count} ${reason}.`) };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes);
const headText = (bytes: Uint8Array): string => textOf(bytes.subarray(0, 100));
