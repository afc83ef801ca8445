// The same file in Python's onnxruntime: needs `python3` (or the program that FETTLE_PYTHON names) with onnxruntime and numpy.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { pythonSnippet } from '../../../src/model/card-snippets.ts';
import { feedRows, modelInputs } from '../../../src/model/feeds.ts';
import { modelPredictions, openModel, predictedLabels } from '../../../src/model/predict.ts';
import { exportTrained, largestDifference, mixedTable, smallPlan, trainSmall } from './mixed-table.ts';
import { missingFromPython, runPython } from './python.ts';

const missing = missingFromPython('numpy', 'onnxruntime');

/** Reads the columns as JSON (null = missing), runs the model, prints what it gives as JSON. */
const program = `
import json, sys
import numpy as np
import onnxruntime
folder = sys.argv[1]
session = onnxruntime.InferenceSession(folder + "/model.onnx", providers=["CPUExecutionProvider"])
with open(folder + "/columns.json", encoding="utf-8") as file:
    columns = json.load(file)
types = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(string)": object}
feeds = {}
for given in session.get_inputs():
    cells = [[np.nan if cell is None else cell] for cell in columns[given.name]]
    feeds[given.name] = np.array(cells, dtype=types[given.type])
results = session.run(None, feeds)
print(json.dumps({output.name: result.tolist() for output, result in zip(session.get_outputs(), results)}))
`;

const runtime = createOnnxRuntime();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-python-'));
  await writeFile(join(folder, 'predict.py'), program);
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(missing !== '')(`Python's onnxruntime${missing}`, () => {
  it.each(['two', 'three', 'number'] as const)('agrees with predictTable: %s', async (target) => {
    const plan = smallPlan(target, { normalization: 'batch', members: { count: 2, sharing: 'rank-one' } });
    const trained = await trainSmall(runtime, plan, target, [1, 2]);
    const { bytes } = exportTrained(trained);
    await trained.release();
    const model = await openModel(bytes, runtime);
    const table = mixedTable(200, target, 12, 40);
    const predictions = await modelPredictions(model, table);
    const feeds = feedRows(
      runtime,
      model.metadata.columns,
      modelInputs(model.metadata, table),
      Uint32Array.from({ length: 200 }, (_, i) => i),
    );
    const columns = Object.entries(feeds).map(([name, { data }]) => [name, Array.from<number | string | bigint>(data)]);
    await writeFile(join(folder, 'model.onnx'), bytes);
    await writeFile(join(folder, 'columns.json'), JSON.stringify(Object.fromEntries(columns)));
    const results = JSON.parse(runPython(['predict.py', folder], folder)) as Record<string, number[][]>;
    const found = (results.probabilities ?? results.value ?? []).flat();
    expect(largestDifference(found, predictions.values)).toBeLessThan(1e-5);
    if (model.metadata.classes !== null) {
      expect(results.label).toEqual(predictedLabels(predictions, model.metadata.classes));
    }
    // The call that the model card shows runs as it stands.
    await writeFile(join(folder, 'snippet.py'), pythonSnippet(model.metadata));
    const shown = runPython(['snippet.py'], folder);
    expect(shown).toMatch(/array\(\[\[/);
    expect(await readFile(join(folder, 'snippet.py'), 'utf8')).toContain('"income, yearly": np.array([[');
    await model.release();
  });
});
