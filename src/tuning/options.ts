// What a tuning is told, and what it gives back.

import type { Task } from '../plan/plan.ts';
import type { TuneEvent } from '../recipe/journal.ts';
import type { TuneProgress } from '../recipe/progress.ts';
import type { Summary } from '../recipe/summary.ts';
import type { Metric } from '../record/record.ts';

/** What a tuning is told. */
export interface TuneOptions {
  /** A CSV, TSV, Parquet, JSON or JSON-lines file. */
  readonly data: string;
  /** The column to predict. Default: a column with a telling name, else the last one. */
  readonly target?: string;
  /** A file that stays untouched until the one report at the end. Default: 20 % of the rows. */
  readonly test?: string;
  readonly task?: Task;
  /** The error that nobody can be better than. Default 0. */
  readonly optimalError?: number;
  /** Gaps up to this size do not matter. Default: as the diagnosis says. */
  readonly tolerance?: number;
  readonly metric?: Metric;
  /** Seconds for everything; null is no limit. Default 120, or no limit where `trials` is given. */
  readonly seconds?: number | null;
  /** Most trials of the search. */
  readonly trials?: number | null;
  readonly seed?: number;
  /** Trials at the same time, one thread each. Default: all cores. */
  readonly threads?: number;
  /** Directory of the run. Default `fettle-runs/NAME`. */
  readonly out?: string;
  /** Go on with the run in the directory. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TuneEvent) => void;
  readonly onProgress?: (progress: TuneProgress) => void;
}

/** What a tuning gives back; everything is in the directory too. */
export interface TuneResult {
  readonly summary: Summary;
  readonly directory: string;
}
