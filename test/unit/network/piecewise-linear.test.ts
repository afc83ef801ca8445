import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binEdges } from '../../../src/network/layers/piecewise-linear.ts';

describe('binEdges', () => {
  it('cuts at quantiles, between neighbours by linear interpolation', () => {
    expect(binEdges(Float32Array.of(4, 0, 1, 3, 2), 4)).toEqual([0, 1, 2, 3, 4]);
    expect(binEdges(Float32Array.of(0, 10), 4)).toEqual([0, 2.5, 5, 7.5, 10]);
  });

  it('leaves equal quantiles out', () => {
    expect(binEdges(Float32Array.of(0, 0, 0, 0, 1), 4)).toEqual([0, 1]);
    expect(binEdges(Float32Array.of(7, 7, 7), 3)).toEqual([7]);
  });

  it('always ascends from the smallest to the greatest number', () => {
    const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 20 }), (values, bins) => {
        const edges = binEdges(Float32Array.from(values), bins);
        expect(edges.length).toBeLessThanOrEqual(bins + 1);
        expect(edges[0]).toBe(Math.min(...values) + 0);
        expect(edges.at(-1)).toBe(Math.max(...values) + 0);
        for (const [i, edge] of edges.slice(1).entries()) expect(edge).toBeGreaterThan(edges[i] as number);
      }),
    );
  });
});
