// Adam with decoupled decay; the formula is in src/training/optimizers/adam.ts.

import { BLOCK, softThreshold, sumLanes, tailMask, writeSums } from './lanes';

/**
 * m <- m + share1 * (scale * g - m); v <- v + share2 * ((scale * g)^2 - v);
 * w <- soft(decay * w - rate * m / (sqrt(v) + epsilon), threshold). `rate` and `epsilon` hold the bias corrections.
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, length: usize, sums: usize,
  scale: f32, rate: f32, decay: f32, threshold: f32,
  share1: f32, share2: f32, epsilon: f32,
): void {
  const S = f32x4.splat(scale);
  const R = f32x4.splat(rate);
  const D = f32x4.splat(decay);
  const T = f32x4.splat(threshold);
  const C1 = f32x4.splat(share1);
  const C2 = f32x4.splat(share2);
  const E = f32x4.splat(epsilon);
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
      const M0 = v128.load(m + at);
      const V0 = v128.load(v + at);
      const M = f32x4.add(M0, f32x4.mul(C1, f32x4.sub(X, M0)));
      const V = f32x4.add(V0, f32x4.mul(C2, f32x4.sub(f32x4.mul(X, X), V0)));
      v128.store(m + at, M);
      v128.store(v + at, V);
      const step = f32x4.mul(R, f32x4.div(M, f32x4.add(f32x4.sqrt(V), E)));
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
