// In: a trainer between two steps, and rows. Out: its scores on them in evaluation mode.

import { variance } from '../base/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import type { LossPlan } from '../plan/plan.ts';
import type { ActivationHealth, Metric, Score } from '../record/record.ts';
import { gatherColumns, gatherRows, spreadIndices } from './memory.ts';
import { type Predictions, rowTerms, scoreOf } from './score.ts';
import type { Trainer } from './trainer.ts';

/** Training rows that the curve's training error is measured on; the final one is measured on more. */
const curveRows = 2000;

/** Training images that a point of the curve is measured on: each costs a third of its training. */
const curveImages = 512;

/** Training rows that the final training error is measured on. */
const trainRows = 50_000;

/** Training rows whose activations are looked at, ... */
const activationTableRows = 256;

/** ... and images, whose activations are thousands of times as large. */
const activationImages = 64;

/** Evenly spread rows of a dataset, or the dataset itself if it has no more: files are often sorted. */
export function spreadSample(data: Dataset, most: number): Dataset {
  if (data.rows <= most) return data;
  const { images } = data;
  const chosen = spreadIndices(data.rows, most);
  const target = data.task === 'classification' ? new Int32Array(most) : new Float32Array(most);
  gatherRows(target, data.target, chosen, 1);
  const index = chosen.map((row) => images?.index[row] as number);
  return { ...data, ...gatherColumns(data, chosen), images: images === null ? null : { ...images, index }, target };
}

/** How many rows activations are looked at on. */
export function activationRows({ rows, images }: { readonly rows: number; readonly images: object | null }): number {
  return Math.min(rows, images === null ? activationTableRows : activationImages);
}

/** Standard deviation of the training target, the unit of a regression's share; null where there is no such unit. */
function deviationOf(data: Dataset): number | null {
  if (data.task === 'classification' || data.rows < 2) return null;
  const deviation = Math.sqrt(variance(data.target));
  return deviation > 0 ? deviation : null;
}

/**
 * The plan's loss without smoothing and class weights, as a mean over rows: the log loss of the averaged probabilities,
 * or the squared or Huber loss in the target's standardized unit.
 */
export function planLoss(loss: LossPlan, predictions: Predictions, data: Dataset): number {
  if (loss.kind === 'cross-entropy' || loss.kind === 'binary-cross-entropy') {
    return scoreOf('log-loss', rowTerms('log-loss', predictions, data.target), null).value;
  }
  const delta = loss.kind === 'huber' ? loss.delta : null;
  let sum = 0;
  for (let i = 0; i < data.rows; i++) {
    const error = Math.abs((predictions.values[i] as number) - (data.target[i] as number)) / data.targetDeviation;
    if (delta === null) sum += error * error;
    else sum += error <= delta ? (error * error) / 2 : delta * (error - delta / 2);
  }
  return sum / data.rows;
}

/** A score with the predictions that it stems from. */
export interface Scored {
  readonly predictions: Predictions;
  readonly score: Score;
}

/** Scores the present weights. */
export interface Scorer {
  /** On the fixed sample of training rows that the curve shows. */
  sample(): Promise<Scored>;
  /** On all training rows. */
  train(): Promise<Scored>;
  /** On the train-dev rows; null without. */
  trainDev(): Promise<Scored | null>;
  /** On the dev rows; null without. */
  dev(): Promise<Scored | null>;
  /** Activations on `activationSample`. */
  activations(): Promise<ReadonlyMap<string, ActivationHealth>>;
  /** The fixed sample of training rows that the start and activations are measured on. */
  readonly activationSample: Dataset;
  /** Rows that a point of the curve, and a look at activations, are measured on. */
  readonly rows: { readonly pointRows: number; readonly activationRows: number };
}

/** What is scored. */
export interface ScoredRows {
  readonly train: Dataset;
  readonly dev: Dataset | null;
  readonly trainDev?: Dataset | null;
  readonly metric: Metric;
}

/** A scorer of one training's rows. */
export function createScorer(trainer: Trainer, { train, dev, trainDev = null, metric }: ScoredRows): Scorer {
  const deviation = deviationOf(train);
  const sample = spreadSample(train, train.images === null ? curveRows : curveImages);
  const on = async (data: Dataset): Promise<Scored> => {
    const predictions = await trainer.predict(data);
    return { predictions, score: scoreOf(metric, rowTerms(metric, predictions, data.target), deviation) };
  };
  const activationSample = spreadSample(train, activationRows(train));
  return {
    sample: () => on(sample),
    train: () => on(spreadSample(train, trainRows)),
    trainDev: async () => (trainDev === null ? null : on(trainDev)),
    dev: async () => (dev === null ? null : on(dev)),
    activations: () => trainer.activations(activationSample),
    activationSample,
    rows: { pointRows: sample.rows + (dev?.rows ?? 0), activationRows: activationSample.rows },
  };
}
