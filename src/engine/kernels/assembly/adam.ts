// Adam with decoupled decay; the formula is in src/training/optimizers/adam.ts.
// The loop is compiled twice, with and without the L1 step: without is the common case and a fifth faster.

import { BLOCK, clearPadding, padded, softThreshold, sumLanes, writeSums } from './lanes';

/**
 * g is scaled first; m <- keep1 * m + take1 * g; v <- keep2 * v + take2 * g^2;
 * w <- soft(decay * w - rate * m / (sqrt(v) + epsilon), threshold).
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, length: usize, sums: usize,
  scale: f32, keep1: f32, take1: f32, keep2: f32, take2: f32,
  rate: f32, epsilon: f32, decay: f32, threshold: f32,
): void {
  if (threshold == 0) pass<void>(w, g, m, v, length, sums, scale, keep1, take1, keep2, take2, rate, epsilon, decay, threshold);
  else pass<f32>(w, g, m, v, length, sums, scale, keep1, take1, keep2, take2, rate, epsilon, decay, threshold);
}

function pass<Shrink>(
  w: usize, g: usize, m: usize, v: usize, length: usize, sums: usize,
  scale: f32, keep1: f32, take1: f32, keep2: f32, take2: f32,
  rate: f32, epsilon: f32, decay: f32, threshold: f32,
): void {
  const K1 = f32x4.splat(keep1);
  const T1 = f32x4.splat(take1);
  const K2 = f32x4.splat(keep2);
  const T2 = f32x4.splat(take2);
  const R = f32x4.splat(rate);
  const E = f32x4.splat(epsilon);
  const D = f32x4.splat(decay);
  const T = f32x4.splat(threshold);
  const S = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const stop = padded(length);
  clearPadding(w, length);
  clearPadding(g, length);
  let weights: f64 = 0;
  let gradients: f64 = 0;
  let updates: f64 = 0;
  let i: usize = 0;
  while (i < stop) {
    const end = min(i + BLOCK, stop);
    let ww = zero;
    let gg = zero;
    let uu = zero;
    for (; i < end; i += 16) {
      const G = f32x4.mul(S, v128.load(g + i));
      const W = v128.load(w + i);
      const Q = f32x4.mul(G, G);
      const M = f32x4.add(f32x4.mul(K1, v128.load(m + i)), f32x4.mul(T1, G));
      const V = f32x4.add(f32x4.mul(K2, v128.load(v + i)), f32x4.mul(T2, Q));
      v128.store(m + i, M);
      v128.store(v + i, V);
      let N = f32x4.sub(f32x4.mul(D, W), f32x4.mul(R, f32x4.div(M, f32x4.add(f32x4.sqrt(V), E))));
      if (!isVoid<Shrink>()) N = softThreshold(N, T);
      const U = f32x4.sub(N, W);
      v128.store(w + i, N);
      ww = f32x4.add(ww, f32x4.mul(N, N));
      gg = f32x4.add(gg, Q);
      uu = f32x4.add(uu, f32x4.mul(U, U));
    }
    weights += sumLanes(ww);
    gradients += sumLanes(gg);
    updates += sumLanes(uu);
  }
  writeSums(sums, weights, gradients, updates);
}
