// Helpers that every kernel shares; all are inlined, so none costs a call in a loop.

/** Floats between two transfers of the f32 partial sums to f64, which keeps the sums' error near 1e-6 relative. */
export const BLOCK: usize = 1024;

/** Ones in the lanes before the end, when `left` = 1, 2 or 3 floats are left. */
// @ts-ignore: decorator
@inline
export function tailMask(left: usize): v128 {
  return i32x4.gt_s(i32x4.splat(<i32>left), i32x4(0, 1, 2, 3));
}

/** The sum of four lanes, in f64 and always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f64 {
  return (
    <f64>f32x4.extract_lane(x, 0) +
    <f64>f32x4.extract_lane(x, 1) +
    (<f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3))
  );
}

/** Writes the by-products of one pass: four f64 at `to`. */
// @ts-ignore: decorator
@inline
export function writeSums(to: usize, weights: f64, gradients: f64, updates: f64, zeros: v128): void {
  f64.store(to, weights);
  f64.store(to, gradients, 8);
  f64.store(to, updates, 16);
  const pairs = i64x2.add(i64x2.extend_low_i32x4_u(zeros), i64x2.extend_high_i32x4_u(zeros));
  f64.store(to, <f64>(i64x2.extract_lane(pairs, 0) + i64x2.extract_lane(pairs, 1)), 24);
}

/**
 * Proximal operator of threshold * |w|: w moves towards zero by the threshold and stops there.
 * w - clamp(w, -t, t) gives +0 (never -0) inside the band, and NaN for NaN.
 */
// @ts-ignore: decorator
@inline
export function softThreshold(w: v128, threshold: v128): v128 {
  return f32x4.sub(w, f32x4.pmin(f32x4.pmax(w, f32x4.neg(threshold)), threshold));
}
