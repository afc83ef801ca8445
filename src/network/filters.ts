// First weights of convolutions: one matrix per group, drawn by the plan's initializer.

import type { InitializerId } from './activations.ts';
import { deviationOf, sampledRows } from './data-driven.ts';
import { initializers } from './initializers/index.ts';
import type { Batch, LayerInitialization } from './layer.ts';

/** What the first weights of a layer with windows depend on. */
export interface FilterDraw {
  readonly initializer: InitializerId;
  readonly gain: number;
  /** Factor on the drawn weights. */
  readonly scale: number;
  readonly groups: number;
  /** Rows (inputs) and columns (outputs) of a group's matrix. */
  readonly matrix: readonly [number, number];
  readonly fanIn: number;
  readonly fanOut: number;
  /** Whether the layer stores the matrix column by column. */
  readonly columnsFirst: boolean;
  /** The layer's outputs with these weights and no bias, for initializers that look at them. */
  outputsOf(weights: Float32Array, inputs: readonly Batch[]): Batch;
}

/** [rows, columns] to [columns, rows]. */
function turned(matrix: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}

/** Draws the groups' matrices, scales them on the sample where the initializer asks for it, and then by `scale`. */
export function drawFilters(context: LayerInitialization, options: FilterDraw): Float32Array {
  const { initializer, gain, scale, groups, matrix, fanIn, fanOut, columnsFirst } = options;
  const size = matrix[0] * matrix[1];
  const weights = new Float32Array(groups * size);
  if (scale === 0) return weights;
  const { draw, scaledOnSample } = initializers[initializer];
  for (let group = 0; group < groups; group++) {
    const drawn = draw({ random: context.random, fanIn, fanOut, gain, matrix });
    weights.set(columnsFirst ? turned(drawn, matrix) : drawn, group * size);
  }
  const measured = scaledOnSample ? deviationOf(options.outputsOf(weights, context.inputs(sampledRows)), null) : 1;
  return weights.map((weight) => (scale * weight) / measured);
}
