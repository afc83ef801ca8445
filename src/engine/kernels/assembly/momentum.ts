// Stochastic gradient descent with (Nesterov) momentum; the formula is in src/training/optimizers/sgd.ts.

import { BLOCK, softThreshold, sumLanes, tailMask, writeSums } from './lanes';

/** m <- keep * m + scale * g; w <- soft(decay * w - rate * (ahead * scale * g + behind * m), threshold). */
export function momentum(
  w: usize, g: usize, m: usize, length: usize, sums: usize,
  scale: f32, rate: f32, decay: f32, threshold: f32,
  keep: f32, ahead: f32, behind: f32,
): void {
  const S = f32x4.splat(scale);
  const R = f32x4.splat(rate);
  const D = f32x4.splat(decay);
  const T = f32x4.splat(threshold);
  const K = f32x4.splat(keep);
  const A = f32x4.splat(ahead);
  const B = f32x4.splat(behind);
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
      const X = f32x4.mul(S, G);
      const M = f32x4.add(f32x4.mul(K, v128.load(m + at)), X);
      v128.store(m + at, M);
      const step = f32x4.mul(R, f32x4.add(f32x4.mul(A, X), f32x4.mul(B, M)));
      const N = softThreshold(f32x4.sub(f32x4.mul(D, W), step), T);
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
