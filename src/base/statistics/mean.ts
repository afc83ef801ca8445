import { FettleError } from '../error.ts';
import { studentQuantile } from './distributions.ts';
import { checkConfidence, type Interval, mapInterval } from './interval.ts';

/** Student's interval of a mean over `count` >= 2 rows with this standard error. */
export function meanInterval(value: number, standardError: number, count: number, confidence: number): Interval {
  checkConfidence(confidence);
  if (!(count >= 2)) throw new FettleError('internal', `Expected at least 2 rows for a mean, received ${count}.`);
  if (!(standardError >= 0)) {
    throw new FettleError('internal', `Expected a standard error of 0 or more, received ${standardError}.`);
  }
  const half = studentQuantile((1 + confidence) / 2, count - 1) * standardError;
  return { value, low: value - half, high: value + half };
}

/**
 * The interval of a root mean square, as the root of Student's interval of the mean square.
 * `standardError` is that of the mean square. A mean square cannot be negative, so neither can its lower limit.
 */
export function rootMeanSquareInterval(
  rootMeanSquare: number,
  standardError: number,
  count: number,
  confidence: number,
): Interval {
  const square = meanInterval(rootMeanSquare * rootMeanSquare, standardError, count, confidence);
  return { ...mapInterval(square, (x) => Math.sqrt(Math.max(0, x))), value: rootMeanSquare };
}
