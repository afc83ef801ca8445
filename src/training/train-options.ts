// What a training is made with, and what it leaves behind.

import type { Dataset } from '../data/dataset.ts';
import type { Runtime } from '../engine/index.ts';
import type { Plan } from '../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord } from '../record/record.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { Predictions } from './score.ts';

/** The kept weights of a trained network, by region; `parameters` in the layout's order, buffers by name. */
export interface TrainedWeights {
  readonly parameters: Float32Array;
  readonly buffers: Readonly<Record<string, Float32Array>>;
}

/** What a training leaves behind. */
export interface TrainResult {
  readonly record: RunRecord;
  readonly weights: TrainedWeights;
  /** Predictions of the kept weights on the dev rows; null without dev rows. */
  readonly devPredictions: Predictions | null;
}

/** What a training is made with. */
export interface TrainOptions {
  readonly plan: Plan;
  readonly train: Dataset;
  /** Chooses the kept epoch; without it the last epoch is kept. */
  readonly dev: Dataset | null;
  readonly metric: Metric;
  readonly runtime: Runtime;
  /** First weights in place of random ones, as a training of the same network leaves them behind. */
  readonly start?: TrainedWeights | null;
  /** Rows like the training rows that are not trained on: they are scored at the end, and choose nothing. */
  readonly trainDev?: Dataset | null;
  /** Ends the run after this much training and evaluation, at the end of a step; null is no limit. */
  readonly seconds?: number | null;
  /** Ends after this epoch of the plan's schedule, for a final fit at a chosen epoch; null trains all. */
  readonly stopEpoch?: number | null;
  /**
   * Most evaluations over the run, at most one an epoch. Default 64. From 8 on, a run with fewer epochs than that also gets
   * points inside its epochs, where that costs little; they choose no weights.
   */
  readonly evaluations?: number;
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
  readonly checkpoints?: CheckpointStore | null;
  /** Least seconds between two checkpoints. Default 5. */
  readonly checkpointSeconds?: number;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}
