// Helpers that every kernel shares; the small ones are inlined, so none costs a call in a loop.

/** Bytes between two transfers of the f32 partial sums to f64, which keeps the sums' error near 1e-6 relative. */
export const BLOCK: usize = 4096;

/** `length` floats in bytes, rounded up to whole groups of 16 floats. */
// @ts-ignore: decorator
@inline
export function padded(length: usize): usize {
  return ((length + 15) & ~15) << 2;
}

/** Writes zeros after the end up to a whole group of 16 floats, so that loops need no mask. */
export function clearPadding(x: usize, length: usize): void {
  // Not memory.fill: its call costs more than these few stores.
  for (let i = x + (length << 2), end = x + padded(length); i < end; i += 4) f32.store(i, 0);
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

/** Writes the by-products of one pass: three f64 at `to`. */
export function writeSums(to: usize, weights: f64, gradients: f64, updates: f64): void {
  f64.store(to, weights);
  f64.store(to, gradients, 8);
  f64.store(to, updates, 16);
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
