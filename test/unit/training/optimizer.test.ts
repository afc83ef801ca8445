import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arena, createArena } from '../../../src/engine/kernels/arena.ts';
import type { OptimizerPlan } from '../../../src/plan/plan.ts';
import {
  averageShare,
  createOptimizer,
  type OptimizerOptions,
  optimizerRegions,
} from '../../../src/training/optimizer.ts';
import { ADAM, ADAMW, ALL, fill, MOMENTUM, PLAIN, SGD, setUp, slotsOf } from './optimizer-setup.ts';

describe('optimizerRegions', () => {
  const names = (plan: OptimizerPlan, options: OptimizerOptions): string[] =>
    optimizerRegions(plan, 32, options).map(({ name, floats }) => `${name}:${floats}`);

  it('asks only for what the optimizer keeps', () => {
    expect(names(SGD, PLAIN)).toEqual(['parameters:32', 'gradients:32', 'statistics:16']);
    expect(names(MOMENTUM, PLAIN)).toEqual(['parameters:32', 'gradients:32', 'first-moment:32', 'statistics:16']);
    expect(names(ADAMW, { averaging: 0.9, clipNorm: 1 })).toEqual([
      'parameters:32',
      'gradients:32',
      'first-moment:32',
      'second-moment:32',
      'average:32',
      'statistics:16',
    ]);
  });
});

describe('the update', () => {
  it('is the same whatever the padding holds, and every length', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(ALL)),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 1, Number.NaN),
        fc.constantFrom(null, 0.5),
        (plan, lengths, garbage, clipNorm) => {
          const results = [0, garbage].map((padding) => {
            const slots = slotsOf(lengths);
            const { optimizer, w, g } = setUp(plan, slots, { averaging: 0.9, clipNorm });
            for (let t = 1; t <= 3; t++) {
              for (const [x, label] of [
                [w, 'w'],
                [g, `g${t}`],
              ] as const) {
                if (x === w && t > 1) continue;
                x.fill(padding);
                for (const { name, offset, length } of slots) fill(x.subarray(offset, offset + length), label + name);
              }
              optimizer.step(t, { learningRate: 0.01, l2: 0.1, l1: 0.01 });
            }
            return [
              slots.map(({ offset, length }) => [...w.subarray(offset, offset + length)]),
              optimizer.statistics(),
            ];
          });
          expect(results[1]).toEqual(results[0]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('makes weights NaN when gradients are, rather than hiding it', () => {
    for (const plan of Object.values(ALL)) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const { arena, optimizer, g } = setUp(plan, slotsOf([20]), { averaging: 0, clipNorm: 1 });
        g[19] = bad;
        optimizer.step(1, { learningRate: 0.1, l2: 0, l1: 0.1 });
        expect(arena.kernels.finite(arena.offset('parameters'), 20)).toBe(0);
      }
    }
  });

  it('clips enormous gradients to the norm instead of losing them', () => {
    const { optimizer, w, g } = setUp(SGD, slotsOf([2]), { averaging: 0, clipNorm: 1 });
    g.set([3e38, -4e37]);
    optimizer.step(1, { learningRate: 1, l2: 0, l1: 0 });
    expect(Math.hypot(w[0] as number, w[1] as number)).toBeCloseTo(1, 6);
  });

  it('does not clip below the norm', () => {
    const { optimizer, w, g } = setUp(SGD, slotsOf([2]), { averaging: 0, clipNorm: 5.1 });
    g.set([3, -4]);
    optimizer.step(1, { learningRate: 1, l2: 0, l1: 0 });
    expect([w[0], w[1]]).toEqual([-3, 4]);
  });

  it('keeps the moments of unused weights out of the subnormal range', () => {
    for (const plan of [MOMENTUM, ADAM]) {
      const { arena, optimizer, g } = setUp(plan, slotsOf([8]));
      g.fill(1e-4);
      optimizer.step(1, { learningRate: 1e-3, l2: 0, l1: 0 });
      g.fill(0);
      let subnormal = 0;
      for (let t = 2; t < 2000; t++) {
        optimizer.step(t, { learningRate: 1e-3, l2: 0, l1: 0 });
        const m = Math.abs(arena.float32('first-moment')[0] as number);
        if (m > 0 && m < 1.1754944e-38) subnormal++;
      }
      expect(subnormal).toBe(0);
      expect(arena.float32('first-moment')[0]).toBe(0);
    }
  });
});

describe('the moving average', () => {
  it('copies the weights at the first step and has a constant as its fixed point', () => {
    const { arena, optimizer, w } = setUp(SGD, slotsOf([5]), { averaging: 0.99, clipNorm: null });
    w.set([1, 2, 3, 4, 5]);
    for (let t = 1; t <= 10; t++) optimizer.step(t, { learningRate: 0.1, l2: 0, l1: 0 });
    expect([...arena.float32('average').subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives the newest weights (1 - decay) / (1 - decay^t)', () => {
    expect(averageShare(0.9, 1)).toBe(1);
    expect(averageShare(0.9, 2)).toBeCloseTo(1 / 1.9, 12);
    expect(averageShare(0.9, 1000)).toBeCloseTo(0.1, 12);
  });
});

describe('determinism', () => {
  const OPTIONS: OptimizerOptions = { averaging: 0.95, clipNorm: 3 };
  const SLOTS = slotsOf([33, 7, 1, 1500]);

  function steps(set: ReturnType<typeof setUp>, from: number, to: number): void {
    for (let t = from; t <= to; t++) {
      for (const { name, offset, length } of SLOTS) fill(set.g.subarray(offset, offset + length), `${name}/${t}`);
      set.optimizer.step(t, { learningRate: 0.01, l2: 0.01, l1: 0.001 });
    }
  }

  const bytes = (arena: Arena, plan: OptimizerPlan): Uint8Array[] =>
    optimizerRegions(plan, 0, OPTIONS).map(({ name }) => {
      const x = arena.float32(name);
      return new Uint8Array(x.buffer, x.byteOffset, x.byteLength).slice();
    });

  it.each(Object.entries(ALL))('%s: two runs, and a run saved and resumed, end in the same bytes', (_, plan) => {
    const whole = [0, 1].map(() => {
      const set = setUp(plan, SLOTS, OPTIONS);
      fill(set.w, 'start');
      steps(set, 1, 140);
      return bytes(set.arena, plan);
    });
    expect(whole[1]).toEqual(whole[0]);

    const first = setUp(plan, SLOTS, OPTIONS);
    fill(first.w, 'start');
    steps(first, 1, 70);
    const second = setUp(plan, SLOTS, OPTIONS);
    for (const { name } of first.arena.regions) {
      if (name !== 'gradients') second.arena.float32(name).set(first.arena.float32(name));
    }
    steps(second, 71, 140);
    expect(bytes(second.arena, plan)).toEqual(whole[0]);
  });
});

describe('statistics', () => {
  it('are null before a step and after a reset', () => {
    const { optimizer } = setUp(SGD, slotsOf([4]));
    expect(optimizer.statistics()).toBeNull();
    optimizer.step(1, { learningRate: 0.1, l2: 0, l1: 0 });
    expect(optimizer.statistics()).not.toBeNull();
    optimizer.reset();
    expect(optimizer.statistics()).toBeNull();
  });

  it('are norms per layer over its slots, means over the steps, and the zeros now', () => {
    const slots = slotsOf([2, 1, 3]).map((slot, i) => ({ ...slot, layer: i < 2 ? 'hidden-1' : 'output' }));
    const { optimizer, w, g } = setUp(SGD, slots);
    w.set([3, 0]);
    w.set([4], 16);
    w.set([0, 0, 1], 32);
    optimizer.step(1, { learningRate: 1, l2: 0, l1: 0 });
    g.set([0, 6], 0);
    g.set([8], 16);
    optimizer.step(2, { learningRate: 0.5, l2: 0, l1: 0 });
    // Second step: weights (3, -3, 0), gradient norm 10, update norm 5.
    expect(optimizer.statistics()).toEqual([
      {
        layer: 'hidden-1',
        weightNorm: (5 + Math.sqrt(18)) / 2,
        gradientNorm: 5,
        updateNorm: 2.5,
        zeros: 1,
        weights: 3,
        activations: null,
      },
      { layer: 'output', weightNorm: 1, gradientNorm: 0, updateNorm: 0, zeros: 2, weights: 3, activations: null },
    ]);
  });

  it.each(Object.entries(ALL))('%s: count decay and L1 in the update, and gradients before clipping', (_, plan) => {
    const length = 3001;
    const { optimizer, w, g } = setUp(plan, slotsOf([length]), { averaging: 0, clipNorm: 0.5 });
    fill(w, 'w');
    fill(g, 'g');
    const before = w.slice();
    const gradients = g.slice(0, length);
    optimizer.step(1, { learningRate: 0.01, l2: 1, l1: 1 });
    const norm = (x: Float32Array): number => Math.sqrt(x.subarray(0, length).reduce((sum, v) => sum + v * v, 0));
    const [layer] = optimizer.statistics() ?? [];
    expect(layer?.weightNorm).toBeCloseTo(norm(w), 4);
    expect(layer?.gradientNorm).toBeCloseTo(norm(gradients), 3);
    expect(layer?.updateNorm).toBeCloseTo(norm(w.map((x, i) => x - (before[i] as number))), 5);
    expect(layer?.zeros).toBe(w.subarray(0, length).filter((x) => x === 0).length);
    expect(layer?.zeros).toBeGreaterThan(0);
  });
});

describe('mistakes', () => {
  it('names a region that is missing', () => {
    const arena = createArena(optimizerRegions(SGD, 16, PLAIN));
    expect(() => createOptimizer(ADAM, arena, slotsOf([16]), PLAIN)).toThrow(
      'The arena has no region "first-moment"; it has: parameters, gradients, statistics. Add it to createArena.',
    );
    expect(() => createOptimizer(SGD, arena, slotsOf([16]), { averaging: 0.9, clipNorm: null })).toThrow(
      'The arena has no region "average"',
    );
  });

  it.each([
    [
      [{ offset: 8, length: 4 }],
      'Slot "p0" must start at a multiple of 16 floats from 0 on and end by 32, but covers 8 to 12.',
    ],
    [
      [{ offset: 16, length: 17 }],
      'Slot "p0" must start at a multiple of 16 floats from 0 on and end by 32, but covers 16 to 33.',
    ],
    [
      [
        { offset: 0, length: 17 },
        { offset: 16, length: 4 },
      ],
      'Slot "p1" must start at a multiple of 16 floats from 17 on and end by 32, but covers 16 to 20.',
    ],
  ])('refuses slots %j', (places, message) => {
    const arena = createArena(optimizerRegions(SGD, 32, PLAIN));
    const slots = places.map((place, i) => ({
      name: `p${i}`,
      layer: 'l',
      learningRateFactor: 1,
      penalized: true,
      ...place,
    }));
    expect(() => createOptimizer(SGD, arena, slots, PLAIN)).toThrow(message);
  });

  it('refuses options that float32 cannot hold', () => {
    expect(() => optimizerRegions({ ...ADAM, epsilon: 1e-40 }, 16, PLAIN)).toThrow(
      'optimizer.epsilon must be at least 1e-30 in float32, but is 1e-40; 1e-8 is usual.',
    );
    expect(() => optimizerRegions({ ...ADAMW, beta2: 0.99999999 }, 16, PLAIN)).toThrow(
      'optimizer.beta2 must be below 1 in float32, but is 0.99999999; 0.999 is usual.',
    );
    expect(() => optimizerRegions({ ...ADAM, beta1: 1 }, 16, PLAIN)).toThrow('optimizer.beta1 must be below 1');
  });
});
