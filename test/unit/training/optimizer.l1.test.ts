import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL, SGD, setUp, slotsOf } from './optimizer-setup.ts';

const floats = fc.float({ noNaN: true, min: -100, max: 100 });

describe('the proximal L1 step', () => {
  it('is the soft threshold in closed form, after the update', () => {
    const { optimizer, w, g } = setUp(SGD, slotsOf([6]));
    w.set([1, -1, 0.25, -0.25, 0.3, 0]);
    g.set([0, 0, 0, 0, 1, -1]);
    // Threshold 0.5 * 0.5 = 0.25; the last two are -0.2 and 0.5 after the gradient step.
    optimizer.step(1, { learningRate: 0.5, l2: 0, l1: 0.5 });
    expect([...w.subarray(0, 6)]).toEqual([0.75, -0.75, 0, 0, Math.fround(0), 0.25].map(Math.fround));
  });

  it.each(Object.entries(ALL))(
    '%s: without gradients weights shrink, never cross zero, become exactly +0',
    (_, plan) => {
      fc.assert(
        fc.property(
          fc.array(floats, { minLength: 1, maxLength: 40 }),
          fc.float({ noNaN: true, min: Math.fround(1e-3), max: 10 }),
          fc.float({ noNaN: true, min: 0, max: 10 }),
          (start, learningRate, l1) => {
            const { optimizer, w } = setUp(plan, slotsOf([start.length]));
            w.set(start);
            optimizer.step(1, { learningRate, l2: 0, l1 });
            const threshold = Math.fround(learningRate * l1);
            start.forEach((before, i) => {
              const after = w[i] as number;
              const closed = Math.sign(before) * Math.max(Math.abs(before) - threshold, 0);
              expect(Math.abs(after - closed)).toBeLessThanOrEqual(1e-7 * Math.abs(before));
              expect(after === 0 || Math.sign(after) === Math.sign(before)).toBe(true);
              if (Math.abs(before) <= threshold && threshold > 0) expect(Object.is(after, 0)).toBe(true);
            });
          },
        ),
      );
    },
  );

  it.each(Object.entries(ALL))('%s: with any gradients it is the step without L1, then the threshold', (_, plan) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(floats, floats), { minLength: 1, maxLength: 40 }),
        fc.float({ noNaN: true, min: 0, max: 10 }),
        (pairs, l1) => {
          const slots = slotsOf([pairs.length]);
          const [without, withL1] = [setUp(plan, slots), setUp(plan, slots)];
          for (const { w, g } of [without, withL1]) {
            w.set(pairs.map(([weight]) => weight));
            g.set(pairs.map(([, gradient]) => gradient));
          }
          without.optimizer.step(1, { learningRate: 0.1, l2: 0.5, l1: 0 });
          withL1.optimizer.step(1, { learningRate: 0.1, l2: 0.5, l1 });
          const t = Math.fround(0.1 * l1);
          pairs.forEach((_pair, i) => {
            const x = without.w[i] as number;
            expect(withL1.w[i]).toBe(Math.fround(x - Math.max(-t, Math.min(t, x))));
          });
        },
      ),
    );
  });

  it('leaves slots alone that are not penalized, and follows the slot factor', () => {
    const slots = slotsOf([4, 4, 4]).map((slot, i) => ({
      ...slot,
      penalized: i > 0,
      learningRateFactor: i === 2 ? 2 : 1,
    }));
    const { optimizer, w } = setUp(SGD, slots);
    w.fill(1);
    optimizer.step(1, { learningRate: 0.125, l2: 1, l1: 1 });
    expect([w[0], w[16], w[32]]).toEqual([1, 0.75, 0.5]);
  });
});
