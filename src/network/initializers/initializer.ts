// The one shape of an initializer: it draws the weights of one matrix [in, out].

import { FettleError } from '../../base/error.ts';
import type { Random } from '../../base/random.ts';

/** What a draw depends on. */
export interface Draw {
  readonly random: Random;
  /** Inputs that add up in one output. */
  readonly fanIn: number;
  /** Outputs that one input adds to. */
  readonly fanOut: number;
  /** Rows and columns of the matrix; the fans by default, from which they differ where weights serve several positions. */
  readonly matrix?: readonly [rows: number, columns: number];
  /** Gain of the activation that follows, see `activations`. */
  readonly gain: number;
}

/** One way to draw first weights. */
export interface Initializer<Id extends string> {
  readonly id: Id;
  /** One sentence for people, with its source. */
  readonly about: string;
  /** Whether the weights are then scaled so that the layer's outputs on a sample of training rows have variance 1. */
  readonly scaledOnSample: boolean;
  /** Weights of one matrix, row-major [in, out]. */
  draw(draw: Draw): Float32Array;
}

/** Checked rows and columns of a draw's matrix. */
export function matrixOf({ fanIn, fanOut, matrix = [fanIn, fanOut] }: Draw): readonly [rows: number, columns: number] {
  if (matrix.every((size) => Number.isInteger(size) && size > 0)) return matrix;
  throw new FettleError(
    'engine',
    `An initializer expected a matrix with whole, positive sizes, but received [${matrix.join(', ')}]. ` +
      'Give every layer at least one input and one unit.',
  );
}

/** Numbers of a draw's matrix. */
function cells(draw: Draw): number {
  const [rows, columns] = matrixOf(draw);
  return rows * columns;
}

/** Independent normal weights. */
export function drawNormal(draw: Draw, deviation: number): Float32Array {
  const weights = new Float32Array(cells(draw));
  for (let i = 0; i < weights.length; i++) weights[i] = deviation * draw.random.normal();
  return weights;
}

/** Independent uniform weights with this standard deviation: the limit is sqrt(3) deviations. */
export function drawUniform(draw: Draw, deviation: number): Float32Array {
  const weights = new Float32Array(cells(draw));
  const limit = Math.sqrt(3) * deviation;
  for (let i = 0; i < weights.length; i++) weights[i] = limit * (2 * draw.random.uniform() - 1);
  return weights;
}

/** The same weight everywhere. */
export function drawConstant(draw: Draw, value: number): Float32Array {
  return new Float32Array(cells(draw)).fill(value);
}
