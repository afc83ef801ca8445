// Gaussian noise from the counter-based generator, by Box and Muller (1958), four pairs at a time.

import { mixed, streamKey, words } from './random';

/** ln(x) for x in (0, 1]: exponent * ln 2 + 2 artanh(z), z = (m - 1) / (m + 1), m in [sqrt(.5), sqrt(2)). Error < 2e-7. */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  // Adding the distance from sqrt(.5) to 1 before the exponent is cut off centres the mantissa on 1.
  const shifted = i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(shifted, 23), i32x4.splat(127)));
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const one = f32x4.splat(1);
  const z = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const q = f32x4.mul(z, z);
  let p = f32x4.add(f32x4.mul(q, f32x4.splat(2.0 / 9)), f32x4.splat(2.0 / 7));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(2.0 / 5));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(2.0 / 3));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(2));
  return f32x4.add(f32x4.mul(z, p), f32x4.mul(exponent, f32x4.splat(0.6931471805599453)));
}

/** sin(2 pi t) for |t| <= 1/4: Taylor's series to the eleventh power, error < 6e-8. */
// @ts-ignore: decorator
@inline
function sine(t: v128): v128 {
  const x = f32x4.mul(t, f32x4.splat(6.283185307179586));
  const q = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(q, f32x4.splat(-1.0 / 39916800)), f32x4.splat(1.0 / 362880));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(-1.0 / 5040));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(1.0 / 120));
  p = f32x4.add(f32x4.mul(q, p), f32x4.splat(-1.0 / 6));
  return f32x4.add(x, f32x4.mul(x, f32x4.mul(q, p)));
}

/** x[i] += deviation * normal(i); eight values from eight words. The largest normal is sqrt(48 ln 2) = 5.77. */
export function noise(to: usize, length: usize, deviation: f32, seed: u32, step: u32, index: u32): void {
  const key = streamKey(seed, step, index);
  const key0 = i32x4.splat(<i32>key);
  const key1 = i32x4.splat(<i32>(key >> 32));
  const unit = f32x4.splat(1.0 / 16777216);
  const quarter = f32x4.splat(0.25);
  const half = f32x4.splat(0.5);
  const sign = i32x4.splat(i32.MIN_VALUE);
  const S = f32x4.splat(deviation);
  const four = i32x4.splat(4);
  let counter = i32x4(0, 1, 2, 3);
  for (let i: usize = 0; i < length; i += 8) {
    const first = i32x4.shr_u(mixed(words(counter, key0, key1)), 8);
    counter = i32x4.add(counter, four);
    const second = i32x4.shr_s(mixed(words(counter, key0, key1)), 8);
    counter = i32x4.add(counter, four);
    const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(first, i32x4.splat(1))), unit); // (0, 1]
    const t = f32x4.mul(f32x4.convert_i32x4_s(second), unit); // [-1/2, 1/2)
    const radius = f32x4.mul(S, f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logarithm(u))));
    const a = f32x4.abs(t);
    // cos(2 pi t) = sin(2 pi (1/4 - |t|)); sin(2 pi |t|) = sin(2 pi (1/2 - |t|)).
    const c = f32x4.mul(radius, sine(f32x4.sub(quarter, a)));
    const s = f32x4.mul(radius, sine(v128.or(f32x4.pmin(a, f32x4.sub(half, a)), v128.and(t, sign))));
    add(to + (i << 2), c, length - i);
    if (length - i > 4) add(to + (i << 2) + 16, s, length - i - 4);
  }
}

/** Adds four lanes, or the first `left` of them. */
// @ts-ignore: decorator
@inline
function add(at: usize, x: v128, left: usize): void {
  if (left >= 4) {
    v128.store(at, f32x4.add(v128.load(at), x));
    return;
  }
  for (let lanes = x, i: usize = 0; i < left; i++) {
    f32.store(at + (i << 2), f32.load(at + (i << 2)) + f32x4.extract_lane(lanes, 0));
    lanes = i8x16.shuffle(lanes, lanes, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}
