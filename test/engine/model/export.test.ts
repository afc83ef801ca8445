import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/data/table.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { type Model, modelPredictions, openModel } from '../../../src/model/predict.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { exportTrained, largestDifference, mixedTable, smallPlan, type Trained, trainSmall } from './mixed-table.ts';

const runtime = createOnnxRuntime();

/** The same rows with every cell but the target's missing. */
function emptied(table: Table): Table {
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.kind === 'text'
        ? { ...column, codes: new Int32Array(table.rows).fill(-1) }
        : { ...column, values: column.values.slice().fill(Number.NaN) },
    ) as Table['columns'],
  };
}

async function withModel<T>(trained: Trained, use: (model: Model) => Promise<T>): Promise<T> {
  const model = await openModel(exportTrained(trained).bytes, runtime);
  try {
    return await use(model);
  } finally {
    await model.release();
    await trained.release();
  }
}

const cases: readonly [string, Parameters<typeof mixedTable>[1], Plan, number][] = [
  ['two classes by cross-entropy', 'two', smallPlan('two'), 1],
  [
    'two classes by one logit',
    'two',
    smallPlan('two', {}, { loss: { kind: 'binary-cross-entropy', labelSmoothing: 0, classWeights: 'balanced' } }),
    1,
  ],
  ['three classes', 'three', smallPlan('three'), 1],
  ['a number', 'number', smallPlan('number'), 1],
  ['a number by Huber, not standardized', 'number', unstandardized(), 1],
  ['no hidden layers', 'three', smallPlan('three', { hidden: [], inputScale: false }), 1],
  ['members that share weights', 'three', smallPlan('three', { members: { count: 4, sharing: 'rank-one' } }), 1],
  ['members that share nothing', 'number', smallPlan('number', { members: { count: 3, sharing: 'none' } }), 1],
  ['an ensemble of three networks for classes', 'three', smallPlan('three'), 3],
  ['an ensemble of three networks for a number', 'number', smallPlan('number'), 3],
  [
    'piecewise-linear embeddings of numbers',
    'number',
    smallPlan('number', { numericEmbedding: { kind: 'piecewise-linear', bins: 6, width: 4 } }),
    1,
  ],
  [
    'periodic embeddings of numbers',
    'three',
    smallPlan('three', { numericEmbedding: { kind: 'periodic', frequencies: 4, sigma: 0.3, width: 4 } }),
    1,
  ],
  ['batch normalization', 'three', smallPlan('three', { normalization: 'batch', residual: true }), 2],
  ['layer normalization', 'two', smallPlan('two', { normalization: 'layer', activation: 'gelu' }), 1],
  ['all categories embedded', 'three', preprocessed({ oneHotLevels: 0 }), 1],
  ['all categories one-hot', 'three', preprocessed({ oneHotLevels: 100 }), 1],
  [
    'mean and deviation, no clip',
    'three',
    preprocessed({ center: 'mean', scale: 'standard-deviation', clip: 'none' }),
    1,
  ],
];

function unstandardized(): Plan {
  const plan = smallPlan('number', {}, { loss: { kind: 'huber', delta: 1 } });
  return { ...plan, preprocessing: { ...plan.preprocessing, standardizeTarget: false } };
}

function preprocessed(change: Partial<Plan['preprocessing']>): Plan {
  const plan = smallPlan('three');
  return { ...plan, preprocessing: { ...plan.preprocessing, ...change } };
}

describe('an exported model', () => {
  it.each(cases)(
    'predicts from raw columns as the trainer does from prepared rows: %s',
    async (_name, target, plan, count) => {
      const seeds = Array.from({ length: count }, (_, i) => i + 1);
      const trained = await trainSmall(runtime, plan, target, seeds);
      // 60 cities of which 30 were never seen.
      const many = mixedTable(1000, target, 77, 60);
      await withModel(trained, async (model) => {
        for (const table of [many, mixedTable(1, target, 78), emptied(mixedTable(3, target, 79))]) {
          const found = await modelPredictions(model, table, { rowsPerCall: 300 });
          const wanted = await trained.predict(table);
          expect(found.rows).toBe(table.rows);
          expect(largestDifference(found.values, wanted)).toBeLessThan(1e-5);
        }
        // The check above would pass if the network said the same of every row.
        const spread = (await modelPredictions(model, many)).values.filter((_, i, all) => all[i] !== all[0]);
        expect(spread.length).toBeGreaterThan(900);
      });
    },
  );

  it('gives the label of the largest probability', async () => {
    const trained = await trainSmall(runtime, smallPlan('three'), 'three');
    await withModel(trained, async ({ session, metadata }) => {
      const cell = (value: string | number) =>
        typeof value === 'string'
          ? runtime.tensor('string', [value, value], [2, 1])
          : runtime.tensor('float32', Float32Array.of(value, 20), [2, 1]);
      const time = runtime.tensor('float64', Float64Array.of(1.6e9, Number.NaN), [2, 1]);
      const feeds = Object.fromEntries(
        metadata.columns.map(({ name, type }) => [
          name,
          type === 'float64' ? time : cell(type === 'string' ? '' : Number.NaN),
        ]),
      );
      const results = await session.run(feeds);
      const probabilities = Array.from(results.probabilities?.data as Float32Array);
      const labels = [0, 3].map((at) => {
        const row = probabilities.slice(at, at + 3);
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
        return metadata.classes?.[row.indexOf(Math.max(...row))];
      });
      expect(results.label?.shape).toEqual([2]);
      expect(results.label?.data).toEqual(labels);
    });
  });

  it('takes each used column by its name', async () => {
    const trained = await trainSmall(runtime, smallPlan('two'), 'two');
    await withModel(trained, async ({ session, metadata }) => {
      expect(session.inputs).toEqual([
        'age',
        'income, yearly',
        'member',
        'sure',
        'home',
        'size',
        'city',
        'since',
        'day',
      ]);
      expect(session.outputs).toEqual(['probabilities', 'label']);
      expect(metadata.columns.map(({ type }) => type)).toEqual([
        'float32',
        'float32',
        'float32',
        'float32',
        'string',
        'string',
        'string',
        'float64',
        'float64',
      ]);
    });
  });

  it('needs nodes for steps, not for columns', async () => {
    const trained = await trainSmall(runtime, smallPlan('two'), 'two');
    const { bytes } = exportTrained(trained);
    await trained.release();
    const { fromBinary } = await import('@bufbuild/protobuf');
    const { ModelProtoSchema } = await import('../../../src/engine/graph/onnx_pb.ts');
    const types = fromBinary(ModelProtoSchema, bytes).graph?.node.map(({ opType }) => opType) ?? [];
    expect(types.filter((type) => type === 'LabelEncoder')).toHaveLength(3);
    expect(types.filter((type) => type === 'IsNaN')).toHaveLength(3);
    expect(types.filter((type) => type === 'Sqrt')).toHaveLength(1);
    expect(types.filter((type) => type === 'Sin')).toHaveLength(1);
  });
});
