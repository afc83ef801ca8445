import type { LogSeries } from './series.ts';

/** What a reader decides by whether a file is one of its own. */
export interface LogFacts {
  /** With `/`, below the folder that is searched; for a single file its name. */
  readonly path: string;
  /** The first 64 kB. */
  readonly head: Uint8Array;
  /** Whether the user named this file, rather than a folder that it lies in: then a weaker sign is enough. */
  readonly chosen: boolean;
}

/** Takes a file in pieces of any length; what cannot be read is told to the series, never thrown. */
export interface LogParser {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** One log format. */
export interface LogReader<Id extends string = string> {
  readonly id: Id;
  /** One sentence. */
  readonly about: string;
  /** What the format calls the first epoch. Where that is 0, one is added: epochs are counted when completed. */
  readonly firstEpoch: 0 | 1;
  /** Whether the training error is known to be the running mean over the batches, in training mode. */
  readonly runningTrainError: boolean;
  /** Pure; looks at the facts only. */
  detects(facts: LogFacts): boolean;
  /** The run that a file belongs to: its path, or the folder that several files of one run lie in; '' is the root. */
  runOf(path: string): string;
  /** The names of the runs that one file holds side by side; without this a file belongs to one run. */
  runsIn?(facts: LogFacts): readonly string[];
  /** The files of one run that are read, where others only repeat them; all by default. */
  filesOf?(paths: readonly string[]): readonly string[];
  /** What is to be said about the files of one run, if anything. */
  aboutFiles?(paths: readonly string[]): string | null;
  /** Starts to read one file into the series of its run; `run` is one of `runsIn`, null where there are none. */
  open(path: string, series: LogSeries, run: string | null): LogParser;
}
