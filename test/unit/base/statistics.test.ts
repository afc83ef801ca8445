import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  mean,
  meanInterval,
  median,
  newcombeInterval,
  normalCdf,
  normalQuantile,
  pairedBootstrapInterval,
  pairedInterval,
  quantile,
  repeatedInterval,
  resampledInterval,
  rootMeanSquareInterval,
  standardDeviation,
  studentCdf,
  studentQuantile,
  variance,
  wilsonInterval,
} from '../../../src/base/statistics.ts';
import golden from '../../golden/statistics.json' with { type: 'json' };

type Row = readonly number[];
const at = (row: Row, i: number): number => {
  const value = row[i];
  if (value === undefined) throw new Error(`column ${i} is missing`);
  return value;
};
const near = (actual: number, expected: number, relative: number): void => {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected) + 1e-300,
  );
};
const count = fc.integer({ min: 1, max: 100_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('distributions against SciPy', () => {
  it('normal distribution', () => {
    for (const row of golden.normalCdf) near(normalCdf(at(row, 0)), at(row, 1), at(row, 0) === -38 ? 1 : 1e-13);
    for (const row of golden.normalQuantile) {
      if (at(row, 0) === 0.5) expect(normalQuantile(0.5)).toBe(0);
      else near(normalQuantile(at(row, 0)), at(row, 1), 1e-14);
    }
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('Student distribution', () => {
    for (const row of golden.studentCdf) near(studentCdf(at(row, 0), at(row, 1)), at(row, 2), 1e-10);
    for (const row of golden.studentQuantile) {
      if (at(row, 0) === 0.5) expect(studentQuantile(0.5, at(row, 1))).toBe(0);
      else near(studentQuantile(at(row, 0), at(row, 1)), at(row, 2), 1e-11);
    }
    expect(studentQuantile(0.975, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.975));
  });

  it('a quantile is the inverse of its distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), fc.integer({ min: 1, max: 3000 }), (p, d) => {
        near(studentCdf(studentQuantile(p, d), d), p, 1e-9);
        near(normalCdf(normalQuantile(p)), p, 1e-12);
      }),
    );
  });

  it('refuses what is no probability and no degree of freedom', () => {
    expect(() => normalQuantile(1.1)).toThrow('Expected a probability between 0 and 1, received 1.1.');
    expect(() => studentQuantile(0.5, 0)).toThrow('Expected at least 1 degree of freedom, received 0.');
  });
});

describe('summaries', () => {
  it('agree with NumPy', () => {
    for (const row of golden.quantile.at) near(quantile(golden.quantile.values, at(row, 0)), at(row, 1), 1e-14);
    near(variance(golden.quantile.values), golden.quantile.variance, 1e-13);
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([5, 1, 2, 4])).toBe(3);
    expect(standardDeviation([1, 3])).toBeCloseTo(Math.SQRT2, 15);
  });

  it('say how many values they need', () => {
    expect(() => mean([])).toThrow('Expected at least 1 values for a mean, received 0.');
    expect(() => variance([1])).toThrow('Expected at least 2 values for a variance, received 1.');
  });
});

describe('intervals of proportions', () => {
  it('Wilson agrees with SciPy', () => {
    for (const row of golden.wilson) {
      const interval = wilsonInterval(at(row, 0) / at(row, 1), at(row, 1), at(row, 2));
      expect(interval.low).toBeCloseTo(at(row, 3), 13);
      expect(interval.high).toBeCloseTo(at(row, 4), 13);
    }
  });

  it('Newcombe agrees with the worked examples of his paper (table II, method 10)', () => {
    const a = newcombeInterval(56 / 70, 70, 48 / 80, 80, 0.95);
    expect([a.low.toFixed(4), a.high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
    const b = newcombeInterval(9 / 10, 10, 3 / 10, 10, 0.95);
    expect([b.low.toFixed(4), b.high.toFixed(4)]).toEqual(['0.1705', '0.8090']);
    for (const row of golden.newcombe) {
      const [k1, n1, k2, n2, c] = [at(row, 0), at(row, 1), at(row, 2), at(row, 3), at(row, 4)];
      const interval = newcombeInterval(k1 / n1, n1, k2 / n2, n2, c);
      expect(interval.low).toBeCloseTo(at(row, 5), 13);
      expect(interval.high).toBeCloseTo(at(row, 6), 13);
    }
  });

  it('hold the value, stay in [0, 1], mirror, and narrow with rows', () => {
    fc.assert(
      fc.property(share, count, (p, n) => {
        const interval = wilsonInterval(p, n, 0.95);
        expect(interval.low).toBeLessThanOrEqual(p);
        expect(interval.high).toBeGreaterThanOrEqual(p);
        expect(interval.low).toBeGreaterThanOrEqual(0);
        expect(interval.high).toBeLessThanOrEqual(1);
        const mirrored = wilsonInterval(1 - p, n, 0.95);
        expect(mirrored.low).toBeCloseTo(1 - interval.high, 12);
        const more = wilsonInterval(p, 2 * n, 0.95);
        expect(more.high - more.low).toBeLessThan(interval.high - interval.low);
        const surer = wilsonInterval(p, n, 0.99);
        expect(surer.high - surer.low).toBeGreaterThan(interval.high - interval.low);
      }),
    );
  });

  it('a difference turned round has the limits turned round', () => {
    fc.assert(
      fc.property(share, count, share, count, (p, n, q, m) => {
        const there = newcombeInterval(p, n, q, m, 0.95);
        const back = newcombeInterval(q, m, p, n, 0.95);
        expect(there.low).toBeCloseTo(-back.high, 12);
        expect(there.high).toBeCloseTo(-back.low, 12);
        expect(there.low).toBeLessThanOrEqual(there.value);
        expect(there.high).toBeGreaterThanOrEqual(there.value);
      }),
    );
  });

  it('refuse what cannot be', () => {
    expect(() => wilsonInterval(20, 100, 0.95)).toThrow('Expected a share between 0 and 1, received 20.');
    expect(() => wilsonInterval(0.2, 0, 0.95)).toThrow('Expected a positive number of rows, received 0.');
    expect(() => wilsonInterval(0.2, 10, 95)).toThrow(
      'Expected a confidence between 0 and 1, such as 0.95, received 95.',
    );
  });
});

describe('intervals of means', () => {
  it('Student agrees with SciPy', () => {
    const row = at.bind(null, golden.mean[0] ?? []);
    const interval = meanInterval(row(0), row(1), row(2), row(3));
    expect(interval.low).toBeCloseTo(row(4), 12);
    expect(interval.high).toBeCloseTo(row(5), 12);
  });

  it('a root mean square of normal residuals has the limits of a chi-square', () => {
    // SciPy: sqrt(n m / chi2.ppf([.975, .025], n)) for m = 9, n = 200; the standard error of m is m sqrt(2 / n).
    const root = rootMeanSquareInterval(3, 0.9, 200, 0.95);
    expect(root.value).toBe(3);
    expect(root.low).toBeCloseTo(2.7324, 2);
    expect(root.high).toBeCloseTo(3.3262, 2);
  });

  it('a root mean square has limits above zero that are not the same distance away', () => {
    for (const [standardError, count] of [
      [1, 2],
      [0.9, 3],
      [0.5, 10],
      [0.1, 1000],
    ] as const) {
      const { value, low, high } = rootMeanSquareInterval(1, standardError, count, 0.95);
      expect(low).toBeGreaterThan(0);
      expect(low).toBeLessThan(value);
      expect(high - value).toBeGreaterThan(value - low);
      expect(high).toBeLessThan(32);
    }
  });

  it('a root mean square of 0 is known as well as its rows are', () => {
    expect(rootMeanSquareInterval(0, 0, 50, 0.95)).toEqual({ value: 0, low: 0, high: 0 });
    expect(rootMeanSquareInterval(2, 0, 50, 0.95)).toEqual({ value: 2, low: 2, high: 2 });
  });

  it('a root mean square covers skewed squares on both sides, which Student does not', () => {
    const random = createRandom('squares');
    const missed = { low: 0, high: 0, student: 0 };
    for (let k = 0; k < 2000; k++) {
      const squares = Array.from({ length: 50 }, () => random.normal() ** 2);
      const m = mean(squares);
      const standardError = standardDeviation(squares) / Math.sqrt(50);
      const { low, high } = rootMeanSquareInterval(Math.sqrt(m), standardError, 50, 0.95);
      if (low > 1) missed.low++;
      if (high < 1) missed.high++;
      if (meanInterval(m, standardError, 50, 0.95).high < 1) missed.student++;
    }
    expect(missed.low / 2000).toBeLessThan(0.04);
    expect(missed.high / 2000).toBeLessThan(0.04);
    expect(missed.student / 2000).toBeGreaterThan(0.06);
  });

  it('need two rows', () => {
    expect(() => meanInterval(1, 0.1, 1, 0.95)).toThrow('Expected at least 2 rows for a mean, received 1.');
  });
});

describe('paired intervals', () => {
  const { a, b, student, bootstrapMean, bootstrapRoot } = golden.paired;

  it('Student agrees with SciPy', () => {
    const interval = pairedInterval(a, b, { confidence: 0.95 });
    expect(interval.low).toBeCloseTo(at(student, 0), 12);
    expect(interval.high).toBeCloseTo(at(student, 1), 12);
  });

  it('the bootstrap agrees with SciPy to within the noise of its draws', () => {
    const options = { confidence: 0.95, random: createRandom(1), resamples: 20_000 };
    // Over seeds a limit's standard deviation is 0.004 at the wide end and 0.0005 at the narrow one.
    const ofMeans = pairedBootstrapInterval(a, b, options);
    expect(Math.abs(ofMeans.low - at(bootstrapMean, 0))).toBeLessThan(0.015);
    expect(ofMeans.high).toBeCloseTo(at(bootstrapMean, 1), 2);
    const ofRoots = pairedBootstrapInterval(a, b, { ...options, statistic: 'root-of-mean' });
    expect(ofRoots.low).toBeCloseTo(at(bootstrapRoot, 0), 2);
    expect(ofRoots.high).toBeCloseTo(at(bootstrapRoot, 1), 2);
    const byDelta = pairedInterval(a, b, { confidence: 0.95, statistic: 'root-of-mean' });
    expect(byDelta.value).toBe(ofRoots.value);
    expect(byDelta.low).toBeCloseTo(ofRoots.low, 1);
    expect(byDelta.high).toBeCloseTo(ofRoots.high, 1);
  });

  it('the same seed gives the same interval, another seed another', () => {
    const run = (seed: number) => pairedBootstrapInterval(a, b, { confidence: 0.9, random: createRandom(seed) });
    expect(run(3)).toEqual(run(3));
    expect(run(4)).not.toEqual(run(3));
  });

  it('equal series differ by exactly nothing', () => {
    const options = { confidence: 0.95, random: createRandom(0) };
    expect(pairedBootstrapInterval([1, 0, 1], [1, 0, 1], options)).toEqual({ value: 0, low: 0, high: 0 });
    expect(pairedInterval([1, 0, 1], [1, 0, 1], options)).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('hold the value whatever the rows', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, (pairs) => {
        const left = pairs.map((p) => p[0]);
        const right = pairs.map((p) => p[1]);
        const drawn = pairedBootstrapInterval(left, right, {
          confidence: 0.95,
          random: createRandom(5),
          resamples: 200,
        });
        for (const interval of [drawn, pairedInterval(left, right, { confidence: 0.95 })]) {
          expect(interval.low).toBeLessThanOrEqual(interval.value);
          expect(interval.high).toBeGreaterThanOrEqual(interval.value);
        }
      }),
    );
  });

  it('refuse series of different length', () => {
    expect(() => pairedInterval([1, 2], [1], { confidence: 0.95 })).toThrow(
      'Expected two equally long series of at least 2 rows, received 2 and 1.',
    );
  });
});

describe('repeats', () => {
  it('folds use the corrected resampled variance', () => {
    const { values, testPerTrainRow, low, high } = golden.resampled;
    const interval = resampledInterval(values, testPerTrainRow, 0.95);
    expect(interval.low).toBeCloseTo(low, 13);
    expect(interval.high).toBeCloseTo(high, 13);
    const seeds = repeatedInterval(values, 0.95);
    expect(seeds.value).toBe(interval.value);
    expect(seeds.high - seeds.low).toBeCloseTo((high - low) * Math.sqrt(0.1 / 0.35), 13);
  });

  it('need two repeats and a ratio', () => {
    expect(() => repeatedInterval([1], 0.95)).toThrow('Expected at least 2 repeats for an interval, received 1.');
    expect(() => resampledInterval([1, 2], 0, 0.95)).toThrow(
      'Expected a positive ratio of test rows to training rows, received 0.',
    );
  });
});
