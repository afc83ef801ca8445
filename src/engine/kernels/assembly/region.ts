// Passes over one region: norm, scale, finite check, moving average, gather.

import { BLOCK, sumLanes, tailMask } from './lanes';

/** The sum of the squares of `length` floats at `x`. */
export function squaredNorm(x: usize, length: usize): f64 {
  let total: f64 = 0;
  let i: usize = 0;
  while (i < length) {
    const end = min(i + BLOCK, length);
    let sum = f32x4.splat(0);
    for (; i < end; i += 4) {
      let X = v128.load(x + (i << 2));
      if (length - i < 4) X = v128.and(X, tailMask(length - i));
      sum = f32x4.add(sum, f32x4.mul(X, X));
    }
    total += sumLanes(sum);
  }
  return total;
}

/** x <- factor * x. */
export function scale(x: usize, length: usize, factor: f32): void {
  const F = f32x4.splat(factor);
  const whole = length & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    const at = x + (i << 2);
    v128.store(at, f32x4.mul(F, v128.load(at)));
  }
  for (let i = whole; i < length; i++) {
    const at = x + (i << 2);
    f32.store(at, factor * f32.load(at));
  }
}

/** 1 when no value is NaN or infinite, else 0: x * 0 is 0 for finite x and NaN otherwise. */
export function finite(x: usize, length: usize): i32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i: usize = 0; i < length; i += 4) {
    let X = v128.load(x + (i << 2));
    if (length - i < 4) X = v128.and(X, tailMask(length - i));
    sum = f32x4.add(sum, f32x4.mul(X, zero));
  }
  return i32x4.all_true(f32x4.eq(sum, zero)) ? 1 : 0;
}

/** average <- average + share * (x - average); share 1 copies x exactly. */
export function average(to: usize, x: usize, length: usize, share: f32): void {
  if (share == 1) {
    memory.copy(to, x, length << 2);
    return;
  }
  const S = f32x4.splat(share);
  for (let i: usize = 0; i < length; i += 4) {
    const at = i << 2;
    const A = v128.load(to + at);
    let X = v128.load(x + at);
    if (length - i < 4) X = v128.and(X, tailMask(length - i));
    v128.store(to + at, f32x4.add(A, f32x4.mul(S, f32x4.sub(X, A))));
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
