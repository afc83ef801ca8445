// Adam (Kingma and Ba, ICLR 2015) with the two regularizers of the recipe, both outside the adaptive part:
//   w <- (1 - lr * l2) w                                             decoupled decay (Loshchilov and Hutter, ICLR 2019)
//   m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2    both start at 0
//   w <- w - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//   w <- sign(w) * max(|w| - lr * l1, 0)                             proximal step
// The kernel computes the third line as rate * m / (sqrt(v) + epsilon'), the same in exact arithmetic, with
//   rate = lr * sqrt(1 - beta2^t) / (1 - beta1^t) and epsilon' = epsilon * sqrt(1 - beta2^t)  (section 2 of the paper).

import { FettleError } from '../../base/error.ts';
import { add, div, mul, sqrt, square, type Value } from '../../engine/index.ts';
import type { OptionsOf, UpdateRule } from './rule.ts';

/** Below this the bias-corrected epsilon could become zero in float32. */
const SMALLEST_EPSILON = 1e-30;

/** The update rule of the plan's `adam`. L2 is never added to the gradient here, so `adamw` is the same rule. */
export function adam(options: Omit<OptionsOf<'adam'>, 'kind'>): UpdateRule {
  const { epsilon } = options;
  // The betas as float32 holds them: then beta + (1 - beta) = 1 also in the kernel, and the moments are unbiased.
  const beta1 = Math.fround(options.beta1);
  const beta2 = Math.fround(options.beta2);
  check(beta1 < 1, 'beta1', 'below 1', options.beta1, '0.9');
  check(beta2 < 1, 'beta2', 'below 1', options.beta2, '0.999');
  check(epsilon >= SMALLEST_EPSILON, 'epsilon', `at least ${SMALLEST_EPSILON}`, epsilon, '1e-8');
  const [take1, take2] = [1 - beta1, 1 - beta2];
  const corrected = (t: number, learningRate: number): readonly [rate: number, epsilon: number] => {
    const root = Math.sqrt(1 - beta2 ** t);
    return [(learningRate * root) / (1 - beta1 ** t), epsilon * root];
  };
  return {
    moments: ['first-moment', 'second-moment'],
    update(kernels, place, { t, scale, learningRate, decay, threshold }) {
      const { parameters: w, gradients: g, firstMoment: m, secondMoment: v, length, sums } = place;
      const [rate, smallest] = corrected(t, learningRate);
      kernels.adam(w, g, m, v, length, sums, scale, beta1, take1, beta2, take2, rate, smallest, decay, threshold);
    },
    numbers: corrected,
    change({ gradient: g, moments, numbers }) {
      const [rate, smallest] = numbers as readonly [Value, Value];
      const m = add(mul(moments[0] as Value, beta1), mul(g, take1));
      const v = add(mul(moments[1] as Value, beta2), mul(square(g), take2));
      return { change: mul(rate, div(m, add(sqrt(v), smallest))), moments: [m, v] };
    },
  };
}

/** Weights are float32: what float32 cannot tell from 1 or from 0 would make every weight NaN. */
function check(holds: boolean, field: string, wanted: string, value: number, usual: string): void {
  if (holds) return;
  throw new FettleError('plan', `optimizer.${field} must be ${wanted} in float32, but is ${value}; ${usual} is usual.`);
}
