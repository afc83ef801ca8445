import { createRandom } from '../../../src/base/random.ts';
import { createArena } from '../../../src/engine/kernels/arena.ts';
import type { OptimizerPlan } from '../../../src/plan/plan.ts';
import {
  createOptimizer,
  type OptimizerOptions,
  optimizerRegions,
  type ParameterSlot,
} from '../../../src/training/optimizer.ts';

export const SGD = { kind: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false } as const satisfies OptimizerPlan;
export const MOMENTUM = {
  kind: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  nesterov: false,
} as const satisfies OptimizerPlan;
export const NESTEROV = {
  kind: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  nesterov: true,
} as const satisfies OptimizerPlan;
export const ADAM = {
  kind: 'adam',
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
} as const satisfies OptimizerPlan;
export const ADAMW = { ...ADAM, kind: 'adamw' } as const satisfies OptimizerPlan;
export const ALL = { SGD, MOMENTUM, NESTEROV, ADAM, ADAMW };
export const PLAIN: OptimizerOptions = { averaging: 0, clipNorm: null };

/** Slots of the given lengths, 16-aligned, all penalized, each its own layer. */
export function slotsOf(lengths: readonly number[], change: Partial<ParameterSlot> = {}): ParameterSlot[] {
  let offset = 0;
  return lengths.map((length, i) => {
    const slot = { name: `p${i}`, layer: `l${i}`, offset, length, learningRateFactor: 1, penalized: true, ...change };
    offset += Math.ceil(length / 16) * 16;
    return slot;
  });
}

export function setUp(plan: OptimizerPlan, slots: readonly ParameterSlot[], options: OptimizerOptions = PLAIN) {
  const floats = Math.max(0, ...slots.map(({ offset, length }) => Math.ceil((offset + length) / 16) * 16));
  const arena = createArena(optimizerRegions(plan, floats, options));
  const optimizer = createOptimizer(plan, arena, slots, options);
  const [w, g] = [arena.float32('parameters'), arena.float32('gradients')];
  return { arena, optimizer, w, g };
}

/** Fills a region with normal numbers that depend on the seed. */
export function fill(x: Float32Array, seed: number | string): void {
  const random = createRandom(seed);
  for (let i = 0; i < x.length; i++) x[i] = random.normal();
}
