// What a tuning is told, and what it gives back.

import type { Device } from '../engine/index.ts';
import type { Plan } from '../plan/plan.ts';
import type { TuneEvent } from '../recipe/journal.ts';
import type { TuneProgress } from '../recipe/progress.ts';
import type { Summary } from '../recipe/summary.ts';
import type { Metric } from '../record/record.ts';
import type { DataOptions } from './tune-data.ts';

/** What a tuning is told. */
export interface TuneOptions extends DataOptions {
  /** What networks are trained on. Default `cpu`. */
  readonly device?: Device;
  /** The error that nobody can be better than. Default 0. */
  readonly optimalError?: number;
  /** Gaps up to this size do not matter. Default: as the diagnosis says. */
  readonly tolerance?: number;
  readonly metric?: Metric;
  /** Seconds for everything; null is no limit. Default 120, or no limit where `trials` is given. */
  readonly seconds?: number | null;
  /** What to start from. Default: the usual plan for such data. */
  readonly plan?: Plan;
  /** Judges plans on so many random hold-outs: fewer trainings and more luck than the folds of small tables. */
  readonly holdOuts?: number;
  /** Most trials of the search. */
  readonly trials?: number | null;
  readonly seed?: number;
  /** Trials at the same time, one thread each. Default: all cores, or 1 on any other device than the CPU. */
  readonly threads?: number;
  /** Directory of the run. Default `fettle-runs/NAME`. */
  readonly out?: string;
  /** Go on with the run in the directory. */
  readonly resume?: boolean;
  readonly onEvent?: (event: TuneEvent) => void;
  readonly onProgress?: (progress: TuneProgress) => void;
}

/** What a tuning gives back; everything is in the directory too. */
export interface TuneResult {
  readonly summary: Summary;
  readonly directory: string;
}
