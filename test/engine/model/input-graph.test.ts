import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/data/calendar.ts';
import { applyPreprocessing, fitPreprocessing } from '../../../src/data/preprocessing.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { type Table, tableFromColumns } from '../../../src/data/table.ts';
import { createGraph, encode, type Tensor, type Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { calendarGraph } from '../../../src/model/calendar-graph.ts';
import { modelColumns } from '../../../src/model/columns.ts';
import { feedRows } from '../../../src/model/feeds.ts';
import { inputGraph } from '../../../src/model/input-graph.ts';
import type { PreprocessingPlan } from '../../../src/plan/plan.ts';
import { largestDifference, mixedTable, smallPlan } from './mixed-table.ts';

const runtime = createOnnxRuntime();

async function run(outputs: Record<string, Value>, feeds: Readonly<Record<string, Tensor>>) {
  const session = await runtime.load(encode(outputs, { keepInputs: true }));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

/** The matrix and codes of `rows` by the graph, and by applyPreprocessing. */
async function both(table: Table, target: string, plan: PreprocessingPlan, rows: Table) {
  const roles = inferRoles(table, { target });
  const all = Uint32Array.from({ length: table.rows }, (_, i) => i);
  const preprocessing = fitPreprocessing(plan, table, roles, all);
  const graph = createGraph();
  const { numeric, categories } = inputGraph(graph, preprocessing);
  const every = Uint32Array.from({ length: rows.rows }, (_, i) => i);
  const cells = preprocessing.columns.flatMap(({ name }) => rows.columns.filter((column) => column.name === name));
  const outputs = { ...(numeric && { numeric }), ...(categories && { categories }) };
  const results = await run(outputs, feedRows(runtime, modelColumns(preprocessing), cells, every));
  return { results, wanted: applyPreprocessing(preprocessing, rows), preprocessing };
}

const variants: readonly Partial<PreprocessingPlan>[] = [
  {},
  { center: 'none', scale: 'none', clip: 'none' },
  { center: 'mean', scale: 'standard-deviation' },
  { oneHotLevels: 0 },
  { oneHotLevels: 50, clip: 'none' },
];

describe('the preprocessing as a graph', () => {
  it.each(variants)('gives the same matrix and codes as applyPreprocessing: %o', async (change) => {
    const plan = { ...smallPlan('two').preprocessing, ...change };
    const { results, wanted } = await both(mixedTable(200, 'two', 1), 'result', plan, mixedTable(500, 'two', 2, 45));
    expect(largestDifference((results.numeric?.data ?? []) as Float32Array, wanted.numeric)).toBeLessThan(1e-6);
    expect(results.numeric?.shape).toEqual([500, wanted.width]);
    if (wanted.cardinalities.length > 0) {
      expect(results.categories?.data).toEqual(wanted.categories);
      expect(new Set(wanted.categories).has(0)).toBe(true);
    }
  });

  it('has no matrix when every column is embedded', async () => {
    const rows = { city: ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', 'b'], y: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5] };
    const table = tableFromColumns(rows);
    const plan = { ...smallPlan('number').preprocessing, oneHotLevels: 0 };
    const { results } = await both(table, 'y', plan, tableFromColumns({ city: ['c', null, 'z'] }));
    expect(results.numeric).toBeUndefined();
    expect(results.categories?.data).toEqual(Int32Array.of(3, 0, 0));
  });

  it('keeps the empty text apart from a missing cell when it is a level', async () => {
    const city = ['', 'b', 'c', '', 'b', 'c', '', 'b', 'c', 'b'];
    const table = tableFromColumns({ city, y: city.map((_, i) => i + 0.5) });
    const rows = tableFromColumns({ city: ['', null, 'b'] });
    const { results, preprocessing } = await both(table, 'y', smallPlan('number').preprocessing, rows);
    expect(results.numeric?.data).toEqual(Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0));
    expect(modelColumns(preprocessing)[0]?.missing).toBe('<missing>');
  });

  it('does not lose a day to rounding: calendar parts of any moment', async () => {
    const moment = fc.oneof(
      fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 }),
      fc.integer({ min: -100_000, max: 100_000 }).map((day) => day * 86_400),
      fc.double({ min: -1e10, max: 1e10, noNaN: true }),
    );
    const graph = createGraph();
    const session = await runtime.load(encode({ ...calendarGraph(graph.input('seconds', ['N', 1], 'float64')) }));
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 200 }), async (moments) => {
        const seconds = runtime.tensor('float64', Float64Array.from(moments), [moments.length, 1]);
        const results = await session.run({ seconds });
        const found = moments.map((_, i) =>
          Object.fromEntries(Object.entries(results).map(([part, { data }]) => [part, Number(data[i])])),
        );
        expect(found).toEqual(moments.map(calendarOf));
      }),
      { numRuns: 30 },
    );
    await session.release();
  });
});
