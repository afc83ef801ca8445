// What is said about activations, beside the same numbers from plain arrays.

import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Runtime } from '../../../src/engine/index.ts';
import { createNetwork } from '../../../src/network/index.ts';
import type { Batch } from '../../../src/network/layer.ts';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
import type { CnnPlan, MlpPlan, Plan } from '../../../src/plan/plan.ts';
import type { ActivationHealth } from '../../../src/record/record.ts';
import { shapeImages, shapeNames } from '../../../src/training/testing/shapes.ts';
import { createTrainer, networkInputs, type Trainer } from '../../../src/training/trainer.ts';
import { type DataOptions, dataset, runtime, smallPlan } from './fixture.ts';

const device: Runtime = { ...runtime, name: 'update in the graph', device: 'cuda' };
const image = { channels: 1, height: 12, width: 12 };

function imageData(rows: number): Dataset {
  const { images, codes } = shapeImages(rows, 12, 5);
  const index = Uint32Array.from({ length: rows }, (_, row) => row);
  const columns = { width: 0, numeric: new Float32Array(0), cardinalities: [], categories: new Int32Array(0) };
  return {
    ...{ task: 'classification', rows, ...columns, continuous: [] },
    images: { ...images, center: [60], factor: [1 / 60], index },
    ...{ target: codes, classes: shapeNames, targetMean: 0, targetDeviation: 1 },
  };
}

function imagePlan(network: Partial<CnnPlan>): Plan {
  const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 2, image });
  return { ...plan, network: { ...plan.network, stages: [[6], [9]], normalization: 'none', stem: 1, ...network } };
}

/** A parameter of a trainer, to read and to write. */
function parameter({ layout, state }: Trainer, name: string): Float32Array {
  const slot = layout.parameters.find(({ spec }) => spec.name === name)?.slot;
  if (slot === undefined) throw new Error(`no parameter ${name}`);
  return state.parameters?.subarray(slot.offset, slot.offset + slot.length) ?? new Float32Array(0);
}

/** The numbers of one unit over all rows, by the layer's plain output. */
function unitRows({ members, rows, width, data }: Batch, channels: number | null): readonly number[][] {
  const units = (members ?? 1) * (channels ?? width);
  const found: number[][] = Array.from({ length: units }, () => []);
  const area = channels === null ? 1 : width / channels;
  data.forEach((value, at) => {
    const [member, column] = [Math.floor(at / (rows * width)), at % width];
    found[member * (channels ?? width) + Math.floor(column / area)]?.push(value);
  });
  return found;
}

/** Inputs of the network in plain arrays. */
function plainInputs(data: Dataset): Map<string, Batch> {
  const { rows, width, numeric, categories, cardinalities, images } = data;
  const batches: [string, Batch][] = [
    ['numeric', { members: null, rows, width, data: numeric }],
    ['categories', { members: null, rows, width: cardinalities.length, data: categories }],
  ];
  if (images !== null) batches.push(['image', { members: null, rows, width: 144, data: images.pixels }]);
  return new Map(batches);
}

const isFlat: Readonly<Record<string, (y: number) => boolean>> = {
  tanh: (y) => 1 - y * y < 0.01,
  sigmoid: (y) => 4 * y * (1 - y) < 0.01,
};

/** The same figures from the network's plain functions. */
function reference(plan: Plan, data: Dataset, trainer: Trainer): Map<string, ActivationHealth> {
  const network = createNetwork(plan.network, networkInputs(plan, data));
  const values = plainInputs(data);
  const health = new Map<string, ActivationHealth>();
  for (const step of network.steps) {
    const inputs = step.inputs.map((name) => values.get(name)).filter((batch) => batch !== undefined);
    const batch = step.plain(inputs, (name) => trainer.buffers[name] ?? parameter(trainer, name));
    values.set(step.name, batch);
    if (step.layer !== 'activation' && step.name !== 'output') continue;
    const bias = network.parameters.findLast(({ layer, role }) => layer === step.group && role === 'bias');
    const channels = step.group.startsWith('stage') || step.group === 'stem' ? (bias?.shape[0] ?? 1) : null;
    const units = unitRows(batch, channels);
    const all = units.flat();
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    const flat = step.name === 'output' ? () => false : (isFlat[plan.network.activation] ?? (() => false));
    health.set(step.group, {
      mean,
      deviation: Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length),
      dead: units.filter((unit) => unit.every((x) => x === unit[0])).length / units.length,
      saturated: all.filter(flat).length / all.length,
    });
  }
  return health;
}

function near(actual: ReadonlyMap<string, ActivationHealth>, expected: ReadonlyMap<string, ActivationHealth>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [layer, { mean, deviation, dead, saturated }] of expected) {
    const found = actual.get(layer);
    const size = Math.max(Math.abs(mean), deviation, 1e-30);
    expect((found?.mean ?? Number.NaN) / size, layer).toBeCloseTo(mean / size, 4);
    expect((found?.deviation ?? Number.NaN) / size, layer).toBeCloseTo(deviation / size, 4);
    expect(found?.dead, layer).toBeCloseTo(dead, 6);
    expect(found?.saturated, layer).toBeCloseTo(saturated, 3);
  }
}

const tablePlan = (network: Partial<MlpPlan>): Plan =>
  smallPlan('classification', { network: { hidden: [20, 12], normalization: 'none', ...network } });

const cases: Readonly<Record<string, readonly [Plan, Dataset]>> = {
  relu: [tablePlan({ activation: 'relu' }), dataset()],
  tanh: [tablePlan({ activation: 'tanh', normalization: 'layer' }), dataset({ cardinalities: [5, 12] })],
  'a sigmoid in a residual network': [tablePlan({ activation: 'sigmoid', hidden: [8, 8], residual: true }), dataset()],
  // 96 rows in pieces of 64.
  'members that share': [tablePlan({ members: { count: 32, sharing: 'rank-one' } }), dataset()],
  'members that share nothing': [tablePlan({ members: { count: 3, sharing: 'none' } }), dataset()],
  'no hidden layer': [tablePlan({ hidden: [] }), dataset()],
  // 40 images in pieces of 16.
  'plain convolutions': [imagePlan({ hidden: [7] }), imageData(40)],
  'residual blocks': [imagePlan({ block: 'residual' }), imageData(20)],
  'separable convolutions': [imagePlan({ block: 'separable', activation: 'tanh' }), imageData(20)],
};

describe('the figures of activations', () => {
  it.each(Object.entries(cases))('are those of plain arrays: %s', async (_, [plan, data]) => {
    const trainer = await createTrainer(runtime, plan, data);
    // Wide enough that some outputs are flat, and some units of a rectifier are dead.
    for (const { spec, slot } of trainer.layout.parameters) {
      if (spec.role === 'weight') {
        for (let i = slot.offset; i < slot.offset + slot.length; i++) {
          (trainer.state.parameters as Float32Array)[i] = 3 * (trainer.state.parameters?.[i] ?? 0);
        }
      }
      const shift = plan.network.activation === 'relu' ? -40 : -6;
      if (spec.role === 'bias' && spec.layer !== 'output') parameter(trainer, spec.name).fill(shift, 0, 2);
    }
    const expected = reference(plan, data, trainer);
    near(await trainer.activations(data), expected);
    await trainer.release();
    if (plan.network.activation === 'tanh' || plan.network.activation === 'sigmoid') {
      expect(Math.max(...[...expected.values()].map(({ saturated }) => saturated))).toBeGreaterThan(0.02);
    }
  });

  it('are the same where the update is in the graph', async () => {
    const plan = tablePlan({ activation: 'sigmoid', normalization: 'batch' });
    const [host, other] = await Promise.all([runtime, device].map((engine) => createTrainer(engine, plan, dataset())));
    const rows = Uint32Array.from({ length: 16 }, (_, i) => i);
    const settings = { rows, learningRate: 0.1, l2: 0, l1: 0, dropout: 0, noise: 0 };
    for (let step = 1; step <= 5; step++) {
      await host?.step({ ...settings, step });
      await other?.step({ ...settings, step });
    }
    const expected = await host?.activations(dataset());
    near((await other?.activations(dataset())) ?? new Map(), expected ?? new Map());
    expect([...(expected?.keys() ?? [])]).toEqual(['hidden.0', 'hidden.1', 'output']);
    await Promise.all([host?.release(), other?.release()]);
  });

  it('show units that a large negative bias has switched off, and what follows from them', async () => {
    const plan = tablePlan({ activation: 'relu' });
    const trainer = await createTrainer(runtime, plan, dataset());
    expect((await trainer.activations(dataset())).get('hidden.0')?.dead).toBe(0);
    parameter(trainer, 'hidden.0.bias').fill(-1000, 0, 15);
    const part = await trainer.activations(dataset());
    expect(part.get('hidden.0')?.dead).toBeCloseTo(0.75, 6);
    parameter(trainer, 'hidden.0.bias').fill(-1000);
    const all = await trainer.activations(dataset());
    expect(all.get('hidden.0')).toEqual({ mean: 0, deviation: 0, dead: 1, saturated: 0 });
    expect(all.get('output')?.dead).toBe(1);
    await trainer.release();
  });

  it.each(['sigmoid', 'tanh'] as const)('show the flat ends of %s', async (activation) => {
    const trainer = await createTrainer(runtime, tablePlan({ activation, hidden: [16] }), dataset());
    const saturated = async () => (await trainer.activations(dataset())).get('hidden.0')?.saturated ?? Number.NaN;
    expect(await saturated()).toBeLessThan(0.2);
    const weight = parameter(trainer, 'hidden.0.weight');
    weight.set(weight.map((w) => 1e4 * w));
    expect(await saturated()).toBeGreaterThan(0.95);
    await trainer.release();
  });

  it('know large magnitudes, and leave a layer out whose squares overflow', async () => {
    const trainer = await createTrainer(runtime, tablePlan({ activation: 'relu' }), dataset());
    const weight = parameter(trainer, 'hidden.0.weight');
    weight.set(weight.map((w) => 1e15 * w));
    const large = await trainer.activations(dataset());
    expect(large.get('hidden.0')?.deviation).toBeGreaterThan(1e14);
    const next = parameter(trainer, 'hidden.1.weight');
    next.set(next.map((w) => 1e10 * w));
    expect([...(await trainer.activations(dataset())).keys()]).toEqual(['hidden.0']);
    await trainer.release();
  });

  it('say nothing about one row', async () => {
    const one: DataOptions = { rows: 1 };
    const trainer = await createTrainer(runtime, tablePlan({}), dataset(one));
    expect(await trainer.activations(dataset(one))).toEqual(new Map());
    await trainer.release();
  });
});
