import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { createTrainer, type Trainer } from '../../../src/training/trainer.ts';
import golden from '../../golden/training.json' with { type: 'json' };
import { runtime, smallPlan } from './fixture.ts';

type Case = (typeof golden.cases)[number];
type Tensors = Readonly<Record<string, readonly number[]>>;

/** Largest difference allowed after 20 steps in float32, as a share of the largest value of the same tensor. */
const tolerance = { losses: 1e-5, parameters: 1e-5, average: 1e-5, buffers: 1e-5 };

const losses: Readonly<Record<string, Plan['loss']>> = {
  'cross-entropy': { kind: 'cross-entropy', labelSmoothing: 0.1, classWeights: 'balanced' },
  mse: { kind: 'mse' },
  'binary-cross-entropy': { kind: 'binary-cross-entropy', labelSmoothing: 0, classWeights: 'none' },
  huber: { kind: 'huber', delta: 0.5 },
};

function optimizerOf({ optimizer, options }: Case): Plan['optimizer'] {
  const {
    lr: learningRate,
    betas = [],
    momentum = 0,
    nesterov = false,
  } = options as {
    lr: number;
    betas?: number[];
    momentum?: number;
    nesterov?: boolean;
  };
  if (optimizer === 'sgd') return { kind: 'sgd', learningRate, momentum, nesterov };
  const [beta1 = 0, beta2 = 0] = betas;
  return { kind: optimizer === 'adam' ? 'adam' : 'adamw', learningRate, beta1, beta2, epsilon: 1e-8 };
}

function planOf(test: Case): Plan {
  const { hidden, clipNorm, averaging } = test;
  return smallPlan(test.name === 'mse' || test.name === 'huber' ? 'regression' : 'classification', {
    network: {
      hidden,
      activation: test.activation as Plan['network']['activation'],
      normalization: test.normalization as Plan['network']['normalization'],
      inputScale: false,
    },
    loss: losses[test.name] as Plan['loss'],
    optimizer: optimizerOf(test),
    training: { batchSize: golden.batches[0]?.length ?? 0, clipNorm, averaging },
  });
}

function datasetOf(test: Case, plan: Plan): Dataset {
  const classification = 'labelSmoothing' in plan.loss;
  const { width, x, targetMean, targetDeviation } = golden;
  return {
    ...{ rows: x.length / width, width, numeric: Float32Array.from(x), continuous: Array<boolean>(width).fill(true) },
    ...{ cardinalities: [], categories: new Int32Array(0), images: null },
    task: classification ? 'classification' : 'regression',
    target: classification ? Int32Array.from(test.target) : Float32Array.from(test.target),
    classes: classification ? Array.from({ length: Math.max(...test.target) + 1 }, (_, k) => `${k}`) : null,
    ...(classification ? { targetMean: 0, targetDeviation: 1 } : { targetMean, targetDeviation }),
  };
}

/** The trainer's tensors, cut out of a flat region. */
function cut(trainer: Trainer, flat: Float32Array): Tensors {
  return Object.fromEntries(
    trainer.layout.parameters.map(({ slot }) => [
      slot.name,
      [...flat.subarray(slot.offset, slot.offset + slot.length)],
    ]),
  );
}

function worst(actual: Tensors, expected: Tensors): number {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
  let most = 0;
  for (const [name, values] of Object.entries(expected)) {
    const scale = Math.max(...values.map(Math.abs));
    values.forEach((value, i) => {
      const error = Math.abs((actual[name]?.[i] ?? Number.NaN) - value) / scale;
      most = error > most || Number.isNaN(error) ? error : most;
    });
  }
  return most;
}

async function train(test: Case) {
  const plan = planOf(test);
  const trainer = await createTrainer(runtime, plan, datasetOf(test, plan));
  const parameters = trainer.state.parameters as Float32Array;
  for (const { slot } of trainer.layout.parameters) {
    parameters.set((test.start as Tensors)[slot.name] ?? [], slot.offset);
  }
  const found: number[] = [];
  for (const [i, rows] of golden.batches.entries()) {
    const settings = { learningRate: test.rates[i] ?? Number.NaN, l2: test.decay, l1: 0, dropout: 0, noise: 0 };
    found.push(await trainer.step({ step: i + 1, rows: Uint32Array.from(rows), ...settings }));
  }
  await trainer.release();
  return { trainer, parameters, losses: found };
}

describe('20 steps against PyTorch', () => {
  it.each(golden.cases)('$name with $optimizer', async (test) => {
    const { trainer, parameters, losses: found } = await train(test);
    expect(worst({ losses: found }, { losses: test.losses })).toBeLessThan(tolerance.losses);
    expect(worst(cut(trainer, parameters), test.parameters as Tensors)).toBeLessThan(tolerance.parameters);
    const buffers = Object.fromEntries(Object.entries(trainer.buffers).map(([name, values]) => [name, [...values]]));
    expect(worst(buffers, test.buffers as Tensors)).toBeLessThan(tolerance.buffers);
    if (test.average === null) return;
    expect(trainer.evaluated).not.toBe(parameters);
    expect(worst(cut(trainer, trainer.evaluated), test.average as Tensors)).toBeLessThan(tolerance.average);
  });

  it('would notice a wrong learning rate', async () => {
    const [first] = golden.cases;
    if (first === undefined) throw new Error('no case');
    const { trainer, parameters } = await train({ ...first, rates: first.rates.map((rate) => rate * 1.001) });
    expect(worst(cut(trainer, parameters), first.parameters as Tensors)).toBeGreaterThan(tolerance.parameters * 3);
  });
});
