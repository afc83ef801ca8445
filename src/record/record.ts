// In: what happened while a plan was trained. Out: plain JSON that a diagnosis can be made from, years later.
// A record of a foreign run has the same shape; what its log did not say is null.

import type { Plan, Task } from '../plan/plan.ts';
import type { DataFacts } from './data-facts.ts';
import type { ErrorAnalysis } from './error-analysis.ts';
import type { Probes } from './probes.ts';
import type { Metric, Score } from './score.ts';

export type { Metric, Score } from './score.ts';

/**
 * What comes out of a layer's activation, in evaluation mode on up to 256 training rows (64 images). A unit is a channel of
 * an image. For `output` it is what the network gives, before softmax or sigmoid.
 */
export interface ActivationHealth {
  /** Over rows and units. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of units whose output is the same number on all rows, such as the zero of a ReLU that never fires. */
  readonly dead: number;
  /** Share of outputs at a flat end of tanh or sigmoid, where the slope is below a hundredth of the largest; 0 for others. */
  readonly saturated: number;
}

/**
 * Health of one layer over the steps since the last point of the curve: Euclidean norms, means over steps. Layers are in
 * order from the input to `output`.
 */
export interface LayerHealth {
  readonly layer: string;
  readonly weightNorm: number;
  readonly gradientNorm: number;
  readonly updateNorm: number;
  /** Weights that are exactly zero, and all of them. */
  readonly zeros: number;
  readonly weights: number;
  /**
   * Now; null for a layer without an activation, where a number or its square was not finite, or where it was not
   * measured: fettle does it at the start, at the last point and, as often as that costs little, in between.
   */
  readonly activations: ActivationHealth | null;
}

/**
 * A layer of units with weights before the first step, so embeddings and factors of inputs are none; layers are in order
 * from the input to `output`. Of a block with several matrices, such as a residual one, the first one is described.
 */
export interface StartLayer {
  readonly layer: string;
  /** Inputs and outputs of one unit: for a convolution, times the size of its window. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Of its weights, biases left out. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of units whose weights and bias equal those of another unit of the layer: such units learn the same. */
  readonly identical: number;
  /** Of all biases of the layer, those of a normalization included; 0 without any. */
  readonly biasMean: number;
  readonly activations: ActivationHealth | null;
}

/** A network before its first step, on up to 256 training rows in evaluation mode. */
export interface RunStart {
  /** The plan's loss, without penalties and smoothing; null if unknown or not finite. */
  readonly loss: number | null;
  /** The loss of knowing nothing: ln K for K classes, the mean square of the trained target for a number; null if unknown. */
  readonly expectedLoss: number | null;
  readonly layers: readonly StartLayer[];
  /** What the output layer gives, where that is known: `softmax`, `sigmoid`, `linear`. */
  readonly outputs: { readonly units: number; readonly activation: string; readonly loss: string } | null;
}

/** Losses of the batches of one stretch of steps, before each step's update. */
export interface LossSegment {
  /** Its last step. */
  readonly step: number;
  readonly mean: number;
  /** Standard deviation over its batches; null for one batch. */
  readonly deviation: number | null;
}

/** One evaluation, by default at the end of an epoch. */
export interface CurvePoint {
  /** Epochs so far; with a fraction for the points inside the epochs of a run with fewer than 8. */
  readonly epoch: number;
  readonly step: number;
  /** Time of the run so far, evaluations included. */
  readonly seconds: number;
  readonly learningRate: number | null;
  /** Mean loss of the training batches since the last point: with dropout, noise and moving weights. */
  readonly trainLoss: number | null;
  /** In evaluation mode on (a fixed sample of) the training rows. */
  readonly trainError: number | null;
  readonly devError: number | null;
  /** Loss of the plan (without penalties and smoothing) on the dev rows, in evaluation mode. */
  readonly devLoss: number | null;
  readonly layers: readonly LayerHealth[] | null;
}

/**
 * How a run ended. `diverged`: a loss or a weight was no finite number, or the loss was a million times that of the
 * first batch. `stopped`: by its budget or its user.
 */
export type RunStatus = 'finished' | 'early-stopped' | 'stopped' | 'diverged';

/** All that a run leaves behind. */
export interface RunRecord {
  readonly version: 1;
  /** Who trained: `fettle`, or the log's format. */
  readonly source: string;
  readonly plan: Plan | null;
  readonly task: Task;
  readonly metric: Metric;
  readonly classes: readonly string[] | null;
  readonly rows: { readonly train: number | null; readonly dev: number | null };
  readonly status: RunStatus;
  readonly curve: readonly CurvePoint[];
  readonly start: RunStart | null;
  /** The run in at most 64 stretches of equally many steps; null where it was not written down. */
  readonly losses: readonly LossSegment[] | null;
  /** The epoch whose weights were kept; null if none was better than the start. */
  readonly bestEpoch: number | null;
  /** Measured in evaluation mode with the kept weights. Train-dev rows are like the training rows but not trained on. */
  readonly train: Score | null;
  readonly trainDev: Score | null;
  readonly dev: Score | null;
  readonly parameters: number | null;
  readonly nonzero: number | null;
  readonly seconds: number | null;
  readonly data: DataFacts | null;
  readonly probes: Probes | null;
  readonly analysis: readonly ErrorAnalysis[] | null;
}
