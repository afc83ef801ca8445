import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitPreprocessing } from '../../../src/data/preprocessing.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { tableFromColumns } from '../../../src/data/table.ts';
import { createGraph, encode, relu } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { exportModel } from '../../../src/model/export.ts';
import { loadModel, readModelTable } from '../../../src/model/predict.node.ts';
import { type Model, modelPredictions, openModel, predictTable } from '../../../src/model/predict.ts';
import { exportTrained, largestDifference, mixedTable, smallPlan, trainSmall } from './mixed-table.ts';

const runtime = createOnnxRuntime();
let folder = '';
let bytes = new Uint8Array();
let model: Model;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-predict-'));
  const trained = await trainSmall(runtime, smallPlan('three'), 'three');
  bytes = new Uint8Array(exportTrained(trained).bytes);
  await trained.release();
  model = await loadModel(bytes, runtime);
});

afterAll(async () => {
  await model.release();
  await rm(folder, { recursive: true });
});

/** The text of the error that the action ends with. */
async function errorOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('expected an error');
}

describe('predictTable', () => {
  it('gives the class and each probability in the order of the rows', async () => {
    const table = mixedTable(50, 'three', 9);
    const { rows, columns } = await predictTable(model, table);
    expect(rows).toBe(50);
    expect(columns.map(({ name }) => name)).toEqual([
      'prediction',
      'probability_a',
      'probability_b',
      'probability_c, "d"',
    ]);
    const [labels, ...probabilities] = columns.map(({ values }) => values);
    const first = probabilities.map((values) => Number(values?.[0]));
    expect(labels?.[0]).toBe(['a', 'b', 'c, "d"'][first.indexOf(Math.max(...first))]);
    expect(first.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('gives the same in pieces and for chosen rows', async () => {
    const table = mixedTable(50, 'three', 9);
    const whole = await modelPredictions(model, table);
    // Matrix products of other heights round differently in the last bit.
    const pieces = await modelPredictions(model, table, { rowsPerCall: 7 });
    expect(largestDifference(pieces.values, whole.values)).toBeLessThan(1e-6);
    const last = await modelPredictions(model, table, { rows: Uint32Array.of(49, 0) });
    const wanted = [...whole.values.slice(147), ...whole.values.slice(0, 3)];
    expect(largestDifference(last.values, wanted)).toBeLessThan(1e-6);
  });

  it('does not need the target, nor the order of columns', async () => {
    const table = mixedTable(20, 'three', 9);
    const turned = { ...table, columns: table.columns.filter(({ name }) => name !== 'result').reverse() };
    expect(await predictTable(model, turned)).toEqual(await predictTable(model, table));
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect(await errorOf(() => predictTable(model, mixedTable(20, 'three', 9), { signal }))).toBe('enough');
  });

  it('names an absent column and the nearest one', async () => {
    const table = mixedTable(20, 'three', 9);
    const columns = table.columns.map((column) => (column.name === 'home' ? { ...column, name: 'Home ' } : column));
    expect(await errorOf(() => predictTable(model, { ...table, columns }))).toBe(
      'The table has no column "home", which the model was trained with (did you mean "Home "?). Add it; cells may be empty where the value is unknown.',
    );
  });

  it('names a column of another kind', async () => {
    const table = mixedTable(20, 'three', 9);
    const texts = tableFromColumns({ age: Array.from({ length: 20 }, () => 'old') }).columns;
    const columns = [...texts, ...table.columns.filter(({ name }) => name !== 'age')];
    expect(await errorOf(() => predictTable(model, { ...table, columns }))).toBe(
      'Column "age" is text, but the model was trained with numeric cells there. Write its cells as in the training table.',
    );
  });

  it('refuses a table without rows', async () => {
    expect(await errorOf(() => predictTable(model, { rows: 0, columns: [], images: null, notes: [] }))).toBe(
      'The table has no rows to predict. Expected at least one row below the header.',
    );
  });

  it('renames its outputs where a column has their name', async () => {
    const table = tableFromColumns({
      label: [1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5],
      value: [1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
      predicted_value: [1, 5, 2, 5, 1, 5, 2, 7, 1, 0],
      y: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5],
    });
    const plan = smallPlan('number', { hidden: [], inputScale: false });
    const roles = inferRoles(table, { target: 'y' });
    const preprocessing = fitPreprocessing(
      plan.preprocessing,
      table,
      roles,
      Uint32Array.from({ length: 10 }, (_, i) => i),
    );
    const made = exportModel({
      plan,
      preprocessing,
      networkInputs: { numeric: 3, continuous: [true, true, true], cardinalities: [], image: null, outputs: 1 },
      networks: [
        { parameters: { 'output.weight': new Float32Array(3), 'output.bias': Float32Array.of(1) }, buffers: {} },
      ],
      versions: {},
    });
    const renamed = await openModel(made.bytes, runtime);
    expect(renamed.session.outputs).toEqual(['predicted_predicted_value']);
    const { columns } = await predictTable(renamed, table);
    // The bias is one standard deviation above the mean: 5.55 + 2.953.
    expect(columns[0]?.name).toBe('prediction');
    expect(columns[0]?.values[0]).toBeCloseTo(8.5034, 4);
    expect(made).toMatchObject({ parameters: 4, nonzero: 1 });
    await renamed.release();
  });
});

describe('loadModel', () => {
  it('opens a file and a directory with model.onnx', async () => {
    await writeFile(join(folder, 'model.onnx'), bytes);
    for (const path of [folder, join(folder, 'model.onnx')]) {
      const loaded = await loadModel(path, runtime);
      expect(loaded.metadata.target).toBe('result');
      await loaded.release();
    }
  });

  it('says what is wrong with a path', async () => {
    expect(await errorOf(() => loadModel('/nowhere/model.onnx', runtime))).toBe(
      "There is no file or directory /nowhere/model.onnx. Expected a model.onnx or a run's directory.",
    );
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await errorOf(() => loadModel(empty, runtime))).toBe(
      `The directory ${empty} holds no model.onnx. Expected the directory of a finished run; an interrupted one is finished with --resume.`,
    );
  });

  it('tells other files from ONNX files, and other models from its own', async () => {
    const csv = join(folder, 'rows.csv');
    await writeFile(csv, 'age,home\n1,owner\n2,rents\n');
    expect(await errorOf(() => loadModel(csv, runtime))).toBe(
      `${csv} is not an ONNX file: it has 25 bytes and begins with "age,home.1,owner.2,rents". Expected the model.onnx of a run.`,
    );
    const other = join(folder, 'other.onnx');
    await writeFile(other, encode({ y: relu(createGraph().input('x', ['N', 1])) }));
    expect(await errorOf(() => loadModel(other, runtime))).toBe(
      `${other} is an ONNX file, but not one that fettle wrote: it has no property fettle.format. Expected the model.onnx of a run; other models need their own program.`,
    );
    const cut = join(folder, 'cut.onnx');
    await writeFile(cut, bytes.subarray(0, bytes.length - 100));
    expect(await errorOf(() => loadModel(cut, runtime))).toMatch(/cut\.onnx is not an ONNX file: it has \d+ bytes/);
  });
});

describe('readModelTable', () => {
  const header = 'day,since,city,size,home,sure,member,"income, yearly",age,extra';

  it('reads a file as the training table was read', async () => {
    const path = join(folder, 'new.csv');
    // A city that looks like a number, an empty date-time, a column that the model does not know.
    await writeFile(
      path,
      `${header}\n2022-03-04,,17,klein,owner,true,,50000,NA,1\n2022-03-05,1999-12-31 23:59:58,city 3,,,false,true,1e4,30,x\n`,
    );
    const table = await readModelTable(model, path);
    expect(table.columns.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'day: date-time',
      'since: date-time',
      'city: text',
      'size: text',
      'home: text',
      'sure: boolean',
      'member: boolean',
      'income, yearly: numeric',
      'age: numeric',
    ]);
    const { columns } = await predictTable(model, table);
    expect(columns[0]?.values).toHaveLength(2);
    expect(columns[1]?.values.every((x) => Number(x) > 0 && Number(x) < 1)).toBe(true);
  });

  it('names a column that the file lacks, and the one that was meant', async () => {
    const path = join(folder, 'lacks.csv');
    await writeFile(path, `${header.replace('home', 'homes')}\n2022-03-04,,17,klein,owner,true,,50000,NA,1\n`);
    expect(await errorOf(() => readModelTable(model, path))).toBe(
      'The table has no column "home", which the model was trained with (did you mean "homes"?). Add it; cells may be empty where the value is unknown.',
    );
  });
});
