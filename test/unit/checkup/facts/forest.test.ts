import { describe, expect, it } from 'vitest';
import { sharesUnseen } from '../../../../src/checkup/facts/forest.ts';
import { clouds } from './clouds.ts';

const favourites = (shares: Float32Array, classes: number): number[] =>
  Array.from({ length: shares.length / classes }, (_, i) => {
    const own = [...shares.subarray(i * classes, (i + 1) * classes)];
    return own.indexOf(Math.max(...own));
  });

const errorOf = (shares: Float32Array, labels: Int32Array, classes: number): number =>
  favourites(shares, classes).filter((k, i) => k !== labels[i]).length / labels.length;

describe('sharesUnseen', () => {
  it('comes near to the best possible error of two normal clouds', () => {
    const { points, labels } = clouds(
      [
        [0, 0, 0],
        [2, 0, 0],
      ],
      1000,
    );
    // normalCdf(-1) = 15.9 %
    const error = errorOf(sharesUnseen(points, labels, { classes: 2, seed: 'a', leaf: 5 }), labels, 2);
    expect(error).toBeGreaterThan(0.13);
    expect(error).toBeLessThan(0.19);
  });

  it('does not know the labels of the points themselves', () => {
    const { points } = clouds([[0, 0, 0, 0]], 600);
    const labels = Int32Array.from({ length: 600 }, (_, i) => ((i * 7919) % 13) % 2);
    const error = errorOf(sharesUnseen(points, labels, { classes: 2, seed: 'a' }), labels, 2);
    expect(error).toBeGreaterThan(0.4);
    expect(error).toBeLessThan(0.6);
  });

  it('learns what no line can: one cloud around another', () => {
    const { points } = clouds([[0, 0]], 1500);
    const radius = (i: number) => Math.hypot(points.values[2 * i] as number, points.values[2 * i + 1] as number);
    const labels = Int32Array.from({ length: 1500 }, (_, i) => (radius(i) < 1.18 ? 0 : 1));
    expect(errorOf(sharesUnseen(points, labels, { classes: 2, seed: 'a' }), labels, 2)).toBeLessThan(0.06);
  });

  it('gives shares that add up to 1, the same for the same seed', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [3, 0],
        [0, 3],
      ],
      100,
    );
    const options = { classes: 3, seed: 'a' };
    const shares = sharesUnseen(points, labels, options);
    for (let i = 0; i < points.count; i++) {
      expect([...shares.subarray(3 * i, 3 * i + 3)].reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(sharesUnseen(points, labels, options)).toEqual(shares);
    expect(sharesUnseen(points, labels, { ...options, seed: 'b' })).not.toEqual(shares);
  });

  it('takes constant columns, one class only, and points that are all equal', () => {
    const points = { count: 60, width: 2, values: new Float32Array(120), complete: true };
    const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 45 ? 0 : 1));
    const equal = sharesUnseen(points, labels, { classes: 2, seed: 'a' });
    // every leaf is the whole sample: about three of four points
    expect(equal[0]).toBeGreaterThan(0.65);
    expect(equal[0]).toBeLessThan(0.85);
    const one = sharesUnseen(points, new Int32Array(60), { classes: 2, seed: 'a' });
    expect([one[0], one[1]]).toEqual([1, 0]);
  });
});
