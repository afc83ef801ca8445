// Adam (Kingma and Ba, ICLR 2015) with the two regularizers of the recipe, both outside the adaptive part:
//   w <- (1 - lr * l2) w                                        decoupled decay (Loshchilov and Hutter, ICLR 2019)
//   m <- m + (1 - beta1) (g - m),  v <- v + (1 - beta2) (g^2 - v)    both start at 0
//   w <- w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//   w <- sign(w) * max(|w| - lr * l1, 0)                        proximal step
// The kernel computes the third line as rate * m / (sqrt(v) + epsilon'), the same in exact arithmetic, with
//   rate = lr * sqrt(1 - beta2^t) / (1 - beta1^t) and epsilon' = epsilon * sqrt(1 - beta2^t)  (section 2 of the paper).

import type { OptionsOf, UpdateRule } from './rule.ts';

/** The update rule of the plan's `adam`. L2 is never added to the gradient here, so `adamw` is the same rule. */
export function adam({ beta1, beta2, epsilon }: Omit<OptionsOf<'adam'>, 'kind'>): UpdateRule {
  return {
    moments: ['first-moment', 'second-moment'],
    update(kernels, place, { t, scale, learningRate, decay, threshold }) {
      const { parameters: w, gradients: g, firstMoment: m, secondMoment: v, length, sums } = place;
      const root = Math.sqrt(1 - beta2 ** t);
      const rate = (learningRate * root) / (1 - beta1 ** t);
      kernels.adam(w, g, m, v, length, sums, scale, rate, decay, threshold, 1 - beta1, 1 - beta2, epsilon * root);
    },
  };
}
