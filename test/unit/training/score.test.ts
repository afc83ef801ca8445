import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultMetric, type Predictions, predictedClass, rowTerms, scoreOf } from '../../../src/training/score.ts';

/** Three rows of probabilities of three classes. */
const shares: Predictions = {
  rows: 3,
  outputs: 3,
  values: Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.125, 0.75, 0.25, 0.5, 0.25),
};
const classes = Int32Array.of(0, 1, 2);
const numbers: Predictions = { rows: 4, outputs: 1, values: Float32Array.of(1, 2, 3, 4) };
const targets = Float32Array.of(1, 4, 0, 4);

describe('terms of rows', () => {
  it('error: 1 for a wrong class, 0 for the right one', () => {
    expect([...rowTerms('error', shares, classes)]).toEqual([0, 1, 1]);
  });

  it('log-loss: -ln of the probability of the class', () => {
    const terms = rowTerms('log-loss', shares, classes);
    [Math.LN2, 3 * Math.LN2, 2 * Math.LN2].forEach((expected, i) => {
      expect(terms[i]).toBeCloseTo(expected, 6);
    });
  });

  it('log-loss: a certain mistake costs 16.1 and not infinity', () => {
    const certain = { rows: 1, outputs: 2, values: Float32Array.of(1, 0) };
    expect(rowTerms('log-loss', certain, Int32Array.of(1))[0]).toBeCloseTo(-Math.log(1e-7), 5);
    expect(rowTerms('log-loss', certain, Int32Array.of(0))[0]).toBeCloseTo(0, 12);
  });

  it('rmse: squared errors; mae: absolute errors', () => {
    expect([...rowTerms('rmse', numbers, targets)]).toEqual([0, 4, 9, 0]);
    expect([...rowTerms('mae', numbers, targets)]).toEqual([0, 2, 3, 0]);
  });
});

describe('the predicted class', () => {
  it('is that of the largest probability, the first of equals', () => {
    expect([0, 1, 2].map((row) => predictedClass(shares, row))).toEqual([0, 2, 1]);
    const equal = { rows: 1, outputs: 3, values: Float32Array.of(0.2, 0.4, 0.4) };
    expect(predictedClass(equal, 0)).toBe(1);
  });
});

describe('a score', () => {
  it('of errors is their share, with the standard error of a mean', () => {
    // Variance of 0 1 1 is 1/3, over 3 rows 1/9.
    const score = scoreOf('error', rowTerms('error', shares, classes), null);
    expect(score).toMatchObject({ count: 3, share: null });
    expect(score.value).toBeCloseTo(2 / 3, 12);
    expect(score.standardError).toBeCloseTo(1 / 3, 12);
  });

  it('by rmse is the root of the mean square; its standard error is that of the mean square', () => {
    // Mean of 0 4 9 0 is 13/4; the squares around it add up to 219/4.
    const score = scoreOf('rmse', [0, 4, 9, 0], 2);
    expect(score.value).toBeCloseTo(Math.sqrt(3.25), 12);
    expect(score.share).toBeCloseTo(Math.sqrt(3.25) / 2, 12);
    expect(score.standardError).toBeCloseTo(Math.sqrt(219 / 4 / 3 / 4), 12);
  });

  it('by mae is the mean, also as a share of the deviation', () => {
    expect(scoreOf('mae', [0, 2, 3, 0], 5)).toMatchObject({ value: 1.25, share: 0.25, count: 4 });
  });

  it('of one row has no standard error', () => {
    expect(scoreOf('log-loss', [0.5], null)).toEqual({ value: 0.5, count: 1, standardError: null, share: null });
  });

  it('is the mean of its terms whatever their order, and scales with them', () => {
    const terms = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(terms, fc.constantFrom('error', 'log-loss', 'mae', 'rmse' as const), (xs, metric) => {
        const { value, standardError, count } = scoreOf(metric, xs, null);
        const mean = metric === 'rmse' ? value ** 2 : value;
        expect(count).toBe(xs.length);
        expect(mean).toBeCloseTo(xs.reduce((sum, x) => sum + x, 0) / xs.length, 8);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...xs) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...xs) + 1e-9);
        const reversed = scoreOf(metric, xs.toReversed(), null);
        expect(reversed.value).toBeCloseTo(value, 9);
        expect(reversed.standardError).toBeCloseTo(standardError ?? Number.NaN, 8);
        const double = scoreOf(
          metric,
          xs.map((x) => 2 * x),
          null,
        );
        expect(metric === 'rmse' ? double.value ** 2 : double.value).toBeCloseTo(2 * mean, 8);
        expect(double.standardError).toBeCloseTo(2 * (standardError ?? Number.NaN), 8);
      }),
    );
  });

  it('of predictions that are right is 0', () => {
    const right = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }).map((codes) => ({
      target: Int32Array.from(codes),
      predictions: {
        rows: codes.length,
        outputs: 4,
        values: Float32Array.from(codes.flatMap((y) => [0, 1, 2, 3].map((k) => (k === y ? 1 : 0)))),
      },
    }));
    fc.assert(
      fc.property(right, fc.constantFrom('error', 'log-loss' as const), ({ target, predictions }, metric) => {
        expect(scoreOf(metric, rowTerms(metric, predictions, target), null).value).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe('the default metric', () => {
  it('is the error of classes and the rmse of numbers', () => {
    expect([defaultMetric('classification'), defaultMetric('regression')]).toEqual(['error', 'rmse']);
  });
});
