import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { aucInterval, coverHartBound, normalCdf } from '../../../src/base/statistics.ts';

describe('aucInterval', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(scores, scores, (above, below) => {
        const pairs = above.flatMap((a) => below.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        const { value, low, high } = aucInterval(above, below, 0.95);
        expect(value).toBeCloseTo(pairs.reduce((a, b) => a + b) / pairs.length, 12);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const turned = aucInterval(below, above, 0.95);
        expect(turned.value).toBeCloseTo(1 - value, 12);
        expect(turned.low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  it.each([0, 0.7, 2])('holds the true area of two normal distributions %s apart about 95 times in 100', (distance) => {
    const random = createRandom('auc');
    const truth = normalCdf(distance / Math.SQRT2);
    let held = 0;
    for (let repeat = 0; repeat < 1000; repeat++) {
      const above = Array.from({ length: 60 }, () => distance + random.normal());
      const below = Array.from({ length: 90 }, () => random.normal());
      const { low, high } = aucInterval(above, below, 0.95);
      if (low <= truth && truth <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(925);
    expect(held).toBeLessThanOrEqual(975);
  });

  it('has a lower limit where all pairs are in order', () => {
    const { value, low, high } = aucInterval([3, 4, 5, 6, 7], [0, 1, 2], 0.95);
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeGreaterThan(0.3);
    expect(low).toBeLessThan(0.6);
  });

  it('refuses a single score', () => {
    expect(() => aucInterval([1], [1, 2], 0.95)).toThrow('Expected at least 2 scores on each side, received 1 and 2.');
  });
});

describe('coverHartBound', () => {
  it('is between half of the error and the error, and that of guessing from guessing up', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 50 }), (error, classes) => {
        const guessing = (classes - 1) / classes;
        const bound = coverHartBound(error, classes);
        if (error >= guessing) expect(bound).toBe(guessing);
        else {
          expect(bound).toBeGreaterThanOrEqual(error / 2 - 1e-12);
          expect(bound).toBeLessThanOrEqual(error + 1e-12);
        }
      }),
    );
  });

  it('undoes 2 e (1 - e), the nearest neighbour among two classes', () => {
    expect(coverHartBound(2 * 0.1 * 0.9, 2)).toBeCloseTo(0.1, 12);
  });
});
