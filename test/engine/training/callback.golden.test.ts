// The recorder of `fettle callback pytorch` beside fettle's own engine: the same weights and rows give the same record.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { parseRecord } from '../../../src/record/parse-record.ts';
import type { LayerHealth, RunRecord, StartLayer } from '../../../src/record/record.ts';
import { train } from '../../../src/training/train.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { runtime, smallPlan } from './fixture.ts';

interface Case {
  readonly name: 'classes' | 'number';
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Weight and bias of each layer. */
  readonly start: readonly (readonly number[])[];
  readonly record: unknown;
}

const file = new URL('../../golden/callbacks/same-as-fettle.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];
const width = 5;

function planOf(name: Case['name']): Plan {
  const classes = name === 'classes';
  return smallPlan(classes ? 'classification' : 'regression', {
    preprocessing: { standardizeTarget: false },
    network: { hidden: [7, 6], activation: classes ? 'tanh' : 'relu', normalization: 'none', inputScale: false },
    loss: classes ? { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' } : { kind: 'mse' },
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.5, nesterov: false },
    schedule: { kind: 'constant' },
    regularization: { dropout: { rate: 0, fade: 'constant' }, l2: { strength: 0, fade: 'constant' } },
    training: { batchSize: 40, epochs: 9, averaging: 0 },
  });
}

function datasetOf({ name, x, y }: Case): Dataset {
  const classes = name === 'classes';
  return {
    ...{ rows: y.length, width, numeric: Float32Array.from(x), continuous: Array<boolean>(width).fill(true) },
    ...{ cardinalities: [], categories: new Int32Array(0), images: null },
    task: classes ? 'classification' : 'regression',
    target: classes ? Int32Array.from(y) : Float32Array.from(y),
    classes: classes ? ['0', '1', '2'] : null,
    targetMean: 0,
    targetDeviation: 1,
  };
}

/** Trains from the weights that PyTorch began with. */
async function trainFrom(test: Case): Promise<RunRecord> {
  const [plan, data] = [planOf(test.name), datasetOf(test)];
  const trainer = await createTrainer(runtime, plan, data);
  const parameters = trainer.evaluated.slice();
  trainer.layout.inOrder.forEach(({ slot }, i) => {
    expect(slot.length).toBe(test.start[i]?.length);
    parameters.set(test.start[i] ?? [], slot.offset);
  });
  await trainer.release();
  const metric = data.task === 'classification' ? 'error' : 'rmse';
  return (await train({ plan, train: data, dev: null, metric, runtime, start: { parameters, buffers: {} } })).record;
}

/** Without the names of layers, which each framework chooses. */
const nameless = <T extends LayerHealth | StartLayer>(layers: readonly T[] | null | undefined) =>
  layers?.map(({ layer: _, ...rest }) => rest);

/** Every number is near its counterpart. */
function expectNear(found: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs((found as number) - expected), `${path}: ${found} and ${expected}`).toBeLessThan(
      1e-5 + 1e-5 * Math.abs(expected),
    );
  } else if (expected !== null && typeof expected === 'object') {
    expect(Object.keys(found as object).sort(), path).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      expectNear((found as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else expect(found, path).toEqual(expected);
}

describe('a record of the callback for PyTorch', () => {
  it.each(cases)('says the same as a record of fettle: $name', async (test) => {
    const own = await trainFrom(test);
    const theirs = parseRecord(test.record);
    expectNear(own.start?.loss, theirs.start?.loss);
    expectNear(own.start?.expectedLoss, theirs.start?.expectedLoss);
    expectNear(nameless(own.start?.layers), nameless(theirs.start?.layers));
    expect(theirs.losses).toHaveLength(9);
    expectNear(own.losses, theirs.losses);
    expect(theirs.curve.map(({ step }) => step)).toEqual(own.curve.map(({ step }) => step));
    let compared = 0;
    own.curve.forEach((point, i) => {
      const other = theirs.curve[i];
      expectNear(point.trainLoss, other?.trainLoss);
      expectNear(point.trainError, other?.trainError);
      point.layers?.forEach(({ layer: _, activations, ...norms }, l) => {
        const path = `curve.${i}.layers.${l}`;
        const others = other?.layers?.[l];
        for (const [name, value] of Object.entries(norms)) expectNear(others?.[name as keyof LayerHealth], value, path);
        if (activations === null) return;
        expectNear(others?.activations, activations, path);
        compared++;
      });
    });
    expect(compared).toBeGreaterThanOrEqual(3);
    expectNear(theirs.train, own.train);
    expect(theirs).toMatchObject({ parameters: own.parameters, nonzero: own.nonzero, bestEpoch: own.bestEpoch });
  });
});
