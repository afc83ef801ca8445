import { FettleError } from '../error.ts';

/** The values must be at least `least` in number. */
function checkCount(values: ArrayLike<number>, least: number, what: string): void {
  if (values.length < least) {
    throw new FettleError('internal', `Expected at least ${least} values for a ${what}, received ${values.length}.`);
  }
}

/** The arithmetic mean of at least one value. */
export function mean(values: ArrayLike<number>): number {
  checkCount(values, 1, 'mean');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** The unbiased variance (divided by n - 1) of at least two values, in two passes so that no digits are lost. */
export function variance(values: ArrayLike<number>): number {
  checkCount(values, 2, 'variance');
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const d = (values[i] as number) - center;
    sum += d * d;
  }
  return sum / (values.length - 1);
}

/** The root of the unbiased variance of at least two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/** The quantile at `p` in [0, 1], linear between order statistics (type 7 of Hyndman and Fan 1996, as in R and NumPy). */
export function quantile(values: ArrayLike<number>, p: number): number {
  checkCount(values, 1, 'quantile');
  if (!(p >= 0 && p <= 1)) {
    throw new FettleError('internal', `Expected a quantile's position between 0 and 1, received ${p}.`);
  }
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return position === below ? low : low + (position - below) * (high - low);
}

/** The middle of at least one value. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
