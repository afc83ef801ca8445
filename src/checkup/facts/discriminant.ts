// In: rows of two classes as points. Out: which of them a cross-validated linear discriminant (Fisher, 1936) takes for the
// other class. It sees what neighbours cannot where many columns each say a little.

import type { Random } from '../../base/random.ts';
import type { Points } from './points.ts';

const folds = 5;

/** Rows of a class that are used, at most. */
const mostRows = 1000;

/** More columns than this take too long. */
const mostColumns = 128;

/** The mean variance of the columns times this is added to each, so that columns that say the same do no harm. */
const ridge = 0.01;

/** How many rows of each class are taken for the other one. */
export interface Confusion {
  readonly rows: readonly [number, number];
  readonly wrong: readonly [number, number];
}

/**
 * Classifies the rows of two classes by five folds, as if both classes were as common. Null above 128 columns and for fewer
 * than ten rows of a class.
 */
export function discriminate(
  points: Points,
  first: Uint32Array,
  second: Uint32Array,
  random: Random,
): Confusion | null {
  if (points.width > mostColumns || Math.min(first.length, second.length) < 2 * folds) return null;
  const rows = [first, second].map((members) =>
    random
      .permutation(members.length)
      .subarray(0, mostRows)
      .map((i) => members[i] as number),
  ) as [Uint32Array, Uint32Array];
  const wrong: [number, number] = [0, 0];
  for (let fold = 0; fold < folds; fold++) {
    const [a, b] = rows.map((members) => members.filter((_, i) => i % folds !== fold)) as [Uint32Array, Uint32Array];
    const { direction, threshold } = fitDiscriminant(points, a, b);
    for (const side of [0, 1] as const) {
      rows[side].forEach((point, i) => {
        if (i % folds !== fold) return;
        const above = project(points, point, direction) > threshold;
        if (above === (side === 1)) wrong[side]++;
      });
    }
  }
  return { rows: [rows[0].length, rows[1].length], wrong };
}

function project({ values, width }: Points, point: number, direction: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += (values[point * width + d] as number) * (direction[d] as number);
  return sum;
}

function meanOf({ values, width }: Points, members: Uint32Array): Float64Array {
  const sum = new Float64Array(width);
  for (const point of members) {
    for (let d = 0; d < width; d++) sum[d] = (sum[d] as number) + (values[point * width + d] as number);
  }
  return sum.map((x) => x / members.length);
}

/** S w = m_a - m_b with the mean S of the covariances of both classes; rows of `a` lie above the threshold. */
function fitDiscriminant(points: Points, a: Uint32Array, b: Uint32Array) {
  const { width } = points;
  const covariance = new Float64Array(width * width);
  const means = [a, b].map((members) => meanOf(points, members)) as [Float64Array, Float64Array];
  addCovariance(points, a, means[0], covariance);
  addCovariance(points, b, means[1], covariance);
  let trace = 0;
  for (let d = 0; d < width; d++) trace += covariance[d * width + d] as number;
  // columns that are constant in both classes still leave something to divide by
  const added = (ridge * trace) / width + Number.EPSILON;
  for (let d = 0; d < width; d++) covariance[d * width + d] = (covariance[d * width + d] as number) + added;
  const difference = means[0].map((x, d) => x - (means[1][d] as number));
  const direction = solve(covariance, difference, width);
  const middle = direction.reduce(
    (sum, w, d) => sum + (w * ((means[0][d] as number) + (means[1][d] as number))) / 2,
    0,
  );
  return { direction, threshold: middle };
}

/** Adds half of the covariance of some rows to the lower triangle. */
function addCovariance(
  { values, width }: Points,
  members: Uint32Array,
  mean: Float64Array,
  covariance: Float64Array,
): void {
  const weight = 1 / (2 * members.length);
  const centered = new Float64Array(width);
  for (const point of members) {
    for (let d = 0; d < width; d++) centered[d] = (values[point * width + d] as number) - (mean[d] as number);
    for (let d = 0; d < width; d++) {
      const x = weight * (centered[d] as number);
      for (let e = 0; e <= d; e++) {
        const at = d * width + e;
        covariance[at] = (covariance[at] as number) + x * (centered[e] as number);
      }
    }
  }
}

/** Solves A x = b for a positive definite A [n, n], given as its lower triangle, by Cholesky's factors; A is overwritten. */
function solve(A: Float64Array, b: Float64Array, n: number): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (A[i * n + k] as number) * (A[j * n + k] as number);
      A[i * n + j] = i === j ? Math.sqrt(sum) : sum / (A[j * n + j] as number);
    }
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (A[i * n + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (A[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - (A[k * n + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (A[i * n + i] as number);
  }
  return x;
}
