import { describe, expect, it } from 'vitest';
import { symmetricBeta } from '../../../src/base/beta.ts';
import { createRandom } from '../../../src/base/random.ts';
import { studentCdf } from '../../../src/base/statistics/distributions.ts';

const N = 20_000;

const draws = (a: number): Float64Array => {
  const random = createRandom(`beta/${a}`);
  return Float64Array.from({ length: N }, () => symmetricBeta(random, a));
};

/** The incomplete beta integral up to x <= 1/2 for a < 1: x^a times the sum of (1 - a)_n x^n / (n! (a + n)). */
function integral(x: number, a: number): number {
  let sum = 0;
  for (let n = 0, term = 1; n < 60; n++, term *= ((n - a) * x) / n) sum += term / (a + n);
  return x ** a * sum;
}

/** P(X <= x) for X from Beta(a, a); from a = 1/2 on, sqrt(2a) (X - 1/2) / sqrt(X (1 - X)) is Student's with 2a degrees. */
const cdf = (x: number, a: number): number => {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (a >= 0.5) return studentCdf((Math.sqrt(2 * a) * (x - 0.5)) / Math.sqrt(x * (1 - x)), 2 * a);
  const lower = (0.5 * integral(Math.min(x, 1 - x), a)) / integral(0.5, a);
  return x < 0.5 ? lower : 1 - lower;
};

/** The largest distance between the shares below a value and the distribution, times sqrt(n): Kolmogorov and Smirnov. */
function distance(values: Float64Array, below: (x: number) => number): number {
  const sorted = values.slice().sort();
  let most = 0;
  sorted.forEach((x, i) => {
    const p = below(x);
    most = Math.max(most, p - i / N, (i + 1) / N - p);
  });
  return most * Math.sqrt(N);
}

describe('symmetricBeta', () => {
  it.each([0.1, 0.2, 0.5, 1, 1.5, 2, 8, 100])('has the moments of Beta(a, a) at a = %d', (a) => {
    const values = draws(a);
    const moment = (k: number): number => values.reduce((sum, x) => sum + (x - 0.5) ** k, 0) / N;
    const variance = 1 / (4 * (2 * a + 1));
    const fourth = 3 / (16 * (2 * a + 1) * (2 * a + 3));
    expect(Math.abs(moment(1)) / Math.sqrt(variance / N)).toBeLessThan(4);
    expect(Math.abs(moment(2) - variance) / Math.sqrt((fourth - variance ** 2) / N)).toBeLessThan(4);
  });

  // 2.2 is exceeded once in 8,000 samples of the true distribution.
  it.each([0.2, 0.5, 1, 1.01, 1.5, 2, 8, 100])('has the distribution of Beta(a, a) at a = %d', (a) => {
    expect(distance(draws(a), (x) => cdf(x, a))).toBeLessThan(2.2);
  });

  it('agrees with distributions that are known in closed form, and the test tells others apart', () => {
    const arcsine = (x: number): number => (2 / Math.PI) * Math.asin(Math.sqrt(x));
    expect(distance(draws(0.5), arcsine)).toBeLessThan(2.2);
    expect(distance(draws(1), (x) => x)).toBeLessThan(2.2);
    expect(distance(draws(2), (x) => 3 * x * x - 2 * x ** 3)).toBeLessThan(2.2);
    expect(distance(draws(0.5), (x) => x)).toBeGreaterThan(10);
    expect(distance(draws(1.2), (x) => x)).toBeGreaterThan(2.2);
  });

  it('stays within 0 and 1 where powers are too small for float64', () => {
    const values = draws(0.001);
    expect(values.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(Math.abs(values.filter((x) => x > 0.5).length - N / 2)).toBeLessThan(4 * Math.sqrt(N / 4));
  });
});
