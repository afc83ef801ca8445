// The loss of predicting a number, by squared errors up to delta and absolute ones beyond.

import { clip, mul, reduceMean, reshape, sub, type Value } from '../../engine/index.ts';
import { checkOutputs, type LossKind, overMembers, rowShape } from './loss.ts';

/**
 * c (d - c / 2) with d = y - t and c = d clipped to [-delta, delta]: d^2 / 2 inside, delta (|d| - delta / 2) outside,
 * and the gradient is c. [N, 1] to [N], or [k, N, 1] to [k, N]
 */
function rowLosses(output: Value, target: Value, delta: number): Value {
  const error = sub(reshape(output, rowShape(output)), target);
  const clipped = clip(error, -delta, delta);
  return mul(clipped, sub(error, mul(clipped, 0.5)));
}

/** Huber's loss. */
export const huber: LossKind<'huber'> = {
  id: 'huber',
  about: '(y - t)^2 / 2 up to an error of delta, and delta (|y - t| - delta / 2) beyond. Huber, 1964.',
  options: { delta: 'the error, in standardized units, from which on errors count linearly' },
  create: (plan, { outputs }) => {
    checkOutputs('huber', 'one output, the value', outputs === 1, outputs);
    return {
      loss: (output, target) => reduceMean(rowLosses(output, target, plan.delta)),
      prediction: overMembers,
      evaluationLoss: (output, target) => rowLosses(overMembers(output), target, plan.delta),
    };
  },
};
