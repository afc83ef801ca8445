// Parts of the network's input matrix, computed side by side and then put into the order of the preprocessing.

import { FettleError } from '../base/error.ts';
import { concat, gather, type Value } from '../engine/index.ts';

/** Some columns of the matrix [N, D]. */
export interface Block {
  readonly value: Value; // [N, W]
  /** Where each of its W columns belongs, 0 .. D-1. */
  readonly places: readonly number[];
}

/** A fitted column, the raw input that holds it, and the first of its outputs in the matrix. */
export interface PlacedColumn<C> {
  readonly column: C;
  readonly input: Value; // [N, 1]
  readonly offset: number;
}

/** The chosen columns of a matrix, in this order; [N, W] to [N, W']. */
export function pick(matrix: Value, columns: readonly number[]): Value {
  if (columns.length === matrix.shape[1] && columns.every((column, i) => column === i)) return matrix;
  return gather(matrix, matrix.graph.constant(columns, [columns.length], 'int64'), 1);
}

/** The blocks as one matrix, every column at its place; [N, D]. */
export function arrange(blocks: readonly Block[], width: number): Value {
  const places = blocks.flatMap((block) => block.places);
  const order = Array.from({ length: width }, (_, place) => places.indexOf(place));
  if (places.length !== width || order.includes(-1)) {
    throw new FettleError(
      'internal',
      `The exported preprocessing expected ${width} columns, each once, but computed ${places.length}: ${places.join(', ')}.`,
    );
  }
  const joined = concat(
    blocks.map((block) => block.value),
    1,
  );
  return pick(joined, order);
}
