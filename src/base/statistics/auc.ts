import { FettleError } from '../error.ts';
import { normalQuantile } from './distributions.ts';
import { checkConfidence, type Interval } from './interval.ts';
import { wilsonInterval } from './proportion.ts';

/** For each of the sorted values the share of the other sorted values below it; equal ones count half. */
function sharesBelow(values: Float64Array, others: Float64Array): Float64Array {
  let below = 0;
  let upTo = 0;
  return values.map((x) => {
    while (below < others.length && (others[below] as number) < x) below++;
    upTo = Math.max(upTo, below);
    while (upTo < others.length && (others[upTo] as number) <= x) upTo++;
    return (below + upTo) / 2 / others.length;
  });
}

function varianceOfMean(shares: Float64Array, mean: number): number {
  const squares = shares.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return squares / (shares.length - 1) / shares.length;
}

/**
 * The area under the ROC curve: how likely a score of `above` is larger than one of `below`, ties counting half. The interval
 * is that of DeLong, DeLong and Clarke-Pearson (1988) on the logit, which keeps it inside of 0 and 1. Scores that do not
 * overlap at all have no variance: then it is that of a share of as many rows as the smaller side has.
 */
export function aucInterval(above: ArrayLike<number>, below: ArrayLike<number>, confidence: number): Interval {
  checkConfidence(confidence);
  if (above.length < 2 || below.length < 2) {
    throw new FettleError(
      'internal',
      `Expected at least 2 scores on each side, received ${above.length} and ${below.length}.`,
    );
  }
  const [high, low] = [Float64Array.from(above).sort(), Float64Array.from(below).sort()];
  const ofHigh = sharesBelow(high, low);
  const ofLow = sharesBelow(low, high).map((share) => 1 - share);
  const value = ofHigh.reduce((sum, x) => sum + x, 0) / high.length;
  const variance = varianceOfMean(ofHigh, value) + varianceOfMean(ofLow, value);
  if (variance === 0) return wilsonInterval(value, Math.min(high.length, low.length), confidence);
  const half = (normalQuantile((1 + confidence) / 2) * Math.sqrt(variance)) / (value * (1 - value));
  const logit = Math.log(value / (1 - value));
  const share = (x: number): number => 1 / (1 + Math.exp(-x));
  return { value, low: share(logit - half), high: share(logit + half) };
}
