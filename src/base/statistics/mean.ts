import { FettleError } from '../error.ts';
import { studentQuantile } from './distributions.ts';
import { checkConfidence, type Interval } from './interval.ts';

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

/** The cube root of a chi-square over its degrees is at least this: the limit is then 30 times the root, as good as none. */
const leastCubeRoot = 0.1;

/**
 * The interval of a root mean square over `count` >= 2 rows; `standardError` is that of the mean square.
 * Squares are skewed, and the more the heavier their tails are, so Student's interval of their mean is too low: on 50 normal
 * residuals it misses 8 %, nearly all from below. A mean square m with standard error s is taken for a chi-square with
 * 2 m^2 / s^2 degrees (Satterthwaite 1946), whose cube root is nearly normal (Wilson and Hilferty 1931); the quantile is
 * Student's with as many degrees, below the number of rows, since s is measured too. What rare, far residuals would add cannot
 * be seen in rows without them: see bench/results/coverage.json.
 */
export function rootMeanSquareInterval(
  rootMeanSquare: number,
  standardError: number,
  count: number,
  confidence: number,
): Interval {
  const square = rootMeanSquare * rootMeanSquare;
  const student = meanInterval(square, standardError, count, confidence);
  if (square === 0) return { value: 0, low: 0, high: Math.sqrt(student.high) };
  const variation = standardError / square;
  const degrees = Math.max(1, Math.min(count - 1, 2 / (variation * variation)));
  const quantile = studentQuantile((1 + confidence) / 2, degrees);
  const limit = (sign: -1 | 1): number => {
    const cubeRoot = 1 - (variation * variation) / 9 - (sign * quantile * variation) / 3;
    return rootMeanSquare / Math.max(leastCubeRoot, cubeRoot) ** 1.5;
  };
  return {
    value: rootMeanSquare,
    low: Math.min(rootMeanSquare, limit(-1)),
    high: Math.max(rootMeanSquare, limit(1)),
  };
}
