import { describe, expect, it } from 'vitest';
import { sharesUnseen } from '../../../../src/checkup/facts/forest.ts';
import { neighbourFacts } from '../../../../src/checkup/facts/neighbours.ts';
import type { Points } from '../../../../src/checkup/facts/points.ts';
import { clouds } from './clouds.ts';

function look(points: Points, target: ArrayLike<number>, classes: readonly string[] | null) {
  const unseen =
    classes === null
      ? null
      : sharesUnseen(points, Int32Array.from(target), { classes: classes.length, seed: 'a', leaf: 2 });
  return neighbourFacts({ points, target, classes, unseen, seed: 'a' });
}

/** The nearest other point by a plain search over all pairs. */
function nearestError({ count, width, values }: Points, target: ArrayLike<number>): number {
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      let sum = 0;
      for (let d = 0; d < width; d++)
        sum += ((values[i * width + d] as number) - (values[j * width + d] as number)) ** 2;
      if (sum < least) [least, best] = [sum, j];
    }
    wrong += target[best] === target[i] ? 0 : 1;
  }
  return wrong / count;
}

describe('neighbourFacts', () => {
  it('gives the error of the nearest other point, as a plain search does', () => {
    const { points, labels } = clouds([new Array(20).fill(0), new Array(20).fill(0.4), new Array(20).fill(-0.4)], 100);
    const found = look(points, labels, ['a', 'b', 'c']);
    expect(found?.rows).toBe(300);
    expect(found?.error.value).toBeCloseTo(nearestError(points, labels), 12);
    expect(found?.error.low).toBeLessThan(found?.error.value ?? 0);
  });

  it('has a bound near the best possible error, and below it', () => {
    // normalCdf(-1) = 15.9 %
    const { points, labels } = clouds(
      [
        [0, 0],
        [2, 0],
      ],
      1000,
    );
    const bound = look(points, labels, ['a', 'b'])?.optimalErrorBound ?? 0;
    expect(bound).toBeGreaterThan(0.11);
    expect(bound).toBeLessThan(0.16);
  });

  it('puts the pair that is a coin first, whatever its sizes', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [0, 0],
        [8, 0],
      ],
      300,
    );
    // four of five rows of class 1 are class 0: still a coin for each class
    const uneven = labels.map((k, i) => (k === 1 && i % 15 !== 1 ? 0 : k));
    for (const target of [labels, uneven]) {
      const [first, second] = look(points, target, ['a', 'b', 'c'])?.pairs ?? [];
      expect([first?.a, first?.b]).toEqual(['a', 'b']);
      expect(first?.confused.value).toBeCloseTo(0.5, 1);
      expect(first?.classified?.value).toBeGreaterThan(0.4);
      expect(second?.confused.value).toBe(0);
    }
  });

  it('takes the better classifier: a line where neighbours see only noise', () => {
    const width = 60;
    const { points, labels } = clouds([new Array(width).fill(0), new Array(width).fill(0.3)], 400);
    const [pair] = look(points, labels, ['a', 'b'])?.pairs ?? [];
    expect(pair?.confused.value).toBeGreaterThan(0.25);
    expect(pair?.classified?.value).toBeLessThan(0.2);
  });

  it('counts a copy of the other class as worse than a coin, and equal copies of both as a coin', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [6, 0],
      ],
      100,
    );
    const twice = { ...points, count: 400, values: Float32Array.from([...points.values, ...points.values]) };
    const twins = [...labels, ...labels.map((k) => 1 - k)];
    expect(look(twice, twins, ['a', 'b'])?.pairs?.[0]?.confused.value).toBe(1);
    const four = { ...twice, count: 800, values: Float32Array.from([...twice.values, ...twice.values]) };
    expect(look(four, [...twins, ...twins], ['a', 'b'])?.pairs?.[0]?.confused.value).toBe(0.5);
  });

  it('says nothing of the best possible error where the points are not all that a network sees', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [1, 0],
      ],
      100,
    );
    const found = look({ ...points, complete: false }, labels, ['a', 'b']);
    expect(found?.optimalErrorBound).toBeNull();
    expect(found?.pairs?.[0]?.classified).toBeNull();
    expect(found?.pairs?.[0]?.confused.value).toBeGreaterThan(0.2);
  });

  it('gives the error of a number as a share of its deviation', () => {
    const { points } = clouds([[0]], 1500);
    const noise = clouds([[0]], 1500, 'noise').points.values;
    const target = Float64Array.from(points.values, (x, i) => 10 * x + 5 * (noise[i] as number));
    const found = look(points, target, null);
    // noise of 5 in a deviation of sqrt(125)
    expect(found?.optimalErrorBound).toBeGreaterThan(0.42);
    expect(found?.optimalErrorBound).toBeLessThan(0.48);
    expect(found?.pairs).toBeNull();
    expect(found?.error.high).toBeGreaterThan(found?.error.value ?? 1);
  });

  it('says nothing about few points, points without columns, and a constant number', () => {
    const { points, labels } = clouds([[0], [1]], 9);
    expect(look(points, labels, ['a', 'b'])).toBeNull();
    expect(
      look({ count: 50, width: 0, values: new Float32Array(0), complete: true }, new Float64Array(50), null),
    ).toBeNull();
    expect(
      look({ count: 50, width: 1, values: new Float32Array(50), complete: true }, new Float64Array(50), null),
    ).toBeNull();
  });
});
