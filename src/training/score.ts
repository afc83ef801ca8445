// In: predictions and targets. Out: one term per row, and the score with what its interval needs.
// Every metric is a mean of per-row terms (or its root), so that two networks can be compared row by row.

import type { Dataset } from '../data/dataset.ts';
import type { Metric, Score } from '../record/record.ts';

/** Predictions of a network on a dataset: probabilities [N, K], or values [N, 1] in the target's own unit. */
export interface Predictions {
  readonly rows: number;
  readonly outputs: number; // K
  readonly values: Float32Array; // [N, K]
}

/** Probabilities below this count as this in the log loss, so that one certain mistake does not make it infinite. */
const leastProbability = 1e-7;

/** The class of the largest probability; the first of equals. */
export function predictedClass({ outputs, values }: Predictions, row: number): number {
  let best = 0;
  for (let k = 1; k < outputs; k++) {
    if ((values[row * outputs + k] as number) > (values[row * outputs + best] as number)) best = k;
  }
  return best;
}

/** One term per row: wrong 0/1, log loss, squared error or absolute error. */
export function rowTerms(metric: Metric, predictions: Predictions, target: Dataset['target']): Float32Array {
  const { rows, outputs, values } = predictions;
  const terms = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const y = target[i] as number;
    if (metric === 'error') terms[i] = predictedClass(predictions, i) === y ? 0 : 1;
    else if (metric === 'log-loss') terms[i] = -Math.log(Math.max(values[i * outputs + y] as number, leastProbability));
    else {
      const error = (values[i] as number) - y;
      terms[i] = metric === 'rmse' ? error * error : Math.abs(error);
    }
  }
  return terms;
}

/** The score of per-row terms; `targetDeviation` turns a regression score into a share (null for classification). */
export function scoreOf(metric: Metric, terms: ArrayLike<number>, targetDeviation: number | null): Score {
  const count = terms.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += terms[i] as number;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += ((terms[i] as number) - mean) ** 2;
  const value = metric === 'rmse' ? Math.sqrt(mean) : mean;
  return {
    value,
    count,
    standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : null,
    share: targetDeviation === null ? null : value / targetDeviation,
  };
}

/** The metric that is minimized when nobody names one. */
export function defaultMetric(task: Dataset['task']): Metric {
  return task === 'classification' ? 'error' : 'rmse';
}
