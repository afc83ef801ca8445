// Stochastic gradient descent without a buffer; the formula is in src/training/optimizers/sgd.ts.

import { BLOCK, softThreshold, sumLanes, tailMask, writeSums } from './lanes';

/** w <- soft(decay * w - rate * g, threshold). `rate` holds the gradient scale already. */
export function sgd(
  w: usize, g: usize, length: usize, sums: usize,
  rate: f32, decay: f32, threshold: f32,
): void {
  const R = f32x4.splat(rate);
  const D = f32x4.splat(decay);
  const T = f32x4.splat(threshold);
  const zero = f32x4.splat(0);
  let mask = i32x4.splat(-1);
  let zeros = i32x4.splat(0);
  let weights: f64 = 0;
  let gradients: f64 = 0;
  let updates: f64 = 0;
  let i: usize = 0;
  while (i < length) {
    const end = min(i + BLOCK, length);
    let ww = zero;
    let gg = zero;
    let uu = zero;
    for (; i < end; i += 4) {
      if (length - i < 4) mask = tailMask(length - i);
      const at = i << 2;
      const G = v128.and(v128.load(g + at), mask);
      const W = v128.and(v128.load(w + at), mask);
      const N = softThreshold(f32x4.sub(f32x4.mul(D, W), f32x4.mul(R, G)), T);
      const U = f32x4.sub(N, W);
      v128.store(w + at, N);
      ww = f32x4.add(ww, f32x4.mul(N, N));
      gg = f32x4.add(gg, f32x4.mul(G, G));
      uu = f32x4.add(uu, f32x4.mul(U, U));
      zeros = i32x4.sub(zeros, v128.and(f32x4.eq(N, zero), mask));
    }
    weights += sumLanes(ww);
    gradients += sumLanes(gg);
    updates += sumLanes(uu);
  }
  writeSums(sums, weights, gradients, updates, zeros);
}
