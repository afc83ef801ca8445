// Stochastic gradient descent with (Nesterov) momentum; the formula is in src/training/optimizers/sgd.ts.
// The loop is compiled twice, with and without the L1 step: without is the common case and a fifth faster.

import { BLOCK, clearPadding, padded, softThreshold, sumLanes, writeSums } from './lanes';

/** g is scaled first; m <- keep * m + g; w <- soft(decay * w - ahead * g - behind * m, threshold). */
export function momentum(
  w: usize, g: usize, m: usize, length: usize, sums: usize,
  scale: f32, keep: f32,
  ahead: f32, behind: f32, decay: f32, threshold: f32,
): void {
  if (threshold == 0) pass<void>(w, g, m, length, sums, scale, keep, ahead, behind, decay, threshold);
  else pass<f32>(w, g, m, length, sums, scale, keep, ahead, behind, decay, threshold);
}

function pass<Shrink>(
  w: usize, g: usize, m: usize, length: usize, sums: usize,
  scale: f32, keep: f32,
  ahead: f32, behind: f32, decay: f32, threshold: f32,
): void {
  const K = f32x4.splat(keep);
  const S = f32x4.splat(scale);
  const A = f32x4.splat(ahead);
  const B = f32x4.splat(behind);
  const D = f32x4.splat(decay);
  const T = f32x4.splat(threshold);
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
      const M = f32x4.add(f32x4.mul(K, v128.load(m + i)), G);
      v128.store(m + i, M);
      let N = f32x4.sub(f32x4.mul(D, W), f32x4.add(f32x4.mul(A, G), f32x4.mul(B, M)));
      if (!isVoid<Shrink>()) N = softThreshold(N, T);
      const U = f32x4.sub(N, W);
      v128.store(w + i, N);
      ww = f32x4.add(ww, f32x4.mul(N, N));
      gg = f32x4.add(gg, f32x4.mul(G, G));
      uu = f32x4.add(uu, f32x4.mul(U, U));
    }
    weights += sumLanes(ww);
    gradients += sumLanes(gg);
    updates += sumLanes(uu);
  }
  writeSums(sums, weights, gradients, updates);
}
