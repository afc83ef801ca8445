// In: the bytes of a model.onnx, an engine, and tables with the raw columns or images. Out: predictions in the rows' order.
// Rows go through the model a piece at a time; `predict.node.ts` opens files.

import { FettleError } from '../base/error.ts';
import { findColumn, type Table } from '../data/table.ts';
import type { Runtime, Session, Tensor } from '../engine/index.ts';
import { createFeeder } from './feeds.ts';
import { type ModelMetadata, readMetadata } from './metadata.ts';

/** A loaded model. */
export interface Model {
  readonly metadata: ModelMetadata;
  readonly runtime: Runtime;
  readonly session: Session;
  /** Frees the engine's memory; the model cannot predict afterwards. */
  release(): Promise<void>;
}

/** What a model says about rows: probabilities [N, K], or values [N, 1] in the target's own unit. */
export interface ModelPredictions {
  readonly rows: number; // N
  readonly outputs: number; // K
  readonly values: Float32Array; // [N, K], row-major
}

/** One column of predictions. */
export interface PredictedColumn {
  readonly name: string;
  readonly values: Float32Array | readonly string[];
}

/**
 * Predictions as columns of a table: `path` for images that have one, `prediction`, and for classes `probability_<class>` in
 * the classes' order.
 */
export interface PredictedTable {
  readonly rows: number;
  readonly columns: readonly PredictedColumn[];
}

/** How rows are chosen and cut. */
export interface PredictOptions {
  /** Rows in the order of the result. Default: all rows of the table. */
  readonly rows?: Uint32Array;
  /** Rows that go through the model at once. Default 4096, or 64 images: what becomes of one takes thousands of times its room. */
  readonly rowsPerCall?: number;
  readonly signal?: AbortSignal;
}

/**
 * Loads a model from its bytes; `name` is how errors call it.
 * Throws `file` if the bytes are not a model of fettle's, `engine` if the engine refuses it.
 */
export async function openModel(bytes: Uint8Array, runtime: Runtime, name?: string): Promise<Model> {
  const metadata = readMetadata(bytes, name);
  const session = await runtime.load(bytes);
  return { metadata, runtime, session, release: () => session.release() };
}

const defaultPieces = { table: 4096, images: 64 } as const;

/**
 * Probabilities or values of rows, computed by the exported model from the raw columns, or from the table's images.
 * Throws `data` if the table lacks a column of the model or has it in another kind, and if it has images where the model
 * takes columns, none where it takes images, or of another size. The target may be absent.
 */
export async function modelPredictions(
  model: Model,
  table: Table,
  options: PredictOptions = {},
): Promise<ModelPredictions> {
  const { metadata, runtime, session } = model;
  const rows = options.rows ?? Uint32Array.from({ length: table.rows }, (_, row) => row);
  const feed = createFeeder(runtime, metadata, table);
  const outputs = metadata.classes?.length ?? 1;
  const name = 'value' in metadata.outputs ? metadata.outputs.value : metadata.outputs.probabilities;
  const values = new Float32Array(rows.length * outputs); // [N, K]
  const piece = options.rowsPerCall ?? defaultPieces[metadata.image === null ? 'table' : 'images'];
  for (let start = 0; start < rows.length; start += piece) {
    options.signal?.throwIfAborted();
    const some = rows.subarray(start, start + piece);
    const view = values.subarray(start * outputs, (start + some.length) * outputs);
    const fetches: Record<string, Tensor> = { [name]: runtime.tensor('float32', view, [some.length, outputs]) };
    await session.run(feed(some), fetches);
  }
  return { rows: rows.length, outputs, values };
}

/** The name of each row's most probable class; the first of equals, as the model's own output `label`. */
export function predictedLabels({ rows, outputs, values }: ModelPredictions, classes: readonly string[]): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const at = row * outputs;
    let best = 0;
    for (let k = 1; k < outputs; k++) if ((values[at + k] as number) > (values[at + best] as number)) best = k;
    return classes[best] ?? '';
  });
}

/** Predictions as columns: `prediction` (a class name or a number) and `probability_<class>`. */
export function predictionColumns(metadata: ModelMetadata, predictions: ModelPredictions): PredictedTable {
  const { rows, outputs, values } = predictions;
  if (metadata.classes === null) return { rows, columns: [{ name: 'prediction', values }] };
  const probabilities = metadata.classes.map((label, k) => ({
    name: `probability_${label}`,
    values: Float32Array.from({ length: rows }, (_, row) => values[row * outputs + k] as number),
  }));
  const labels = predictedLabels(predictions, metadata.classes);
  return { rows, columns: [{ name: 'prediction', values: labels }, ...probabilities] };
}

/**
 * Predicts the rows of a table, or its images.
 * @example
 * const { columns } = await predictTable(model, tableFromColumns({ age: [31], city: ['Bern'] }));
 */
export async function predictTable(model: Model, table: Table, options: PredictOptions = {}): Promise<PredictedTable> {
  if (table.rows === 0) {
    const what =
      table.images === null
        ? 'The table has no rows to predict. Expected at least one row below the header.'
        : 'There are no images to predict. Expected at least one.';
    throw new FettleError('data', what);
  }
  const predicted = predictionColumns(model.metadata, await modelPredictions(model, table, options));
  const paths = findColumn(table, 'path');
  if (table.images === null || paths?.kind !== 'text') return predicted;
  const rows = options.rows ?? paths.codes.keys();
  const values = Array.from(rows, (row) => paths.levels[paths.codes[row] as number] ?? '');
  return { ...predicted, columns: [{ name: 'path', values }, ...predicted.columns] };
}
