import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import { planLoss, spreadSample } from '../../../src/training/evaluate.ts';
import { fingerprint, type TrainingIdentity } from '../../../src/training/fingerprint.ts';
import { gatherRows, only, spreadRows } from '../../../src/training/memory.ts';

/** Row i has the numbers 10 i and 10 i + 1, the code i and the target i / 2. */
function rowsOf(rows: number): Dataset {
  return {
    task: 'regression',
    rows,
    width: 2,
    numeric: Float32Array.from({ length: rows * 2 }, (_, i) => 10 * Math.floor(i / 2) + (i % 2)),
    cardinalities: [rows + 1],
    categories: Int32Array.from({ length: rows }, (_, i) => i),
    images: null,
    continuous: [true, true],
    target: Float32Array.from({ length: rows }, (_, i) => i / 2),
    classes: null,
    targetMean: 1,
    targetDeviation: 2,
  };
}

describe('rows of a matrix', () => {
  it('are copied by their numbers, repeated ones too', () => {
    const target = new Float32Array(6);
    gatherRows(target, rowsOf(5).numeric, Uint32Array.of(4, 0, 4), 2);
    expect([...target]).toEqual([40, 41, 0, 1, 40, 41]);
    gatherRows(new Float32Array(0), new Float32Array(0), Uint32Array.of(1, 2), 0);
  });

  it('are spread evenly from the first on when few of many are taken', () => {
    expect([...spreadRows(rowsOf(10), 4).categories]).toEqual([0, 2, 5, 7]);
    expect(spreadRows(rowsOf(3), 4)).toEqual({
      rows: 3,
      numeric: Float32Array.of(0, 1, 10, 11, 20, 21),
      categories: Int32Array.of(0, 1, 2),
      images: null,
    });
  });
});

describe('a sample of a dataset', () => {
  it('is the dataset itself if it is small enough', () => {
    const data = rowsOf(7);
    expect(spreadSample(data, 7)).toBe(data);
  });

  it('has whole rows of it, each once and in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }), (rows, most) => {
        const sample = spreadSample(rowsOf(rows), most);
        expect(sample.rows).toBe(Math.min(rows, most));
        const codes = [...sample.categories];
        expect(codes).toEqual([...new Set(codes)].toSorted((a, b) => a - b));
        expect([...sample.numeric]).toEqual(codes.flatMap((code) => [10 * code, 10 * code + 1]));
        expect([...sample.target]).toEqual(codes.map((code) => code / 2));
      }),
    );
  });
});

describe('the loss of a plan on held-out rows', () => {
  // Targets 0, .5, 1, 1.5; errors 0, 1, -4, 2; in units of the deviation 0, .5, -2, 1.
  const numbers = { rows: 4, outputs: 1, values: Float32Array.of(0, 1.5, -3, 3.5) };

  it('is the squared error in the standardized unit', () => {
    expect(planLoss({ kind: 'mse' }, numbers, rowsOf(4))).toBeCloseTo((0.25 + 4 + 1) / 4, 12);
  });

  it('is the Huber loss in the standardized unit', () => {
    expect(planLoss({ kind: 'huber', delta: 1 }, numbers, rowsOf(4))).toBeCloseTo((0.125 + 1.5 + 0.5) / 4, 12);
  });

  it('is the log loss of classes, without smoothing and weights', () => {
    const data: Dataset = { ...rowsOf(2), task: 'classification', target: Int32Array.of(1, 0), classes: ['a', 'b'] };
    const shares = { rows: 2, outputs: 2, values: Float32Array.of(0.5, 0.5, 0.25, 0.75) };
    for (const kind of ['cross-entropy', 'binary-cross-entropy'] as const) {
      const loss = planLoss({ kind, labelSmoothing: 0.2, classWeights: 'balanced' }, shares, data);
      expect(loss).toBeCloseTo(1.5 * Math.LN2, 6);
    }
  });
});

describe('the tensors that a session knows', () => {
  it('are chosen by its names', () => {
    const tensor = { dtype: 'float32', shape: [0], data: new Float32Array(0) } as const;
    expect(only({ a: tensor, b: tensor }, ['b', 'c'])).toEqual({ b: tensor });
  });
});

describe('a fingerprint', () => {
  const plan = defaultPlan({ task: 'regression', minimizesError: false, seed: 0 });
  const told: TrainingIdentity = {
    ...{ plan, metric: 'rmse', runtime: { name: 'engine' } },
    ...{ train: rowsOf(20), dev: rowsOf(6) },
  };
  const print = fingerprint(told);
  const { train } = told;

  it('is the same for the same training, in other memory too', () => {
    const shared = new Float32Array(new SharedArrayBuffer(train.numeric.byteLength + 4), 4);
    shared.set(train.numeric);
    expect(fingerprint({ ...told, train: { ...train, numeric: shared } })).toBe(print);
  });

  it.each<[string, Partial<TrainingIdentity>]>([
    ['the seed', { plan: { ...plan, seed: 1 } }],
    ['the rows', { train: rowsOf(21) }],
    ['the levels', { train: { ...train, cardinalities: [99] } }],
    ['the codes', { train: { ...train, categories: train.categories.toReversed() } }],
    ['the target', { train: { ...train, target: train.target.map((y) => y + 1) } }],
    ['the unit of the target', { train: { ...train, targetDeviation: 3 } }],
    ['the dev rows', { dev: rowsOf(7) }],
    ['the lack of dev rows', { dev: null }],
    ['the metric', { metric: 'mae' }],
    ['the engine', { runtime: { name: 'another' } }],
    ['the evaluations', { evaluations: 3 }],
  ])('changes with %s', (_, change) => {
    expect(fingerprint({ ...told, ...change })).not.toBe(print);
  });

  it('changes with every single cell', () => {
    fc.assert(
      fc.property(fc.nat(39), fc.float({ noNaN: true }), (i, value) => {
        fc.pre(!Object.is(value, train.numeric[i]));
        const numeric = train.numeric.slice();
        numeric[i] = value;
        expect(fingerprint({ ...told, train: { ...train, numeric } })).not.toBe(print);
      }),
    );
  });
});
