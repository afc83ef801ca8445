// In: the present values of a column in the training rows. Out: the two steps of its normalization, (x - center) * factor.

import type { PreprocessingPlan } from '../plan/plan.ts';

/** (x - center) * factor, then the clip; a missing cell counts as `fill`. */
export interface Scaling {
  readonly fill: number;
  readonly center: number;
  readonly factor: number;
}

/**
 * Fits the two steps. Step one, center: none 0, mean, or median. Step two, scale: none 1, population standard deviation,
 * or interquartile range; where that range is 0, half of maximum - minimum (RealMLP, NeurIPS 2024, section 3). A constant
 * column has factor 0 (1 when there is no step two). `fill` is the mean when the mean is subtracted, else the median.
 * No values: all zero.
 * @param values finite, sorted ascending; float64 sums
 */
export function fitScaling(plan: PreprocessingPlan, values: Float32Array | Float64Array): Scaling {
  const n = values.length;
  if (n === 0) return { fill: 0, center: 0, factor: 0 };
  const median = quantile(values, 0.5);
  const mean = meanOf(values);
  const center = plan.center === 'mean' ? mean : plan.center === 'median' ? median : 0;
  const fill = plan.center === 'mean' ? mean : median;
  const scale = plan.scale === 'none' ? 1 : spread(plan.scale, values, mean);
  const factor = Math.fround(1 / scale);
  // a spread so small that its inverse is no float32 is a constant column, too
  return { fill, center, factor: Number.isFinite(factor) ? factor : 0 };
}

/** The number to divide by; 0 for a constant column. */
function spread(
  kind: 'standard-deviation' | 'interquartile-range',
  sorted: Float32Array | Float64Array,
  mean: number,
): number {
  const range = (sorted[sorted.length - 1] as number) - (sorted[0] as number);
  if (range === 0) return 0;
  if (kind === 'standard-deviation') return deviationOf(sorted, mean);
  const quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  return quartiles > 0 ? quartiles : range / 2;
}

/** The mean; 0 for no values. */
export function meanOf(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Population standard deviation (divided by n); 0 for no values. */
export function deviationOf(values: Float32Array | Float64Array, mean: number): number {
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return values.length === 0 ? 0 : Math.sqrt(sum / values.length);
}

/** Quantile of sorted values with linear interpolation between neighbours (numpy's default). */
export function quantile(sorted: Float32Array | Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (at - low);
}

/** Beyond this the smooth clip is 3 in float32, and its square is far below the largest float32. */
export const clipLimit = 1e6;

/**
 * The second half of the normalization, rounded to float32 after every operation as ONNX nodes do it. Given
 * y = (x - center) * factor, smooth clip is z / sqrt(1 + (z / 3)^2) with z = min(max(y, -1e6), 1e6): the bound changes no
 * result, but keeps the square finite.
 */
export function clipped(y: number, clip: PreprocessingPlan['clip']): number {
  if (clip === 'none') return y;
  const z = Math.min(Math.max(y, -clipLimit), clipLimit);
  const third = Math.fround(z / 3);
  return Math.fround(z / Math.fround(Math.sqrt(Math.fround(1 + Math.fround(third * third)))));
}
