// In: a run's directory or a model.onnx, and a file of rows or images. Out: a prediction for each row or image, in order.

import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import { loadModel, readModelTable } from '../model/predict.node.ts';
import { type PredictedTable, predictTable } from '../model/predict.ts';

/** What a prediction is told. */
export interface PredictFileOptions {
  /** A run's directory, or a model.onnx of fettle. */
  readonly model: string;
  /**
   * A CSV, TSV, Parquet, JSON or JSON-lines file with the columns that the model was trained on; the target may be absent.
   * For a model of images one or more image files, folders, manifests, IDX, CIFAR or Parquet files.
   */
  readonly data: string | readonly string[];
  /** Leaves out images that cannot be used and says so in `notes`; by default they are an error that lists them. */
  readonly skipBad?: boolean;
  readonly signal?: AbortSignal;
}

/** Predictions, and what a person should know about how the data were read. */
export interface FilePredictions extends PredictedTable {
  readonly notes: readonly string[];
}

/**
 * Predicts the rows of a file: `prediction` (a class, or a value in the target's unit), and for classes their probabilities;
 * for images `path` before them. Images stand in the order given, those of a folder sorted by path.
 * Throws `file` for a missing or foreign model, `data` for a table that lacks a column of the model, for images that cannot
 * be used, for rows where images are expected and the other way round.
 */
export async function predict({ model: path, data, skipBad, signal }: PredictFileOptions): Promise<FilePredictions> {
  const options = signal === undefined ? {} : { signal };
  const model = await loadModel(path, createOnnxRuntime());
  try {
    const table = await readModelTable(model, data, { ...options, ...(skipBad === undefined ? {} : { skipBad }) });
    return { ...(await predictTable(model, table, options)), notes: table.images === null ? [] : table.notes };
  } finally {
    await model.release();
  }
}
