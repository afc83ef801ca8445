// In: columns of equal length. Out: a CSV, TSV or JSON lines file, or CSV on a stream such as standard output.
// A file appears under its name only when it is complete.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FettleError } from '../base/error.ts';
import { csvText, type OutputColumn } from './csv.ts';

/**
 * Writes columns to a path, in the format of its extension: .csv, .tsv, .jsonl or .ndjson; or as CSV to a stream, which
 * stays open. Throws `usage` for another extension, `file` when it cannot be written (nothing is left half written).
 */
export async function writeTable(target: string | Writable, columns: readonly OutputColumn[]): Promise<void> {
  if (typeof target !== 'string') {
    await pipeline(Readable.from(csvText(columns)), target, { end: false });
    return;
  }
  const extension = /\.([a-z]+)$/i.exec(target)?.[1]?.toLowerCase() ?? '';
  const pieces =
    extension === 'csv'
      ? csvText(columns)
      : extension === 'tsv'
        ? csvText(columns, '\t')
        : isLines(extension)
          ? jsonLines(columns)
          : null;
  if (pieces === null)
    throw new FettleError(
      'usage',
      `${target}: expected a name that ends in .csv, .tsv or .jsonl, which says the format.`,
    );
  const part = `${target}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part));
    await rename(part, target);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    if (cause instanceof FettleError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why =
      code === 'ENOSPC'
        ? 'the disk is full'
        : code === 'ENOENT'
          ? 'its folder does not exist'
          : code === 'EISDIR'
            ? 'it is a directory'
            : code;
    throw new FettleError('file', `${target} cannot be written: ${why}. Nothing was left half written.`, { cause });
  }
}

const isLines = (extension: string): boolean => extension === 'jsonl' || extension === 'ndjson';

function* jsonLines(columns: readonly OutputColumn[]): Generator<string> {
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row++)
    // NaN becomes null in JSON
    yield `${JSON.stringify(Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])))}\n`;
}
