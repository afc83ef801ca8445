import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { type InitializerId, initializers } from '../../../src/network/index.ts';

const fanIn = 150;
const fanOut = 90;
const gain = 1.5;
const draw = (id: InitializerId, seed = 1, rows = fanIn, columns = fanOut) =>
  initializers[id].draw({ random: createRandom(seed), fanIn: rows, fanOut: columns, gain });

/** What each one's weights must look like; an initializer without a line here does not compile. */
const expected: { readonly [K in InitializerId]: { mean: number; variance: number; limited: boolean } } = {
  'he-normal': { mean: 0, variance: gain ** 2 / fanIn, limited: false },
  'he-uniform': { mean: 0, variance: gain ** 2 / fanIn, limited: true },
  'glorot-normal': { mean: 0, variance: 2 / (fanIn + fanOut), limited: false },
  'glorot-uniform': { mean: 0, variance: 2 / (fanIn + fanOut), limited: true },
  'lecun-normal': { mean: 0, variance: 1 / fanIn, limited: false },
  'lecun-uniform': { mean: 0, variance: 1 / fanIn, limited: true },
  orthogonal: { mean: 0, variance: gain ** 2 / fanIn, limited: false },
  'data-driven': { mean: 0, variance: 1 / fanIn, limited: false },
  zeros: { mean: 0, variance: 0, limited: true },
  constant: { mean: 1 / fanIn, variance: 0, limited: true },
  'plain-normal': { mean: 0, variance: 1, limited: false },
};
const ids = Object.keys(expected) as InitializerId[];

describe.each(ids)('the initializer %s', (id) => {
  it('draws weights of the stated mean and variance', () => {
    const weights = draw(id);
    const { mean, variance, limited } = expected[id];
    const found = weights.reduce((sum, w) => sum + w, 0) / weights.length;
    const spread = weights.reduce((sum, w) => sum + (w - found) ** 2, 0) / weights.length;
    expect(weights.length).toBe(fanIn * fanOut);
    // Four standard errors of a mean and of a variance of independent normal numbers.
    expect(Math.abs(found - mean)).toBeLessThanOrEqual(4 * Math.sqrt(variance / weights.length) + 1e-9);
    expect(Math.abs(spread - variance)).toBeLessThanOrEqual(4 * variance * Math.sqrt(2 / weights.length) + 1e-12);
    const limit = Math.sqrt(3 * variance) + Math.abs(mean) + 1e-6;
    expect(weights.every((w) => Math.abs(w) <= limit)).toBe(limited);
  });

  it('draws the same weights from the same stream, and says where it comes from', () => {
    expect(draw(id)).toEqual(draw(id));
    expect(initializers[id].id).toBe(id);
    if (expected[id].variance > 0) expect(draw(id)).not.toEqual(draw(id, 2));
  });
});

describe('the orthogonal initializer', () => {
  it.each([
    [40, 25],
    [25, 40],
    [30, 30],
    [1, 7],
    [7, 1],
  ])('draws a [%i, %i] matrix whose shorter side is orthogonal, times the gain', (rows, columns) => {
    const weights = draw('orthogonal', 3, rows, columns);
    const at = (vector: number, i: number): number =>
      weights[rows >= columns ? i * columns + vector : vector * columns + i] as number;
    const [count, length] = rows >= columns ? [columns, rows] : [rows, columns];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
        expect(product).toBeCloseTo(a === b ? gain ** 2 : 0, 5);
      }
    }
  });
});

describe('an initializer of an impossible matrix', () => {
  it('says what it expected', () => {
    expect(() => draw('he-normal', 1, 0, 4)).toThrow(
      'An initializer expected a matrix with whole, positive sizes, but received [0, 4]. Give every layer at least one input and one unit.',
    );
  });
});
