// In: a trial, i.e. a plan and the rows it is trained and judged on. Out: what it left behind, and its events on the way.
// The recipe does not care who trains: the engine in this thread, in workers, or somebody's own command.

import type { Preprocessing } from '../data/preprocessing.ts';
import type { Plan } from '../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord } from '../record/record.ts';
import type { Predictions } from '../training/score.ts';
import type { TrainedWeights } from '../training/train-options.ts';

/** One training to be done. Rows are numbers of the table that the executor holds. */
export interface Trial {
  /** Fixed by plan, rows and limits: the same trial has the same id. */
  readonly id: string;
  readonly plan: Plan;
  readonly metric: Metric;
  readonly trainRows: Uint32Array;
  /** Null for a final fit: nothing is held out. */
  readonly devRows: Uint32Array | null;
  /** Rows like the training rows that are not trained on and choose nothing; they are scored at the end. Default none. */
  readonly trainDevRows?: Uint32Array | null;
  /** Ends the trial after this much training; null is no limit. */
  readonly seconds: number | null;
  /** Ends after this epoch of the plan's schedule; null trains all epochs. */
  readonly stopEpoch: number | null;
  /** Most evaluations over the run. */
  readonly evaluations: number;
}

/** What a trial leaves behind. */
export interface TrialResult {
  readonly id: string;
  readonly record: RunRecord;
  /** Fitted on the trial's training rows. */
  readonly preprocessing: Preprocessing;
  readonly weights: TrainedWeights;
  /** On the dev rows, in the order of `devRows`. */
  readonly devPredictions: Predictions | null;
}

/** What comes along with a trial. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
}

/** Runs trials somewhere; as many at a time as it has slots, the others wait in order. */
export interface Executor {
  readonly slots: number;
  run(trial: Trial, options?: RunOptions): Promise<TrialResult>;
  close(): Promise<void>;
}
