import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import { isInnerPoint, type PointCosts, pointSchedule } from '../../../src/training/points.ts';

const costs: PointCosts = { steps: 20, batchSize: 64, pointRows: 1600, activationRows: 256 };
const base = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });

function schedule(epochs: number, more: Partial<PointCosts> = {}, evaluations?: number, images = false) {
  const plan = { ...base, training: { ...base.training, epochs } };
  const image = { channels: 1, height: 1, width: 1, center: [0], factor: [1] };
  const train = { images: images ? { ...image, pixels: new Uint8Array(1), index: new Uint32Array(1) } : null };
  const options = evaluations === undefined ? { plan, train } : { plan, train, evaluations };
  return pointSchedule(options, { ...costs, ...more });
}

/** Steps with a point before the end of an epoch. */
const inner = (perEpoch: number, steps: number): readonly number[] =>
  Array.from({ length: steps }, (_, i) => i + 1).filter((step) =>
    isInnerPoint({ epochs: 1, perEpoch, activations: 1 }, step, steps),
  );

describe('points inside epochs', () => {
  it.each([
    [1, 8],
    [2, 4],
    [3, 2],
    [4, 2],
    [5, 1],
    [8, 1],
    [200, 1],
  ])('a run of %i epochs has %i per epoch', (epochs, perEpoch) => {
    expect(schedule(epochs)).toMatchObject({ epochs: Math.ceil(epochs / 64), perEpoch });
  });

  it('are not made where they are not asked for, or cost much', () => {
    expect(schedule(1, {}, 7).perEpoch).toBe(1);
    expect(schedule(1, {}, 8).perEpoch).toBe(8);
    expect(schedule(1, { steps: 3 }).perEpoch).toBe(3);
    // 12,000 rows a point: one more of them is a fraction of a second, seven are not.
    expect(schedule(1, { pointRows: 12_000 }).perEpoch).toBe(2);
    expect(schedule(1, { pointRows: 200_000 }).perEpoch).toBe(1);
    // On a million rows seven are less than 3 % of the training.
    expect(schedule(1, { steps: 15_625, pointRows: 12_000 }).perEpoch).toBe(8);
    expect(schedule(1, { pointRows: 600 }, 64, true).perEpoch).toBe(1);
  });

  it('lie evenly, the last of them at the end of the epoch', () => {
    expect(inner(8, 16)).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(inner(4, 7)).toEqual([2, 4, 6]);
    expect(inner(1, 7)).toEqual([]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 200 }), (perEpoch, steps) => {
        fc.pre(perEpoch <= steps);
        const at = [0, ...inner(perEpoch, steps), steps];
        expect(at).toHaveLength(perEpoch + 1);
        const gaps = at.slice(1).map((step, i) => step - (at[i] ?? 0));
        expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('looks at activations', () => {
  it('cost about half a hundredth of the steps, and are made at each point at most', () => {
    // A look on 256 rows costs 3 steps of 64.
    expect(schedule(64, { steps: 600 }).activations).toBe(1);
    expect(schedule(64, { steps: 300 }).activations).toBe(2);
    expect(schedule(64, { steps: 60 }).activations).toBe(10);
    expect(schedule(64, { steps: 1 }).activations).toBe(64);
    expect(schedule(200, { steps: 20 }, 32).activations).toBe(5);
  });
});
