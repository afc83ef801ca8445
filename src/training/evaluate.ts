// In: a trainer between two steps, and rows. Out: its scores on them in evaluation mode.

import { variance } from '../base/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import type { LossPlan } from '../plan/plan.ts';
import type { Metric, Score } from '../record/record.ts';
import { gatherRows, spreadRows } from './memory.ts';
import { type Predictions, rowTerms, scoreOf } from './score.ts';
import type { Trainer } from './trainer.ts';

/** Training rows that the curve's training error is measured on; the final one is measured on more. */
const curveRows = 2000;

/** Training rows that the final training error is measured on. */
const trainRows = 50_000;

/** Evenly spread rows of a dataset, or the dataset itself if it has no more: files are often sorted. */
export function spreadSample(data: Dataset, most: number): Dataset {
  if (data.rows <= most) return data;
  const { rows, numeric, categories } = spreadRows(data, most);
  const chosen = Uint32Array.from({ length: rows }, (_, i) => Math.floor((i * data.rows) / rows));
  const target = data.task === 'classification' ? new Int32Array(rows) : new Float32Array(rows);
  gatherRows(target, data.target, chosen, 1);
  return { ...data, rows, numeric, categories, target };
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
  /** On the dev rows; null without. */
  dev(): Promise<Scored | null>;
}

/** A scorer of one training's rows. */
export function createScorer(
  trainer: Trainer,
  { train, dev, metric }: { readonly train: Dataset; readonly dev: Dataset | null; readonly metric: Metric },
): Scorer {
  const deviation = deviationOf(train);
  const sample = spreadSample(train, curveRows);
  const on = async (data: Dataset): Promise<Scored> => {
    const predictions = await trainer.predict(data);
    return { predictions, score: scoreOf(metric, rowTerms(metric, predictions, data.target), deviation) };
  };
  return {
    sample: () => on(sample),
    train: () => on(spreadSample(train, trainRows)),
    dev: async () => (dev === null ? null : on(dev)),
  };
}
