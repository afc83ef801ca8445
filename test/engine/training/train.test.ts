import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { rowTerms, scoreOf } from '../../../src/training/score.ts';
import { type TrainOptions, type TrainResult, train } from '../../../src/training/train.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { dataset, options, runtime, smallPlan } from './fixture.ts';

/** The curve's dev errors by epoch. */
const devErrors = ({ curve }: RunRecord) => curve.map(({ epoch, devError }) => ({ epoch, devError }));

/** Scores weights of a finished training again, in a trainer of its own. */
async function scoreAgain({ plan, dev, metric, train: data }: TrainOptions, { weights }: TrainResult) {
  if (dev === null) throw new Error('no dev rows');
  const trainer = await createTrainer(runtime, plan, data);
  trainer.evaluated.set(weights.parameters);
  for (const [name, values] of Object.entries(weights.buffers)) trainer.buffers[name]?.set(values);
  const predictions = await trainer.predict(dev);
  await trainer.release();
  return { predictions, value: scoreOf(metric, rowTerms(metric, predictions, dev.target), null).value };
}

const overfitting = smallPlan('regression', {
  network: { hidden: [64, 64], activation: 'relu' },
  optimizer: { kind: 'adamw', learningRate: 0.02, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
  schedule: { kind: 'constant' },
  training: { epochs: 30 },
});
const overfitted = { classes: 0, rows: 48, noise: 2 };

describe('the kept weights', () => {
  it('are those of the best evaluation, not of the last', async () => {
    const told = options(overfitting, overfitted);
    const result = await train(told);
    const { record } = result;
    const errors = devErrors(record);
    const best = Math.min(...errors.map(({ devError }) => devError ?? Number.NaN));
    expect(record.bestEpoch).toBeLessThan(30);
    expect(errors.find(({ epoch }) => epoch === record.bestEpoch)?.devError).toBe(best);
    expect(record.dev?.value).toBe(best);
    expect(errors.at(-1)?.devError).toBeGreaterThan(best);
    const again = await scoreAgain(told, result);
    expect(again.value).toBe(best);
    expect(again.predictions).toEqual(result.devPredictions);
  });

  it('are those of the last of equal evaluations', async () => {
    // Rows of one class only: every evaluation has the error 0.
    const data = dataset({ rows: 32, classes: 2 });
    const one = { ...data, target: new Int32Array(32) };
    const plan = smallPlan('classification', {
      optimizer: { kind: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
      schedule: { kind: 'constant' },
      training: { epochs: 12 },
    });
    const { record } = await train({ ...options(plan, { classes: 2 }), train: one, dev: one });
    expect(record.curve.slice(6).map(({ devError }) => devError)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(record.bestEpoch).toBe(12);
  });

  it('are those of the last epoch without dev rows', async () => {
    const { record, devPredictions } = await train({ ...options(smallPlan('classification'), {}), dev: null });
    expect(record).toMatchObject({ bestEpoch: 4, dev: null, rows: { train: 96, dev: null }, status: 'finished' });
    expect(record.curve.map(({ devError, devLoss }) => [devError, devLoss])).toEqual(Array(8).fill([null, null]));
    expect(devPredictions).toBeNull();
  });

  it('are the moving average where the plan asks for one', async () => {
    const plan = smallPlan('regression', { training: { averaging: 0.9 } });
    const told = options(plan, { classes: 0 });
    const result = await train(told);
    expect((await scoreAgain(told, result)).value).toBe(result.record.dev?.value);
    const plain = await train(options({ ...plan, training: { ...plan.training, averaging: 0 } }, { classes: 0 }));
    expect(plain.weights.parameters).not.toEqual(result.weights.parameters);
  });
});

describe('the end of a run', () => {
  it('comes early after as many epochs without a better one as the patience says', async () => {
    const plan = { ...overfitting, regularization: { ...overfitting.regularization, earlyStopping: { patience: 5 } } };
    const { record } = await train(options(plan, overfitted));
    expect(record.status).toBe('early-stopped');
    expect(record.curve.at(-1)?.epoch).toBe((record.bestEpoch ?? 0) + 5);
    const { record: all } = await train(options(overfitting, overfitted));
    expect(record.dev?.value).toBe(
      Math.min(
        ...devErrors(all)
          .slice(0, record.curve.length)
          .map((x) => x.devError ?? 0),
      ),
    );
  });

  it('comes at stopEpoch, on the way of the whole run', async () => {
    const plan = smallPlan('regression', { schedule: { kind: 'cosine', warmUp: 0.2 }, training: { epochs: 12 } });
    const { record } = await train(options(plan, { classes: 0 }, { stopEpoch: 5, evaluations: 2 }));
    const { record: whole } = await train(options(plan, { classes: 0 }));
    expect(record.curve.map(({ epoch }) => epoch)).toEqual([5]);
    const same = whole.curve[4];
    expect(record.curve[0]?.trainError).toBe(same?.trainError);
    expect(record.curve[0]?.learningRate).toBe(same?.learningRate);
    expect(record.status).toBe('finished');
  });

  it('comes at the end of the step in which its seconds are over', async () => {
    let now = 100;
    const clock = () => now++;
    const plan = smallPlan('classification', { training: { epochs: 50, batchSize: 8 } });
    const { record } = await train(options(plan, {}, { seconds: 30, clock }));
    expect(record.status).toBe('stopped');
    // One reading of the clock per step of 12 per epoch, and a few between the epochs.
    expect(record.curve.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(record.seconds).toBeLessThanOrEqual(30);
  });

  it('leaves a point and weights when it is stopped in the first epoch', async () => {
    const controller = new AbortController();
    controller.abort();
    const { record } = await train(options(smallPlan('classification'), {}, { signal: controller.signal }));
    expect(record).toMatchObject({ status: 'stopped', bestEpoch: 1 });
    expect(record.curve.map(({ step }) => step)).toEqual([1]);
    expect(record.curve[0]?.learningRate).toBeGreaterThan(0);
  });
});

describe('a run that diverges', () => {
  const wild = { kind: 'sgd', learningRate: 1e6, momentum: 0.9, nesterov: false } as const;

  it('keeps the weights of the start if no epoch was finite, and its record survives JSON', async () => {
    const plan = smallPlan('regression', { optimizer: wild, schedule: { kind: 'constant' } });
    const { record, weights, devPredictions } = await train(options(plan, { classes: 0 }));
    expect(record).toMatchObject({ status: 'diverged', bestEpoch: null, curve: [] });
    expect(weights.parameters.every(Number.isFinite)).toBe(true);
    expect(devPredictions?.values.every(Number.isFinite)).toBe(true);
    expect(record.train?.value).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    const start = await createTrainer(runtime, plan, dataset({ classes: 0 }));
    expect(weights.parameters).toEqual(start.evaluated.slice());
    await start.release();
  });

  it('keeps its best finite weights', async () => {
    // The rate rises from nothing, so the first epochs are good ones.
    const plan = smallPlan('regression', {
      optimizer: { ...wild, learningRate: 3 },
      schedule: { kind: 'warm-up', warmUp: 1 },
      training: { epochs: 40 },
    });
    const { record, weights } = await train(options(plan, { classes: 0 }));
    expect(record.status).toBe('diverged');
    expect(record.bestEpoch).toBeGreaterThan(0);
    expect(record.dev?.value).toBe(record.curve.find(({ epoch }) => epoch === record.bestEpoch)?.devError);
    expect(weights.parameters.every(Number.isFinite)).toBe(true);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it.each(['sgd', 'adamw'] as const)('is seen for classes with %s too', async (kind) => {
    const optimizer =
      kind === 'sgd' ? wild : ({ kind, learningRate: 1e6, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 } as const);
    const plan = smallPlan('classification', {
      network: { hidden: [16, 16, 16], activation: 'relu' },
      optimizer,
      schedule: { kind: 'constant' },
      training: { epochs: 20 },
    });
    const { record, weights } = await train(options(plan, {}));
    expect(record.status).toBe('diverged');
    expect(record.dev?.value).toBeLessThan(1);
    expect(weights.parameters.every(Number.isFinite)).toBe(true);
  });
});

describe('the curve', () => {
  it.each([
    [10, 64, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [10, 3, [4, 8, 10]],
    [10, 1, [10]],
    [7, 4, [2, 4, 6, 7]],
  ])('of %i epochs with at most %i evaluations has the points %j', async (epochs, evaluations, expected) => {
    const plan = smallPlan('classification', { training: { epochs, batchSize: 48 } });
    const points: number[] = [];
    const { record } = await train(options(plan, {}, { evaluations, onPoint: ({ epoch }) => points.push(epoch) }));
    expect(record.curve.map(({ epoch }) => epoch)).toEqual(expected);
    expect(points).toEqual(expected);
    expect(record.curve.map(({ step }) => step)).toEqual(expected.map((epoch) => epoch * 2));
  });

  it.each([1, 2, 3, 4])('of %i epochs has points inside of them, which change nothing else', async (epochs) => {
    // With these steps the second half of an epoch undoes the first, so points inside would be kept if they could be.
    const plan = smallPlan('classification', {
      optimizer: { kind: 'adam', learningRate: 0.5, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
      regularization: { earlyStopping: { patience: 1 } },
      training: { epochs, batchSize: 8 },
    });
    const { record, weights } = await train(options(plan, {}));
    const seldom = await train(options(plan, {}, { evaluations: 7 }));
    expect(weights).toEqual(seldom.weights);
    const { curve, ...rest } = record;
    const { curve: whole, ...same } = seldom.record;
    expect({ ...rest, seconds: 0 }).toEqual({ ...same, seconds: 0 });
    const perEpoch = Math.floor(8 / epochs);
    expect(curve).toHaveLength(perEpoch * whole.length);
    expect(curve.map(({ epoch, step }) => epoch - step / 12)).toEqual(curve.map(() => expect.closeTo(0, 12)));
    expect(curve.filter(({ epoch }) => Number.isInteger(epoch)).map(({ step, devError }) => [step, devError])).toEqual(
      whole.map(({ step, devError }) => [step, devError]),
    );
    for (const { layers, devLoss } of curve) expect([layers?.length, devLoss]).toEqual([3, expect.any(Number)]);
  });

  it('has activations as often as they cost few steps, and at its end', async () => {
    const seen = async (epochs: number) => {
      const plan = smallPlan('classification', { training: { epochs, batchSize: 48 } });
      const { record } = await train(options(plan, { rows: 480 }));
      return record.curve.flatMap(({ epoch, layers }) => {
        const known = layers?.map(({ activations }) => activations !== null);
        // The factors of inputs have none.
        if (known?.some(Boolean)) expect(known).toEqual([false, true, true]);
        return known?.some(Boolean) ? [epoch] : [];
      });
    };
    expect(await seen(10)).toEqual([10]);
    // 1,500 steps, of which a look costs 3.7: two of them.
    expect(await seen(150)).toEqual([75, 150]);
  });

  it('has the mean loss of the batches since the last point', async () => {
    const plan = smallPlan('classification', { training: { epochs: 4 } });
    const { record: each } = await train(options(plan, {}));
    const { record: once } = await train(options(plan, {}, { evaluations: 1 }));
    const losses = each.curve.map(({ trainLoss }) => trainLoss ?? Number.NaN);
    expect(losses).toHaveLength(8);
    expect(once.curve[0]?.trainLoss).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 8, 12);
  });

  it('has health figures of each layer', async () => {
    const l1 = { strength: 2, fade: 'constant' } as const;
    const plan = smallPlan('classification', { regularization: { l1 }, training: { epochs: 8 } });
    const { record } = await train({ ...options(plan, {}), dev: null });
    const layers = record.curve.at(-1)?.layers ?? [];
    expect(layers.map(({ layer }) => layer).toSorted()).toEqual(['hidden.0', 'input-scale', 'output']);
    for (const { weightNorm, gradientNorm, updateNorm, weights } of layers) {
      for (const norm of [weightNorm, gradientNorm, updateNorm, weights]) expect(norm).toBeGreaterThan(0);
    }
    expect(layers.find(({ layer }) => layer === 'hidden.0')).toMatchObject({ weights: 4 * 8 + 8 });
    expect(layers.reduce((sum, { zeros }) => sum + zeros, 0)).toBe((record.parameters ?? 0) - (record.nonzero ?? 0));
    expect(record.nonzero).toBeLessThan(record.parameters ?? 0);
  });

  it('has dev losses in the unit of the training loss', async () => {
    const quiet = { classes: 0, noise: 0 };
    for (const loss of [{ kind: 'mse' }, { kind: 'huber', delta: 0.5 }] as const) {
      const plan = smallPlan('regression', {
        loss,
        optimizer: { kind: 'sgd', learningRate: 1e-9, momentum: 0, nesterov: false },
      });
      const told = options(plan, quiet);
      // Weights that do not move, one batch of all rows: training and evaluation see the same.
      const frozen = { ...plan, training: { ...plan.training, batchSize: 96, epochs: 1 } };
      const { record } = await train({ ...told, plan: frozen, dev: told.train });
      expect(record.curve[0]?.devLoss).toBeCloseTo(record.curve[0]?.trainLoss ?? Number.NaN, 4);
    }
  });

  it('measures the training error on rows from the whole file, which may be sorted', async () => {
    const plan = smallPlan('classification', { training: { epochs: 1, batchSize: 4096 } });
    const data = dataset({ rows: 6000, classes: 2 });
    const order = Array.from({ length: 6000 }, (_, i) => i).toSorted(
      (a, b) => (data.target[a] as number) - (data.target[b] as number),
    );
    const numeric = Float32Array.from(order.flatMap((row) => [...data.numeric.subarray(row * 4, row * 4 + 4)]));
    const sorted = { ...data, numeric, target: Int32Array.from(order, (row) => data.target[row] as number) };
    const { record } = await train({ ...options(plan, { classes: 2 }), train: sorted, dev: null });
    expect(record.train?.count).toBe(6000);
    expect(Math.abs((record.curve[0]?.trainError ?? 1) - (record.train?.value ?? 0))).toBeLessThan(0.03);
  });
});

describe('evaluation', () => {
  it('knows no dropout and no noise', async () => {
    const plan = smallPlan('regression', {
      regularization: { dropout: { rate: 0.9, fade: 'constant' }, augmentation: { ...noAugmentation, noise: 3 } },
    });
    const trainer = await createTrainer(runtime, plan, dataset({ classes: 0 }));
    const first = await trainer.predict(dataset({ classes: 0 }));
    expect(await trainer.predict(dataset({ classes: 0 }))).toEqual(first);
    const clean = await createTrainer(runtime, smallPlan('regression'), dataset({ classes: 0 }));
    expect(await clean.predict(dataset({ classes: 0 }))).toEqual(first);
    await Promise.all([trainer.release(), clean.release()]);
  });

  it.each([
    ['log-loss', { classes: 3 }],
    ['error', { classes: 3 }],
    ['mae', { classes: 0 }],
    ['rmse', { classes: 0 }],
  ] as const)('scores by %s', async (metric, data) => {
    const plan = smallPlan(data.classes === 0 ? 'regression' : 'classification');
    const told = { ...options(plan, data), metric };
    const { record, devPredictions } = await train(told);
    if (devPredictions === null || told.dev === null) throw new Error('no dev rows');
    const terms = rowTerms(metric, devPredictions, told.dev.target);
    expect(record.dev?.value).toBe(scoreOf(metric, terms, null).value);
    expect(record.dev?.count).toBe(40);
    if (data.classes === 0) {
      const target = Float64Array.from(told.train.target);
      const mean = target.reduce((a, b) => a + b, 0) / target.length;
      const deviation = Math.sqrt(target.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (target.length - 1));
      expect(record.dev?.share).toBeCloseTo((record.dev?.value ?? 0) / deviation, 4);
    } else expect(record.dev?.share).toBeNull();
  });
});
