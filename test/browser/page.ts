// The script of the page: trains a task when the test asks for it, and predicts with the exported model.

import { modelPredictions, openModel } from '../../src/model/predict.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { createOnnxWebRuntime, train } from '../../src/web.ts';
import { type TaskName, tasks } from './tasks.ts';

/** What the page hands to the test. */
export interface Trained {
  readonly record: RunRecord;
  readonly model: readonly number[];
  /** The exported model's probabilities for the first rows of the table. */
  readonly probabilities: readonly number[];
}

/** Rows that are predicted. */
export const predictedRows = Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7);

const runtime = createOnnxWebRuntime({ wasm: new URL('/ort-wasm-simd-threaded.wasm', import.meta.url) });

async function trainTask(name: TaskName): Promise<Trained> {
  const { table, plan } = tasks[name]();
  const { record, model: bytes } = await train({ table, plan, runtime });
  const model = await openModel(bytes, runtime);
  const { values } = await modelPredictions(model, table, { rows: predictedRows });
  await model.release();
  return { record, model: [...bytes], probabilities: [...values] };
}

Object.assign(globalThis, { trainTask });
