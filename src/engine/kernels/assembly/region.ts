// Passes over one region: norm, zeros, scale, finite check, moving average, gather.

import { clearPadding, padded } from './lanes';

/** The sum of the squares of `length` floats at `x`, in f64: finite for all finite floats, since clipping must not fail. */
export function squaredNorm(x: usize, length: usize): f64 {
  clearPadding(x, length);
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  // Four sums side by side: each addition waits for the last one on its sum.
  for (const end = x + padded(length); x < end; x += 32) {
    const A = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const B = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    const C = f64x2.promote_low_f32x4(v128.load64_zero(x, 16));
    const D = f64x2.promote_low_f32x4(v128.load64_zero(x, 24));
    a = f64x2.add(a, f64x2.mul(A, A));
    b = f64x2.add(b, f64x2.mul(B, B));
    c = f64x2.add(c, f64x2.mul(C, C));
    d = f64x2.add(d, f64x2.mul(D, D));
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** How many of `length` floats at `x` are exactly zero (+0 or -0). */
export function zeros(x: usize, length: usize): u32 {
  clearPadding(x, length);
  const stop = padded(length);
  const zero = f32x4.splat(0);
  let count = i32x4.splat(0);
  for (let i: usize = 0; i < stop; i += 16) count = i32x4.sub(count, f32x4.eq(v128.load(x + i), zero));
  const all =
    i32x4.extract_lane(count, 0) +
    i32x4.extract_lane(count, 1) +
    i32x4.extract_lane(count, 2) +
    i32x4.extract_lane(count, 3);
  return all - <i32>((stop >> 2) - length);
}

/** Values of magnitude `limit` or less become zero; NaN stays. */
export function flush(x: usize, length: usize, limit: f32): void {
  clearPadding(x, length);
  const L = f32x4.splat(limit);
  for (const end = x + padded(length); x < end; x += 16) {
    const X = v128.load(x);
    v128.store(x, v128.andnot(X, f32x4.le(f32x4.abs(X), L)));
  }
}

/** x <- factor * x. */
export function scale(x: usize, length: usize, factor: f32): void {
  clearPadding(x, length);
  const F = f32x4.splat(factor);
  for (const end = x + padded(length); x < end; x += 16) v128.store(x, f32x4.mul(F, v128.load(x)));
}

/** 1 when no value is NaN or infinite, else 0: x * 0 is 0 for finite x and NaN otherwise. */
export function finite(x: usize, length: usize): i32 {
  clearPadding(x, length);
  const zero = f32x4.splat(0);
  let sum = zero;
  for (const end = x + padded(length); x < end; x += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x), zero));
  return i32x4.all_true(f32x4.eq(sum, zero)) ? 1 : 0;
}

/** average <- average + share * (x - average); share 1 copies x exactly. */
export function average(to: usize, x: usize, length: usize, share: f32): void {
  if (share == 1) {
    memory.copy(to, x, length << 2);
    return;
  }
  clearPadding(to, length);
  clearPadding(x, length);
  const S = f32x4.splat(share);
  const stop = padded(length);
  for (let i: usize = 0; i < stop; i += 16) {
    const A = v128.load(to + i);
    v128.store(to + i, f32x4.add(A, f32x4.mul(S, f32x4.sub(v128.load(x + i), A))));
  }
}

/**
 * to[i, :] = from[rows[i], :] for i in 0 .. count-1, rows of `width` four-byte numbers.
 * Returns the first i whose row is not in 0 .. available-1 (it and those after it are not copied), or -1.
 */
export function gather(to: usize, from: usize, rows: usize, count: i32, width: usize, available: u32): i32 {
  const whole = width & ~3;
  for (let r = 0; r < count; r++) {
    const row = load<u32>(rows + ((<usize>r) << 2));
    if (row >= available) return r;
    const source = from + ((<usize>row * width) << 2);
    for (let i: usize = 0; i < whole; i += 4) v128.store(to + (i << 2), v128.load(source + (i << 2)));
    for (let i = whole; i < width; i++) store<u32>(to + (i << 2), load<u32>(source + (i << 2)));
    to += width << 2;
  }
  return -1;
}
