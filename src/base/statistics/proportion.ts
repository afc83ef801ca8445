import { FettleError } from '../error.ts';
import { normalQuantile } from './distributions.ts';
import { checkConfidence, differenceInterval, type Interval } from './interval.ts';

/**
 * The score interval of a proportion (Wilson 1927): `share` of `count` rows, which need not be a whole number of rows.
 * It stays inside [0, 1] and has a width at 0 and 1 too.
 */
export function wilsonInterval(share: number, count: number, confidence: number): Interval {
  checkConfidence(confidence);
  if (!(share >= 0 && share <= 1)) {
    throw new FettleError('internal', `Expected a share between 0 and 1, received ${share}.`);
  }
  if (!(count > 0)) throw new FettleError('internal', `Expected a positive number of rows, received ${count}.`);
  const z = normalQuantile((1 + confidence) / 2);
  const z2 = (z * z) / count;
  const center = (share + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count))) / (1 + z2);
  // At the ends the formula gives exactly 0 and 1; min and max only remove its rounding errors.
  return {
    value: share,
    low: share === 0 ? 0 : Math.max(0, Math.min(share, center - half)),
    high: share === 1 ? 1 : Math.min(1, Math.max(share, center + half)),
  };
}

/** The interval of shareA - shareB for two independent sets of rows (Newcombe 1998, method 10: hybrid score). */
export function newcombeInterval(
  shareA: number,
  countA: number,
  shareB: number,
  countB: number,
  confidence: number,
): Interval {
  return differenceInterval(wilsonInterval(shareA, countA, confidence), wilsonInterval(shareB, countB, confidence));
}
