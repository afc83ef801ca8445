import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differenceInterval,
  fitLine,
  mapInterval,
  newcombeInterval,
  shiftInterval,
  smallestCount,
  smallestReal,
  smallestVisibleDifference,
  smallestVisibleExcess,
} from '../../../src/base/statistics.ts';
import golden from '../../golden/statistics.json' with { type: 'json' };

describe('lines', () => {
  it('agree with SciPy', () => {
    const { x, y, slope, intercept, low, high } = golden.line;
    const line = fitLine(x, y, 0.95);
    expect(line.slope.value).toBeCloseTo(slope, 13);
    expect(line.intercept).toBeCloseTo(intercept, 13);
    expect(line.slope.low).toBeCloseTo(low, 12);
    expect(line.slope.high).toBeCloseTo(high, 12);
    expect(() => fitLine([1, 1, 1], y.slice(0, 3), 0.95)).toThrow(
      'Expected points with different x, received 3 with x = 1.',
    );
  });
});

describe('what a set can show', () => {
  it('the gap found shows, a slightly smaller one does not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.integer({ min: 50, max: 20_000 }), (p, n) => {
        const gap = smallestVisibleDifference(p, n, n, 0.02, 0.95);
        if (gap === null) throw new Error('fifty rows show a gap of a half');
        expect(newcombeInterval(p + gap, n, p, n, 0.95).low).toBeGreaterThan(0.02);
        expect(newcombeInterval(p + gap - 1e-6, n, p, n, 0.95).low).toBeLessThanOrEqual(0.02);
        const excess = smallestVisibleExcess(p, n, 0.02, 0.95);
        expect(excess).not.toBeNull();
        expect(excess ?? 1).toBeLessThan(gap);
      }),
    );
  });

  it('three rows show nothing', () => {
    expect(smallestVisibleDifference(0.5, 3, 3, 0.02, 0.95)).toBeNull();
  });
});

describe('helpers', () => {
  it('searches find the first that holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (n) => {
        expect(smallestCount(0, 1e9, (x) => x >= n)).toBe(n);
      }),
    );
    expect(smallestCount(5, 10, () => false)).toBeNull();
    expect(smallestReal(0, 1, (x) => x > 0.25)).toBeCloseTo(0.25, 12);
    expect(smallestReal(0, 1, () => false)).toBeNull();
  });

  it('intervals move and map', () => {
    const interval = { value: 4, low: 1, high: 9 };
    expect(shiftInterval(interval, -1)).toEqual({ value: 3, low: 0, high: 8 });
    expect(mapInterval(interval, Math.sqrt)).toEqual({ value: 2, low: 1, high: 3 });
    expect(differenceInterval(interval, { value: 0, low: -4, high: 12 })).toEqual({
      value: 4,
      low: 4 - Math.hypot(3, 12),
      high: 4 + Math.hypot(5, 4),
    });
  });
});
