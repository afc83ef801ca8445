import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { direction, exponential, logarithm } from '../../../src/base/portable.ts';

describe('portable functions', () => {
  it('direction is cosine and sine of turns', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (turns) => {
        const [c, s] = direction(turns);
        expect(Math.abs(c - Math.cos(2 * Math.PI * turns))).toBeLessThan(4e-15);
        expect(Math.abs(s - Math.sin(2 * Math.PI * turns))).toBeLessThan(4e-15);
        expect(Math.abs(c * c + s * s - 1)).toBeLessThan(1e-15);
      }),
    );
  });

  it('direction is exact at quarter turns', () => {
    const whole = [0, 0.25, 0.5, 0.75, 1, -0.25, -0.5].map((turns) => direction(turns).map((x) => x + 0));
    expect(whole).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
      [1, 0],
      [0, -1],
      [-1, 0],
    ]);
  });

  it('logarithm is ln', () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1e308, noNaN: true }), (x) => {
        const exact = Math.log(x);
        expect(Math.abs(logarithm(x) - exact)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(exact)));
      }),
    );
    expect(logarithm(1)).toBe(0);
  });

  it('exponential is e^x, down to 0 and up to Infinity', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(2e-13);
      }),
    );
    expect([exponential(0), exponential(-1000), exponential(1000)]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
    expect(exponential(-744)).toBeGreaterThan(0);
    expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0);
  });
});
