// The optimizer's update in a graph against the kernels: the same numbers on the same gradients, step by step.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { createArena, createGraph, encode, type Tensor } from '../../../src/engine/index.ts';
import type { ParameterSpec } from '../../../src/network/specs.ts';
import type { OptimizerPlan } from '../../../src/plan/plan.ts';
import { deviceTensors, regionNames, tensorName } from '../../../src/training/device/tensors.ts';
import {
  addUpdate,
  type UpdateOptions,
  updatedRegions,
  updateNumbers,
} from '../../../src/training/device/update-graph.ts';
import { createHealth } from '../../../src/training/health.ts';
import { createLayout, type Layout } from '../../../src/training/layout.ts';
import { layoutTensors } from '../../../src/training/memory.ts';
import { createOptimizer, type OptimizerOptions, optimizerRegions } from '../../../src/training/optimizer.ts';
import { runtime } from './fixture.ts';

const spec = (name: string, shape: readonly number[], more: Partial<ParameterSpec> = {}): ParameterSpec => ({
  ...{ name, layer: name.split('.')[0] ?? name, shape, role: 'weight', initialize: () => new Float32Array(0) },
  ...{ learningRateFactor: 1, penalized: true, ...more },
});

const layouts: Readonly<Record<string, Layout>> = {
  'one packed': createLayout([spec('a.weights', [5, 3])]),
  'large and packed, with factors': createLayout([
    spec('scale.weights', [7], { learningRateFactor: 4, penalized: false }),
    spec('a.weights', [90, 100], { learningRateFactor: 0.5 }),
    spec('a.bias', [100], { penalized: false, learningRateFactor: 0.1 }),
    spec('b.weights', [10, 3]),
    spec('b.bias', [3], { penalized: false }),
  ]),
  'large only': createLayout([spec('a.weights', [100, 90]), spec('b.weights', [9000], { penalized: false })]),
};

const optimizers: Readonly<Record<string, OptimizerPlan>> = {
  sgd: { kind: 'sgd', learningRate: 1, momentum: 0, nesterov: false },
  momentum: { kind: 'sgd', learningRate: 1, momentum: 0.9, nesterov: false },
  nesterov: { kind: 'sgd', learningRate: 1, momentum: 0.8, nesterov: true },
  adam: { kind: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
  adamw: { kind: 'adamw', learningRate: 1, beta1: 0.8, beta2: 0.999, epsilon: 1e-8 },
};

interface Case {
  readonly layout: Layout;
  readonly optimizer: OptimizerPlan;
  readonly training: OptimizerOptions;
  readonly strengths: { readonly learningRate: number; readonly l2: number; readonly l1: number };
  /** Size of the gradients. */
  readonly size: number;
}

const steps = 4;

/** The start of the parameters, or the gradients of a step; the padding is zero. */
function numbers({ layout }: Case, label: string, size: number): Float32Array {
  const random = createRandom(label);
  const flat = new Float32Array(layout.floats);
  for (const { slot } of layout.parameters) {
    for (let i = 0; i < slot.length; i++) flat[slot.offset + i] = size * random.normal();
  }
  return flat;
}

function byKernels(test: Case) {
  const { layout, optimizer: plan, training, strengths, size } = test;
  const arena = createArena(optimizerRegions(plan, layout.floats, training));
  const slots = layout.parameters.map(({ slot }) => slot);
  const optimizer = createOptimizer(plan, arena, slots, training);
  arena.float32('parameters').set(numbers(test, 'start', 1));
  for (let t = 1; t <= steps; t++) {
    arena.float32('gradients').set(numbers(test, `${t}`, size));
    optimizer.step(t, strengths);
  }
  return { region: (name: string) => arena.float32(name), health: optimizer.statistics() };
}

async function byGraph(test: Case) {
  const { layout, optimizer, training, strengths, size } = test;
  const options: UpdateOptions = { layout, optimizer, training, l1: strengths.l1 > 0 };
  const graph = createGraph();
  const tensors = deviceTensors(layout);
  for (const tensor of tensors) graph.input(tensorName('parameters', tensor), tensor.shape);
  const gradients = tensors.map((tensor) => {
    const name = tensorName('gradients', tensor);
    return [name, graph.input(name, tensor.shape)] as const;
  });
  const outputs = addUpdate(graph, Object.fromEntries(gradients), options);
  const session = await runtime.load(encode(outputs));
  const regions = updatedRegions(options).map((name) => [name, new Float32Array(layout.floats)] as const);
  const flat = new Map(regions);
  flat.get('parameters')?.set(numbers(test, 'start', 1));
  const parts = tensors.flatMap((tensor) => tensor.parts);
  const health = createHealth(parts);
  const tensorsOf = (name: string, values: Float32Array) => layoutTensors(runtime, layout, values, regionNames(name));
  for (let t = 1; t <= steps; t++) {
    const given: Record<string, Tensor> = { ...tensorsOf('gradients', numbers(test, `${t}`, size)) };
    for (const [name, values] of flat) Object.assign(given, tensorsOf(name, values));
    const settings = updateNumbers(options, t, strengths);
    given.numbers = runtime.tensor('float32', settings, [settings.length]);
    const feeds = Object.fromEntries(session.inputs.map((name) => [name, given[name] as Tensor]));
    const results = await session.run(feeds);
    for (const [name, values] of flat) {
      for (const [key, tensor] of Object.entries(tensorsOf(name, values))) {
        (tensor.data as Float32Array).set(results[`new.${key}`]?.data as Float32Array);
      }
    }
    const sums = results.health?.data as Float32Array;
    parts.forEach((_, i) => {
      health.add(i, sums.subarray(3 * i, 3 * i + 3), 1);
    });
    health.endStep();
  }
  await session.release();
  return { regions: flat, health: health.read(parts.map(() => 0)) };
}

/** The largest difference as a share of the largest magnitude. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let scale = 1e-30;
  let most = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] as number));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number)) / scale;
    most = error > most || Number.isNaN(error) ? error : most;
  }
  return most;
}

const norms = (layers: Awaited<ReturnType<typeof byGraph>>['health']) =>
  layers?.flatMap(({ weightNorm, gradientNorm, updateNorm }) => [weightNorm, gradientNorm, updateNorm]) ?? [];

const strengthsOf = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.1),
  l2: fc.constantFrom(0, 0.5),
  l1: fc.constantFrom(0, 0.3),
});
const trainingOf = fc.record({ averaging: fc.constantFrom(0, 0.9), clipNorm: fc.constantFrom(null, 0.01, 1e9) });

describe.each(Object.entries(optimizers))('%s in a graph', (_, optimizer) => {
  it.each(Object.entries(layouts))('does what the kernels do: %s', async (_, layout) => {
    await fc.assert(
      fc.asyncProperty(strengthsOf, trainingOf, async (strengths, training) => {
        const test: Case = { layout, optimizer, training, strengths, size: 1 };
        const expected = byKernels(test);
        const actual = await byGraph(test);
        for (const [name, values] of actual.regions) {
          expect(worst(values, expected.region(name)), name).toBeLessThan(1e-6);
        }
        expect(actual.health?.map(({ layer, weights }) => [layer, weights])).toEqual(
          expected.health?.map(({ layer, weights }) => [layer, weights]),
        );
        expect(worst(norms(actual.health), norms(expected.health))).toBeLessThan(1e-5);
      }),
      { numRuns: 8 },
    );
  });
});

describe('the update in a graph', () => {
  const [layout, optimizer] = [layouts['one packed'] as Layout, optimizers.sgd as OptimizerPlan];
  const strengths = { learningRate: 0.1, l2: 0, l1: 0 };

  it('makes weights exactly zero where the kernels do', async () => {
    const test: Case = { layout, optimizer, training: { averaging: 0, clipNorm: null }, strengths, size: 1 };
    const strong = { ...test, strengths: { ...strengths, l1: 3 } };
    const zeros = (values: Float32Array | undefined) => Array.from(values ?? [], (x) => Object.is(x, 0));
    const actual = zeros((await byGraph(strong)).regions.get('parameters')).slice(0, 15);
    expect(actual).toEqual(zeros(byKernels(strong).region('parameters')).slice(0, 15));
    expect(actual.filter((zero) => zero).length).toBeGreaterThan(2);
  });

  it('clips gradients whose squares no float32 holds', async () => {
    const test: Case = { layout, optimizer, training: { averaging: 0, clipNorm: 1 }, strengths, size: 1e25 };
    const actual = (await byGraph(test)).regions.get('parameters') ?? [];
    expect(worst(actual, byKernels(test).region('parameters'))).toBeLessThan(1e-6);
  });

  it('refuses an L1 step that it was built without', () => {
    const options: UpdateOptions = { layout, optimizer, training: { averaging: 0, clipNorm: null }, l1: false };
    expect(() => updateNumbers(options, 1, { ...strengths, l1: 0.5 })).toThrow(
      'The update was built without an L1 step, but is asked for one of 0.5.',
    );
  });
});
