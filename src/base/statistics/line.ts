import { FettleError } from '../error.ts';
import { studentQuantile } from './distributions.ts';
import { checkConfidence, type Interval } from './interval.ts';
import { mean } from './summary.ts';

/** A straight line through points: y = intercept + slope x. */
export interface Line {
  readonly intercept: number;
  readonly slope: Interval;
}

/** Least squares through at least three points with two different x; the slope's interval is Student's, from the residuals. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, confidence: number): Line {
  checkConfidence(confidence);
  const n = x.length;
  if (n !== y.length || n < 3) {
    throw new FettleError('internal', `Expected at least 3 points (x, y), received ${n} x and ${y.length} y.`);
  }
  const centerX = mean(x);
  const centerY = mean(y);
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] as number) - centerX;
    xx += dx * dx;
    xy += dx * ((y[i] as number) - centerY);
  }
  if (xx === 0) throw new FettleError('internal', `Expected points with different x, received ${n} with x = ${x[0]}.`);
  const slope = xy / xx;
  const intercept = centerY - slope * centerX;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((y[i] as number) - intercept - slope * (x[i] as number)) ** 2;
  const half = studentQuantile((1 + confidence) / 2, n - 2) * Math.sqrt(squares / (n - 2) / xx);
  return { intercept, slope: { value: slope, low: slope - half, high: slope + half } };
}
