// What a record says about the start of a training, and trainings that start from given weights.

import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Runtime } from '../../../src/engine/index.ts';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
import type { MlpPlan, Plan } from '../../../src/plan/plan.ts';
import type { RunStart, StartLayer } from '../../../src/record/record.ts';
import { planLoss } from '../../../src/training/evaluate.ts';
import { shapeImages, shapeNames } from '../../../src/training/testing/shapes.ts';
import { type TrainedWeights, train } from '../../../src/training/train.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { type DataOptions, dataset, memoryStore, options, runtime, smallPlan, timeless } from './fixture.ts';

const device: Runtime = { ...runtime, name: 'update in the graph', device: 'cuda' };

const planWith = (network: Partial<MlpPlan>, more: Parameters<typeof smallPlan>[1] = {}): Plan =>
  smallPlan('classification', { ...more, network: { inputScale: false, normalization: 'none', ...network } });

async function startOf(plan: Plan, data: DataOptions = {}): Promise<RunStart> {
  const { record } = await train(options(plan, data, { evaluations: 1 }));
  if (record.start === null) throw new Error('a training writes down its start');
  return record.start;
}

const layerOf = ({ layers }: RunStart, name: string): StartLayer => {
  const found = layers.find(({ layer }) => layer === name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return found;
};

/** All parameters of a plan's network, changed by the layer's weights and biases. */
async function weightsOf(plan: Plan, change: (name: string, values: Float32Array) => void): Promise<TrainedWeights> {
  const trainer = await createTrainer(runtime, plan, dataset());
  const parameters = (trainer.state.parameters as Float32Array).slice();
  for (const { spec, slot } of trainer.layout.parameters) {
    change(spec.name, parameters.subarray(slot.offset, slot.offset + slot.length));
  }
  const buffers = Object.fromEntries(Object.entries(trainer.buffers).map(([name, values]) => [name, values.slice()]));
  await trainer.release();
  return { parameters, buffers };
}

describe('the loss at the start', () => {
  const zeros = { initializer: 'zeros' } as const;

  it.each([
    ['cross-entropy', 3],
    ['cross-entropy', 7],
    ['binary-cross-entropy', 2],
  ] as const)('of %s with %i classes is their logarithm where the outputs are equal', async (kind, classes) => {
    const loss = { kind, labelSmoothing: 0.1, classWeights: 'balanced' } as const;
    const start = await startOf(planWith(zeros, { loss }), { classes });
    expect(start.expectedLoss).toBeCloseTo(Math.log(classes), 12);
    expect(start.loss).toBeCloseTo(Math.log(classes), 6);
    expect(start.outputs).toEqual({
      units: kind === 'cross-entropy' ? classes : 1,
      activation: kind === 'cross-entropy' ? 'softmax' : 'sigmoid',
      loss: kind,
    });
  });

  it.each([
    [{ kind: 'mse' } as const, (error: number) => error ** 2],
    [
      { kind: 'huber', delta: 0.5 } as const,
      (error: number) => (Math.abs(error) < 0.5 ? error ** 2 / 2 : 0.5 * (Math.abs(error) - 0.25)),
    ],
  ])('of %j is that of the mean', async (loss, term) => {
    const plan = smallPlan('regression', { loss, network: zeros });
    const start = await startOf(plan, { classes: 0 });
    const { target } = dataset({ classes: 0 });
    const expected = Array.from(target, (y) => term((y - 10) / 4)).reduce((sum, x) => sum + x, 0) / target.length;
    expect(start.expectedLoss).toBeCloseTo(expected, 5);
    expect(start.loss).toBeCloseTo(expected, 5);
    expect(start.outputs).toEqual({ units: 1, activation: 'linear', loss: loss.kind });
  });

  it('is near that of knowing nothing with random weights, and far from it with large ones', async () => {
    const healthy = await startOf(planWith({}));
    expect(Math.abs((healthy.loss ?? 0) / (healthy.expectedLoss ?? 1) - 1)).toBeLessThan(0.05);
    const large = await startOf(planWith({ initializer: 'plain-normal', hidden: [64, 64] }));
    expect(large.loss).toBeGreaterThan(5 * (large.expectedLoss ?? 0));
  });

  it('is that of the first weights where a moving average is evaluated, and leaves the average alone', async () => {
    const averaging = smallPlan('regression', { training: { averaging: 0.9 } });
    const plain = smallPlan('regression');
    const at = await startOf(averaging, { classes: 0 });
    expect(at).toEqual(await startOf(plain, { classes: 0 }));
    expect(at.layers.at(-1)?.activations?.deviation).toBeGreaterThan(0);
  });

  it('is null where it is no finite number, and its record survives JSON', async () => {
    const plan = smallPlan('regression');
    const start = await weightsOfRegression(plan, 1e30);
    const { record } = await train(options(plan, { classes: 0 }, { start }));
    expect(record).toMatchObject({ status: 'diverged', curve: [], losses: [], train: null, dev: null });
    expect(record.start?.loss).toBeNull();
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  async function weightsOfRegression(plan: Plan, value: number): Promise<TrainedWeights> {
    const trainer = await createTrainer(runtime, plan, dataset({ classes: 0 }));
    const parameters = trainer.evaluated.slice().fill(value);
    await trainer.release();
    return { parameters, buffers: {} };
  }
});

describe('the layers of the start', () => {
  it('are in order from the input to the output, and have the names of the curve', async () => {
    // The second layer is too large to travel with the small ones.
    const network = { hidden: [96, 96, 5], inputScale: true };
    const { record } = await train(options(planWith(network), { cardinalities: [4] }));
    const names = ['hidden.0', 'hidden.1', 'hidden.2', 'output'];
    expect(record.start?.layers.map(({ layer }) => layer)).toEqual(names);
    const all = ['category-embedding', 'input-scale', ...names];
    for (const { layers } of record.curve) expect(layers?.map(({ layer }) => layer)).toEqual(all);
    const last = record.curve.at(-1)?.layers ?? [];
    expect(last.map(({ activations }) => activations === null)).toEqual([true, true, false, false, false, false]);
  });

  it('have mean and deviation of their weights, fan-in and fan-out', async () => {
    const plan = planWith({ hidden: [32, 20], activation: 'relu', initializer: 'he-normal' });
    const start = await weightsOf(plan, (name, values) => {
      if (name.endsWith('bias')) values.set(values.map((_, i) => (i % 2 === 0 ? -3 : -1)));
      if (name === 'hidden.1.weight') values.set(values.map((_, i) => (i % 2 === 0 ? 1 : 4)));
    });
    const { record } = await train(options(plan, {}, { start, evaluations: 1 }));
    const [first, second, output] = record.start?.layers ?? [];
    expect(first).toMatchObject({ fanIn: 4, fanOut: 32, biasMean: -2, identical: 0 });
    expect(Math.abs((first?.deviation ?? 0) / Math.sqrt(2 / 4) - 1)).toBeLessThan(0.2);
    expect(second).toMatchObject({ fanIn: 32, fanOut: 20, mean: 2.5, deviation: 1.5, biasMean: -2 });
    expect(output).toMatchObject({ fanIn: 20, fanOut: 3 });
  });

  it.each([
    ['zeros', 1],
    ['constant', 1],
    ['he-normal', 0],
    ['orthogonal', 0],
    ['plain-normal', 0],
  ] as const)('of %s have %i of their units alike', async (initializer, share) => {
    const start = await startOf(planWith({ initializer, hidden: [12, 6] }));
    expect(start.layers.map(({ identical }) => identical)).toEqual([share, share, share]);
  });

  it.each(['rank-one', 'none'] as const)('of members that share %s see alike units in each', async (sharing) => {
    const network = { members: { count: 3, sharing }, hidden: [8] } as const;
    expect(layerOf(await startOf(planWith(network)), 'hidden.0').identical).toBe(0);
    const alike = await startOf(planWith({ ...network, initializer: 'constant' }));
    expect(layerOf(alike, 'hidden.0')).toMatchObject({ identical: 1, fanIn: 4, fanOut: 8 });
  });

  it('tell units apart by their bias, not by the sign of a zero', async () => {
    const plan = planWith({ hidden: [8], initializer: 'zeros' });
    const identical = async (change: (name: string, values: Float32Array) => void) => {
      const start = await weightsOf(plan, change);
      const { record } = await train(options(plan, {}, { start, evaluations: 1 }));
      return record.start?.layers[0]?.identical;
    };
    expect(
      await identical((name, values) => {
        if (name === 'hidden.0.bias') values.set(values.map((_, i) => Math.min(i, 6)));
      }),
    ).toBe(0.25);
    expect(
      await identical((name, values) => {
        if (name === 'hidden.0.weight') values.set(values.map((_, i) => (i % 2 === 0 ? 0 : -0)));
      }),
    ).toBe(1);
  });

  it('of convolutions count the window, and healthy ones have no units alike', async () => {
    const image = { channels: 1, height: 12, width: 12 };
    const { images, codes } = shapeImages(64, 12, 1);
    const columns = { width: 0, numeric: new Float32Array(0), cardinalities: [], categories: new Int32Array(0) };
    const data = {
      ...{ task: 'classification', rows: 64, ...columns, continuous: [] },
      images: { ...images, center: [60], factor: [1 / 60], index: Uint32Array.from({ length: 64 }, (_, i) => i) },
      ...{ target: codes, classes: shapeNames, targetMean: 0, targetDeviation: 1 },
    } satisfies Dataset;
    const base = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 1, image });
    const startWith = async (network: Partial<typeof base.network>) => {
      const plan = { ...base, network: { ...base.network, stem: 1 as const, stages: [[6], [8]], ...network } };
      const once = { ...plan, training: { ...plan.training, epochs: 1 } };
      const { record } = await train({ plan: once, train: data, dev: null, metric: 'error', runtime });
      return record.start as RunStart;
    };
    const plain = await startWith({ hidden: [5] });
    expect(plain.layers.map(({ layer, fanIn, fanOut }) => [layer, fanIn, fanOut])).toEqual([
      ['stage.0.block.0', 9, 54],
      ['stage.1.block.0', 54, 72],
      ['hidden.0', 8, 5],
      ['output', 5, 3],
    ]);
    // Without normalization the last convolution of a residual block starts at zero, on purpose.
    for (const block of ['residual', 'separable'] as const) {
      for (const normalization of ['none', 'batch'] as const) {
        const { layers } = await startWith({ block, normalization, squeezeExcitation: true });
        expect(layers.map(({ layer }) => layer)).toEqual(['stem', 'stage.0.block.0', 'stage.1.block.0', 'output']);
        expect(layers.map(({ identical }) => identical)).toEqual([0, 0, 0, 0]);
        for (const { deviation, activations } of layers) {
          expect(deviation).toBeGreaterThan(0.01);
          expect(activations?.dead).toBeLessThan(0.5);
        }
      }
    }
    expect((await startWith({ block: 'separable' })).layers[1]).toMatchObject({ fanIn: 9, fanOut: 9 });
    expect((await startWith({ initializer: 'zeros' })).layers.map(({ identical }) => identical)).toEqual([1, 1, 1]);
  });

  it('are the same where the update is in the graph', async () => {
    const plan = planWith({ hidden: [12], members: { count: 2, sharing: 'rank-one' } });
    const { record } = await train(options(plan, {}, { runtime: device, evaluations: 1 }));
    expect(record.start).toEqual(await startOf(plan));
  });
});

describe('a training from given weights', () => {
  const plan = planWith({}, { training: { averaging: 0.9 } });

  it('begins where another one ended, and repeats bit for bit', async () => {
    const first = await train(options(plan, {}));
    const told = options(plan, {}, { start: first.weights });
    const second = await train(told);
    expect(second.record.start?.loss).toBeLessThan(first.record.start?.loss ?? 0);
    const last = first.record.start?.layers[0]?.deviation;
    expect(second.record.start?.layers[0]?.deviation).not.toBe(last);
    expect(timeless(await train(told))).toEqual(timeless(second));
  });

  it('from the random weights is the training without them', async () => {
    const start = await weightsOf(plan, () => undefined);
    expect(timeless(await train(options(plan, {}, { start })))).toEqual(timeless(await train(options(plan, {}))));
    const onDevice = { runtime: device };
    expect(timeless(await train(options(plan, {}, { ...onDevice, start })))).toEqual(
      timeless(await train(options(plan, {}, onDevice))),
    );
  });

  it('takes the running statistics of a normalization along', async () => {
    const normalized = planWith({ normalization: 'batch' });
    const first = await train(options(normalized, {}));
    const optimizer = { kind: 'sgd', learningRate: 1e-30, momentum: 0, nesterov: false } as const;
    const start = first.weights;
    const { record } = await train(options({ ...normalized, optimizer }, {}, { start, evaluations: 1 }));
    const trainer = await createTrainer(runtime, normalized, dataset());
    trainer.evaluated.set(start.parameters);
    for (const [name, values] of Object.entries(start.buffers)) trainer.buffers[name]?.set(values);
    expect(record.start?.loss).toBe(planLoss(normalized.loss, await trainer.predict(dataset()), dataset()));
    await trainer.release();
  });

  it('does not go on from the checkpoint of another start', async () => {
    const checkpoints = memoryStore();
    await train(options(plan, {}, { checkpoints, stopEpoch: 2 }));
    const start = await weightsOf(plan, (_, values) => values.fill(0.01));
    const seen: number[] = [];
    const result = await train(options(plan, {}, { checkpoints, start, onPoint: ({ epoch }) => seen.push(epoch) }));
    expect(seen[0]).toBe(0.5);
    expect(timeless(result)).toEqual(timeless(await train(options(plan, {}, { start }))));
  });

  it('refuses weights of another network, with what is wrong', async () => {
    const { parameters } = await weightsOf(plan, () => undefined);
    const refused = (start: TrainedWeights) => expect(train(options(plan, {}, { start }))).rejects;
    const short = parameters.subarray(1);
    await refused({ parameters: short, buffers: {} }).toMatchObject({
      code: 'data',
      message:
        `Start weights: expected ${parameters.length} numbers of parameters for this plan's network on this data, received ` +
        `${short.length}. Take the weights that a training of the same network left behind.`,
    });
    await refused({ parameters, buffers: { mean: new Float32Array(1) } }).toThrow(
      'Start weights: expected the buffers of a network without any, received mean. Take the weights',
    );
    const broken = parameters.slice().fill(Number.NaN, 3, 4);
    await refused({ parameters: broken, buffers: {} }).toThrow(
      'Start weights: expected finite numbers, received NaN as number 3 of parameters. Take weights of a training that did not diverge.',
    );
    const normalized = planWith({ normalization: 'batch' });
    const { buffers } = await weightsOf(normalized, () => undefined);
    const [name = ''] = Object.keys(buffers);
    const cut = { ...buffers, [name]: new Float32Array(1) };
    const all = await weightsOf(normalized, () => undefined);
    await expect(train(options(normalized, {}, { start: { ...all, buffers: cut } }))).rejects.toThrow(
      `Start weights: expected 8 numbers of buffer ${name} for this plan's network on this data, received 1.`,
    );
  });
});

describe('the losses of a training', () => {
  const plan = planWith({}, { training: { epochs: 30, batchSize: 16 } });

  it('are stretches of equally many steps whose mean is that of all batches', async () => {
    const { record } = await train(options(plan, {}, { evaluations: 1 }));
    // 180 steps: 45 stretches of 4.
    expect(record.losses?.map(({ step }) => step)).toEqual(Array.from({ length: 45 }, (_, i) => 4 * (i + 1)));
    const means = record.losses?.map(({ mean }) => mean) ?? [];
    expect(means.reduce((sum, x) => sum + x, 0) / 45).toBeCloseTo(record.curve[0]?.trainLoss ?? Number.NaN, 10);
    expect(record.losses?.every(({ deviation }) => deviation !== null && deviation > 0)).toBe(true);
    expect(means[44]).toBeLessThan(means[0] ?? 0);
  });

  it('end where early stopping ends the run', async () => {
    const impatient = {
      ...plan,
      optimizer: { ...plan.optimizer, learningRate: 1e-30 },
      regularization: { ...plan.regularization, earlyStopping: { patience: 1 } },
    };
    const data = dataset();
    const wrong = { ...data, target: data.target.map((code) => (code + 1) % 3) };
    const { record } = await train({
      ...options(impatient, {}),
      ...{ dev: wrong, metric: 'log-loss', plan: { ...impatient, optimizer: plan.optimizer } },
    });
    expect(record.status).toBe('early-stopped');
    expect(record.losses?.at(-1)?.step).toBe(record.curve.at(-1)?.step);
    expect(record.curve.at(-1)?.layers?.some(({ activations }) => activations !== null)).toBe(true);
  });

  it('end where it diverged', async () => {
    const wild = { kind: 'sgd', learningRate: 1e6, momentum: 0.9, nesterov: false } as const;
    const regression = smallPlan('regression', { optimizer: wild, schedule: { kind: 'constant' } });
    const { record } = await train(options(regression, { classes: 0 }));
    expect(record.status).toBe('diverged');
    expect(record.losses?.length).toBeGreaterThan(0);
    expect(record.losses?.every(({ mean }) => Number.isFinite(mean))).toBe(true);
    expect(record.losses?.at(-1)?.step).toBeLessThan(24);
  });
});
