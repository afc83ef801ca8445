// In: the evaluation session, the weights' tensors, rows. Out: predictions in the rows' order, a piece at a time.

import type { Dataset } from '../data/dataset.ts';
import type { ImageShape } from '../data/table.ts';
import type { Runtime, Session, Tensor } from '../engine/index.ts';
import type { Plan } from '../plan/plan.ts';
import { gatherImages, imageSize, only } from './memory.ts';
import type { Predictions } from './score.ts';

/** Rows that are evaluated in one call, divided by the number of members. */
const evaluationRows = 4096;

/** Images that are evaluated in one call: their activations are thousands of times as large as a table's row. */
const evaluationImages = 64;

/** Rows of one evaluation call. */
export function evaluationPiece({ network }: Plan, { images }: { readonly images: ImageShape | null }): number {
  if (images !== null) return evaluationImages;
  return Math.max(256, Math.floor(evaluationRows / (network.kind === 'mlp' ? network.members.count : 1)));
}

/** Rows whose activations are looked at in one call, divided by the number of members, and images. */
const activationTableRows = 2048;
const activationImages = 16;

/** Rows of one call that looks at activations, of which several copies are made. */
export function activationPiece({ network }: Plan, { images }: { readonly images: ImageShape | null }): number {
  if (images !== null) return activationImages;
  return Math.max(32, Math.floor(activationTableRows / (network.kind === 'mlp' ? network.members.count : 1)));
}

/** The images of consecutive rows of a dataset. */
function imageFeeds(runtime: Runtime, { images }: Dataset, start: number, rows: number): Record<string, Tensor> {
  if (images === null) return {};
  const pixels = new Uint8Array(rows * imageSize(images));
  gatherImages(
    pixels,
    images,
    Uint32Array.from({ length: rows }, (_, i) => start + i),
  );
  return { images: runtime.tensor('uint8', pixels, [rows, images.channels, images.height, images.width]) };
}

/** Consecutive rows of a dataset, by the names of a graph's inputs; numbers and codes are views. */
export function rowFeeds(runtime: Runtime, data: Dataset, start: number, rows: number): Record<string, Tensor> {
  const codes = data.cardinalities.length;
  const numeric = data.numeric.subarray(start * data.width, (start + rows) * data.width);
  const categories = data.categories.subarray(start * codes, (start + rows) * codes);
  return {
    ...imageFeeds(runtime, data, start, rows),
    numeric: runtime.tensor('float32', numeric, [rows, data.width]),
    categories: runtime.tensor('int32', categories, [rows, codes]),
  };
}

/**
 * Runs the evaluation session over a dataset, `piece` rows at a time: probabilities, or values in the target's own unit.
 * `fixed` holds the tensors of parameters and buffers.
 */
export async function predictAll(
  runtime: Runtime,
  session: Session,
  fixed: Record<string, Tensor>,
  data: Dataset,
  piece: number,
): Promise<Predictions> {
  const outputs = data.classes?.length ?? 1;
  const values = new Float32Array(data.rows * outputs); // [N, K]
  for (let start = 0; start < data.rows; start += piece) {
    const rows = Math.min(piece, data.rows - start);
    const feeds = { ...fixed, ...rowFeeds(runtime, data, start, rows) };
    const view = values.subarray(start * outputs, (start + rows) * outputs);
    await session.run(only(feeds, session.inputs), { prediction: runtime.tensor('float32', view, [rows, outputs]) });
  }
  if (data.task === 'regression') {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * data.targetDeviation + data.targetMean;
  }
  return { rows: data.rows, outputs, values };
}
