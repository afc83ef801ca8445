import { FettleError } from '../error.ts';
import type { Random } from '../random.ts';
import { normalCdf, normalQuantile, studentQuantile } from './distributions.ts';
import { checkConfidence, type Interval } from './interval.ts';
import { mean, standardDeviation } from './summary.ts';

/** What is compared of the per-row terms: their means (error, log loss, mae), or the roots of their means (rmse). */
export type PairedStatistic = 'mean' | 'root-of-mean';

function checkPairs(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length || a.length < 2) {
    throw new FettleError(
      'internal',
      `Expected two equally long series of at least 2 rows, received ${a.length} and ${b.length}.`,
    );
  }
}

const transform = (statistic: PairedStatistic): ((x: number) => number) =>
  statistic === 'mean' ? (x) => x : (x) => Math.sqrt(Math.max(0, x));

/** What one row contributes to the statistic (delta method): the term, or term / (2 root) for a root of a mean. */
function influence(average: number, statistic: PairedStatistic): number {
  if (statistic === 'mean') return 1;
  return average > 0 ? 1 / (2 * Math.sqrt(average)) : 0;
}

/**
 * Student's interval of statistic(a) - statistic(b), where a[i] and b[i] are terms of the same row.
 * For 0/1 terms it is too narrow while only a handful of rows differ: ask for more rows or folds then.
 */
export function pairedInterval(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: { readonly confidence: number; readonly statistic?: PairedStatistic },
): Interval {
  checkConfidence(options.confidence);
  checkPairs(a, b);
  const statistic = options.statistic ?? 'mean';
  const f = transform(statistic);
  const meanA = mean(a);
  const meanB = mean(b);
  const weightA = influence(meanA, statistic);
  const weightB = influence(meanB, statistic);
  const terms = Float64Array.from(
    { length: a.length },
    (_, i) => weightA * (a[i] as number) - weightB * (b[i] as number),
  );
  const value = f(meanA) - f(meanB);
  const half =
    (studentQuantile((1 + options.confidence) / 2, terms.length - 1) * standardDeviation(terms)) /
    Math.sqrt(terms.length);
  return { value, low: value - half, high: value + half };
}

/** The acceleration of the BCa interval, from the statistic with each row left out once (Efron 1987). */
function acceleration(a: ArrayLike<number>, b: ArrayLike<number>, f: (x: number) => number): number {
  const n = a.length;
  const sumA = mean(a) * n;
  const sumB = mean(b) * n;
  const without = Float64Array.from(
    { length: n },
    (_, i) => f((sumA - (a[i] as number)) / (n - 1)) - f((sumB - (b[i] as number)) / (n - 1)),
  );
  const center = mean(without);
  let squares = 0;
  let cubes = 0;
  for (const x of without) {
    squares += (center - x) ** 2;
    cubes += (center - x) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/**
 * The bias-corrected and accelerated bootstrap interval (Efron 1987) of statistic(a) - statistic(b), rows drawn in pairs.
 * The same stream gives the same interval. Default: 2,000 resamples.
 */
export function pairedBootstrapInterval(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: {
    readonly confidence: number;
    readonly random: Random;
    readonly statistic?: PairedStatistic;
    readonly resamples?: number;
  },
): Interval {
  checkConfidence(options.confidence);
  checkPairs(a, b);
  const { random, resamples = 2000 } = options;
  const f = transform(options.statistic ?? 'mean');
  const n = a.length;
  const value = f(mean(a)) - f(mean(b));
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sumA = 0;
    let sumB = 0;
    for (let i = 0; i < n; i++) {
      const row = random.below(n);
      sumA += a[row] as number;
      sumB += b[row] as number;
    }
    draws[r] = f(sumA / n) - f(sumB / n);
  }
  draws.sort();
  // Draws that equal the value count half: with 0/1 terms there are many of them.
  let below = 0;
  for (const draw of draws) below += draw < value ? 1 : draw === value ? 0.5 : 0;
  if (below === 0 || below === resamples)
    return { value, low: draws[0] as number, high: draws[resamples - 1] as number };
  const bias = normalQuantile(below / resamples);
  const skew = acceleration(a, b, f);
  const limit = (p: number): number => {
    const z = bias + normalQuantile(p);
    const position = normalCdf(bias + z / (1 - skew * z)) * (resamples - 1);
    return draws[Math.round(position)] as number;
  };
  const low = limit((1 - options.confidence) / 2);
  const high = limit((1 + options.confidence) / 2);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}
