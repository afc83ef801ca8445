import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createArena } from '../../../src/engine/kernels/arena.ts';
import type { OptimizerPlan } from '../../../src/plan/plan.ts';
import { createOptimizer, optimizerRegions } from '../../../src/training/optimizer.ts';
import { learningRateFactor } from '../../../src/training/schedules.ts';

interface Golden {
  averaging: number;
  start: number[][];
  gradients: number[][][];
  cases: {
    name: string;
    optimizer: 'SGD' | 'Adam' | 'AdamW';
    options: { lr: number; momentum?: number; nesterov?: boolean; betas?: [number, number]; eps?: number };
    decay: number;
    clipNorm: number | null;
    falling: boolean;
    parameters: number[][];
    average: number[][];
  }[];
  schedules: { kind: 'one-cycle' | 'cosine'; warmUp: number; factors: number[] }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/optimizers.json', import.meta.url), 'utf8'));

function planOf({ optimizer, options }: Golden['cases'][number]): OptimizerPlan {
  const {
    lr: learningRate,
    momentum = 0,
    nesterov = false,
    betas: [beta1, beta2] = [0, 0],
    eps: epsilon = 0,
  } = options;
  if (optimizer === 'SGD') return { kind: 'sgd', learningRate, momentum, nesterov };
  return { kind: optimizer === 'Adam' ? 'adam' : 'adamw', learningRate, beta1, beta2, epsilon };
}

/** Twenty steps on the golden gradients; the tensors lie 16-aligned one after the other. */
function train(test: Golden['cases'][number]) {
  const plan = planOf(test);
  let floats = 0;
  const slots = golden.start.map((values, i) => {
    const slot = { name: `p${i}`, layer: `l${i}`, offset: floats, length: values.length };
    floats += Math.ceil(values.length / 16) * 16;
    return { ...slot, learningRateFactor: 1, penalized: true };
  });
  const options = { averaging: golden.averaging, clipNorm: test.clipNorm };
  const arena = createArena(optimizerRegions(plan, floats, options));
  const optimizer = createOptimizer(plan, arena, slots, options);
  const [weights, gradients] = [arena.float32('parameters'), arena.float32('gradients')];
  slots.forEach(({ offset }, i) => {
    weights.set(golden.start[i] ?? [], offset);
  });
  golden.gradients.forEach((step, t) => {
    slots.forEach(({ offset }, i) => {
      gradients.set(step[i] ?? [], offset);
    });
    const learningRate = plan.learningRate * (test.falling ? 1 - t / golden.gradients.length : 1);
    optimizer.step(t + 1, { learningRate, l2: test.decay, l1: 0 });
  });
  const read = (name: string) =>
    slots.map(({ offset, length }) => [...arena.float32(name).subarray(offset, offset + length)]);
  return { parameters: read('parameters'), average: read('average') };
}

/** The largest difference, relative to the larger of the value and the way the weight has gone. */
function worst(actual: number[][], expected: number[][]): number {
  let most = 0;
  expected.forEach((values, i) => {
    values.forEach((value, j) => {
      const got = actual[i]?.[j] ?? Number.NaN;
      const scale = Math.max(Math.abs(value), Math.abs(value - (golden.start[i]?.[j] ?? 0)));
      const error = Math.abs(got - value) / scale;
      most = error > most || Number.isNaN(error) ? error : most;
    });
  });
  return most;
}

describe('optimizers against PyTorch', () => {
  it.each(golden.cases)('$name: parameters and their moving average after 20 steps', (test) => {
    const result = train(test);
    expect(worst(result.parameters, test.parameters)).toBeLessThan(1e-6);
    expect(worst(result.average, test.average)).toBeLessThan(1e-6);
  });
});

describe('schedules against PyTorch', () => {
  it.each(golden.schedules)('$kind', ({ kind, warmUp, factors }) => {
    factors.forEach((factor, i) => {
      expect(learningRateFactor({ kind, warmUp }, i / 100)).toBeCloseTo(factor, 12);
    });
  });
});
