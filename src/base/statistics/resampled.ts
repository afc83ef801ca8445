import { FettleError } from '../error.ts';
import { studentQuantile } from './distributions.ts';
import { checkConfidence, type Interval } from './interval.ts';
import { mean, variance } from './summary.ts';

function studentAround(values: ArrayLike<number>, factor: number, confidence: number): Interval {
  checkConfidence(confidence);
  if (values.length < 2) {
    throw new FettleError('internal', `Expected at least 2 repeats for an interval, received ${values.length}.`);
  }
  const value = mean(values);
  const half = studentQuantile((1 + confidence) / 2, values.length - 1) * Math.sqrt(factor * variance(values));
  return { value, low: value - half, high: value + half };
}

/**
 * The interval of a mean over folds or random splits of one table: the corrected resampled variance
 * (1/k + test rows / training rows) s^2 (Nadeau and Bengio 2003), since the training sets overlap.
 * For repeated folds `values` holds every fold of every repeat (Bouckaert and Frank 2004).
 */
export function resampledInterval(values: ArrayLike<number>, testPerTrainRow: number, confidence: number): Interval {
  if (!(testPerTrainRow > 0 && Number.isFinite(testPerTrainRow))) {
    throw new FettleError(
      'internal',
      `Expected a positive ratio of test rows to training rows, received ${testPerTrainRow}.`,
    );
  }
  return studentAround(values, 1 / values.length + testPerTrainRow, confidence);
}

/** Student's interval of a mean over independent repeats, such as seeds on one split: the noise of training only. */
export function repeatedInterval(values: ArrayLike<number>, confidence: number): Interval {
  return studentAround(values, 1 / values.length, confidence);
}
