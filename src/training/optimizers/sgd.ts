// Stochastic gradient descent with momentum, in PyTorch's form (Sutskever et al., ICML 2013, without dampening):
//   w <- (1 - lr * l2) w                         decoupled decay (Loshchilov and Hutter, ICLR 2019: SGDW)
//   m <- momentum * m + g                        m starts at 0
//   w <- w - lr * m                              plain momentum
//   w <- w - lr * (g + momentum * m)             Nesterov
//   w <- sign(w) * max(|w| - lr * l1, 0)         proximal step (Parikh and Boyd, 2014)
// With momentum 0 nothing is kept: w <- w - lr * g.

import { add, mul, type Value } from '../../engine/index.ts';
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
      numbers: (_, learningRate) => [learningRate],
      change: ({ gradient, numbers }) => ({ change: mul(numbers[0] as Value, gradient), moments: [] }),
    };
  }
  /** w loses ahead * g + behind * m. */
  const rates = (learningRate: number): readonly [ahead: number, behind: number] =>
    nesterov ? [learningRate, learningRate * momentum] : [0, learningRate];
  return {
    moments: ['first-moment'],
    update(kernels, place, { scale, learningRate, decay, threshold }) {
      const { parameters: w, gradients: g, firstMoment: m, length, sums } = place;
      const [ahead, behind] = rates(learningRate);
      kernels.momentum(w, g, m, length, sums, scale, momentum, ahead, behind, decay, threshold);
    },
    numbers: (_, learningRate) => rates(learningRate),
    change({ gradient, moments, numbers }) {
      const [ahead, behind] = numbers as readonly [Value, Value];
      const m = add(mul(moments[0] as Value, momentum), gradient);
      const change = mul(behind, m);
      return { change: nesterov ? add(mul(ahead, gradient), change) : change, moments: [m] };
    },
  };
}
