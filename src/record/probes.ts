// What short extra trainings say, that one training cannot. Numbers only: rules say what is too much.

import type { Plan } from '../plan/plan.ts';
import type { Score } from './score.ts';

/** One rate of the test: the loss that short trainings from the same start came to. */
export interface LearningRatePoint {
  readonly rate: number;
  /** Mean over the repeats of the smoothed training loss at the end; null if one diverged, or was far worse than its start. */
  readonly loss: number | null;
  /** Standard deviation over the repeats; null with one: rates far from the best are not repeated. */
  readonly deviation: number | null;
}

/** A learning-rate test: the same number of steps at log-spaced rates around the plan's own. */
export interface LearningRateTest {
  /** The plan's rate. */
  readonly rate: number;
  readonly steps: number;
  /** Most repeats of a rate. */
  readonly repeats: number;
  /** Of weights that never move, on the batches of the smoothed loss. */
  readonly startLoss: number;
  readonly points: readonly LearningRatePoint[];
  /** The best rate, and those that cannot be told from it by more than noise and a small share of the possible fall. */
  readonly best: number;
  readonly low: number;
  readonly high: number;
}

/** A healthy plan on the same rows, trained with at most the same cost and otherwise left alone. */
export interface Reference {
  readonly plan: Plan;
  readonly train: Score;
  readonly dev: Score | null;
  readonly bestEpoch: number | null;
  readonly seconds: number;
}

/** The plan trained on a part of its rows. */
export interface DataSizePoint {
  readonly rows: number;
  /** Means over the repeats. */
  readonly train: Score;
  readonly dev: Score;
  /** Standard deviation of the dev error over the repeats; null with one. */
  readonly deviation: number | null;
  readonly repeats: number;
}

/** Extra trainings around a plan. A part that was not made is null. */
export interface Probes {
  readonly learningRate: LearningRateTest | null;
  readonly reference: Reference | null;
  /** 5 to 8 log-spaced sizes, the last one is all rows. */
  readonly dataSizes: readonly DataSizePoint[] | null;
}
