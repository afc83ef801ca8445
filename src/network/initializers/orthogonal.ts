// A random matrix with orthonormal rows or columns, whichever are fewer.

import { type Draw, drawNormal, matrixOf } from './initializer.ts';

/** Subtracts from `vectors[at]` its parts along the vectors before it, and scales the rest to length 1. */
function orthonormalize(vectors: readonly Float64Array[], at: number): void {
  const vector = vectors[at] as Float64Array;
  for (let before = 0; before < at; before++) {
    const other = vectors[before] as Float64Array;
    let product = 0;
    for (let i = 0; i < vector.length; i++) product += (vector[i] as number) * (other[i] as number);
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - product * (other[i] as number);
  }
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) ** 2;
  const norm = Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / norm;
}

/**
 * `gain` times a uniformly random orthogonal matrix [in, out] (Saxe et al., 2014): the QR decomposition of a normal
 * matrix by the modified Gram-Schmidt process, done twice per vector for exactness (Giraud et al., 2005). With the
 * positive diagonal of Gram-Schmidt the result is uniform over the orthogonal group (Mezzadri, 2007).
 */
export function drawOrthogonal(draw: Draw): Float32Array {
  const { gain } = draw;
  const [rows, columns] = matrixOf(draw);
  const normal = drawNormal(draw, 1);
  const tall = rows >= columns;
  const [count, length] = tall ? [columns, rows] : [rows, columns];
  const place = (vector: number, i: number): number => (tall ? i * columns + vector : vector * columns + i);
  const vectors = Array.from({ length: count }, (_, v) =>
    Float64Array.from({ length }, (_, i) => normal[place(v, i)] as number),
  );
  const weights = new Float32Array(normal.length);
  for (let v = 0; v < count; v++) {
    orthonormalize(vectors, v);
    orthonormalize(vectors, v);
    const vector = vectors[v] as Float64Array;
    for (let i = 0; i < length; i++) weights[place(v, i)] = gain * (vector[i] as number);
  }
  return weights;
}
