// In: the files of a log that fettle did not write, in pieces. Out: its runs as records, what its names were taken for,
// and what could not be read. One reader per format; all are pure and never throw for what a file holds.

import { type ForeignRun, foreignRun, type LogOptions } from './foreign-run.ts';
import { jsonLines } from './json-lines.ts';
import { kerasCsv } from './keras-csv.ts';
import { lightningCsv } from './lightning-csv.ts';
import { mlflow } from './mlflow.ts';
import { mlflowRest } from './mlflow-rest.ts';
import type { LogFacts, LogReader } from './reader.ts';
import { createSeries } from './series.ts';
import { tensorboard } from './tensorboard.ts';
import { trainerState } from './trainer-state.ts';
import { wandb } from './wandb.ts';
import { wandbCsv } from './wandb-csv.ts';

/** Each reader under its own id, or it does not compile. */
const closed = <T extends { readonly [K in keyof T]: LogReader<K & string> }>(table: T): T => table;

/** All readers; the first that knows a file reads it. */
export const logReaders = closed({
  tensorboard,
  mlflow,
  'mlflow-rest': mlflowRest,
  wandb,
  'wandb-csv': wandbCsv,
  'trainer-state': trainerState,
  'json-lines': jsonLines,
  'lightning-csv': lightningCsv,
  'keras-csv': kerasCsv,
});

/** The id of a log format. */
export type LogReaderId = keyof typeof logReaders;

/** The reader of a file, or null if no format is like it. */
export function readerOf(facts: LogFacts): LogReader | null {
  return Object.values(logReaders).find((reader) => reader.detects(facts)) ?? null;
}

/** One file of a run. */
export interface LogFile {
  readonly path: string;
  /** Which of the runs that it holds side by side; null or absent for all of it. */
  readonly run?: string | null;
  /** Its bytes in pieces of any length; a failure to read is told by the remark and ends the file. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Reads the files of one run. Throws a `usage` error only, for a mapping that names what the log does not have. */
export async function readRun(
  name: string,
  reader: LogReader,
  files: readonly LogFile[],
  options: LogOptions = {},
): Promise<ForeignRun> {
  const series = createSeries();
  const paths = files.map(({ path }) => path);
  const read = reader.filesOf?.(paths) ?? paths;
  const about = reader.aboutFiles?.(read) ?? null;
  if (about !== null) series.remark(about);
  for (const { path, run, pieces } of files) {
    if (!read.includes(path)) continue;
    const parser = reader.open(path, series, run ?? null);
    for await (const piece of pieces) parser.push(piece);
    parser.end();
  }
  return foreignRun(name, reader, series, options);
}
