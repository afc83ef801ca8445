// Stochastic gradient descent with momentum, in PyTorch's form (Sutskever et al., ICML 2013, without dampening):
//   w <- (1 - lr * l2) w                         decoupled decay (Loshchilov and Hutter, ICLR 2019: SGDW)
//   m <- momentum * m + g                        m starts at 0
//   w <- w - lr * m                              plain momentum
//   w <- w - lr * (g + momentum * m)             Nesterov
//   w <- sign(w) * max(|w| - lr * l1, 0)         proximal step (Parikh and Boyd, 2014)
// With momentum 0 nothing is kept: w <- w - lr * g.

import type { OptionsOf, UpdateRule } from './rule.ts';

/** The update rule of the plan's `sgd`. */
export function sgd({ momentum, nesterov }: OptionsOf<'sgd'>): UpdateRule {
  if (momentum === 0) {
    return {
      moments: [],
      update(kernels, place, { scale, learningRate, decay, threshold }) {
        const { parameters, gradients, length, sums } = place;
        kernels.sgd(parameters, gradients, length, sums, scale, learningRate, decay, threshold);
      },
    };
  }
  return {
    moments: ['first-moment'],
    update(kernels, place, { scale, learningRate, decay, threshold }) {
      const { parameters: w, gradients: g, firstMoment: m, length, sums } = place;
      const ahead = nesterov ? learningRate : 0;
      const behind = nesterov ? learningRate * momentum : learningRate;
      kernels.momentum(w, g, m, length, sums, scale, momentum, ahead, behind, decay, threshold);
    },
  };
}
