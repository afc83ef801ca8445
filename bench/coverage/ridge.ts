// The smallest learner that over- and underfits: ridge regression, on the inputs or on random features of them.

import type { Random } from '../../src/base/random.ts';

/** Rows of inputs with a target: a number, or -1 and 1 for two classes. */
export interface Rows {
  readonly x: readonly Float64Array[];
  readonly y: Float64Array;
}

/** Solves A w = b for a symmetric positive definite A (Cholesky), in place. */
function solve(a: Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    const row = a[j] as Float64Array;
    for (let k = 0; k < j; k++) row[j] = (row[j] as number) - (row[k] as number) ** 2;
    const pivot = Math.sqrt(row[j] as number);
    row[j] = pivot;
    for (let i = j + 1; i < n; i++) {
      const other = a[i] as Float64Array;
      let sum = other[j] as number;
      for (let k = 0; k < j; k++) sum -= (other[k] as number) * (row[k] as number);
      other[j] = sum / pivot;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= ((a[i] as Float64Array)[k] as number) * (b[k] as number);
    b[i] = sum / ((a[i] as Float64Array)[i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let k = i + 1; k < n; k++) sum -= ((a[k] as Float64Array)[i] as number) * (b[k] as number);
    b[i] = sum / ((a[i] as Float64Array)[i] as number);
  }
  return b;
}

/** Fits weights and an intercept; gives what they predict for an input. */
export function fitRidge({ x, y }: Rows, strength: number): (input: Float64Array) => number {
  const width = (x[0]?.length ?? 0) + 1;
  const a = Array.from({ length: width }, () => new Float64Array(width));
  const b = new Float64Array(width);
  const at = (input: Float64Array, i: number): number => (i === width - 1 ? 1 : (input[i] as number));
  x.forEach((input, row) => {
    for (let i = 0; i < width; i++) {
      const xi = at(input, i);
      b[i] = (b[i] as number) + xi * (y[row] as number);
      const line = a[i] as Float64Array;
      for (let j = 0; j <= i; j++) line[j] = (line[j] as number) + xi * at(input, j);
    }
  });
  for (let i = 0; i < width; i++) (a[i] as Float64Array)[i] = ((a[i] as Float64Array)[i] as number) + strength;
  const weights = solve(a, b);
  return (input) => {
    let sum = weights[width - 1] as number;
    for (let i = 0; i < width - 1; i++) sum += (weights[i] as number) * (input[i] as number);
    return sum;
  };
}

/** The rows with `count` random ReLU features in place of their inputs: another stream is another seed of a network. */
export function randomFeatures({ x, y }: Rows, count: number, random: Random): Rows {
  const width = x[0]?.length ?? 0;
  const weights = Array.from({ length: count }, () => Float64Array.from({ length: width + 1 }, () => random.normal()));
  const features = x.map((input) =>
    Float64Array.from(weights, (w) => {
      let sum = w[width] as number;
      for (let i = 0; i < width; i++) sum += ((w[i] as number) * (input[i] as number)) / Math.sqrt(width);
      return Math.max(0, sum);
    }),
  );
  return { x: features, y };
}

/** Some of the rows. */
export function pick({ x, y }: Rows, rows: readonly number[]): Rows {
  return { x: rows.map((row) => x[row] as Float64Array), y: Float64Array.from(rows, (row) => y[row] as number) };
}

/** One term per row: wrong 0 or 1 for classes, the squared error for numbers. */
export function termsOf(predict: (input: Float64Array) => number, { x, y }: Rows, classes: boolean): Float32Array {
  return Float32Array.from(x, (input, row) => {
    const [guess, truth] = [predict(input), y[row] as number];
    return classes ? Number(guess > 0 !== truth > 0) : (guess - truth) ** 2;
  });
}
