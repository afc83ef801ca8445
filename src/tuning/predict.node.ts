// In: a run's directory or a model.onnx, and a file of rows. Out: a prediction for each row, in the file's order.

import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import { loadModel, readModelTable } from '../model/predict.node.ts';
import { type PredictedTable, predictTable } from '../model/predict.ts';

/** What a prediction is told. */
export interface PredictFileOptions {
  /** A run's directory, or a model.onnx of fettle. */
  readonly model: string;
  /** A CSV, TSV, Parquet, JSON or JSON-lines file with the columns that the model was trained on; the target may be absent. */
  readonly data: string;
  readonly signal?: AbortSignal;
}

/**
 * Predicts the rows of a file: `prediction` (a class, or a value in the target's unit), and for classes their probabilities.
 * Throws `file` for a missing or foreign model, `data` for a table that lacks a column of the model.
 */
export async function predict({ model: path, data, signal }: PredictFileOptions): Promise<PredictedTable> {
  const options = signal === undefined ? {} : { signal };
  const model = await loadModel(path, createOnnxRuntime());
  try {
    return await predictTable(model, await readModelTable(model, data, options), options);
  } finally {
    await model.release();
  }
}
