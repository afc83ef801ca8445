// The loss of predicting a number, by squared errors.

import { reduceMean, reshape, square, sub, type Value } from '../../engine/index.ts';
import { checkOutputs, type LossKind, overMembers, rowShape } from './loss.ts';

/** [N, 1] to squared errors [N], or [k, N, 1] to [k, N]. */
const rowLosses = (output: Value, target: Value): Value => square(sub(reshape(output, rowShape(output)), target));

/** Mean squared error. */
export const mse: LossKind<'mse'> = {
  id: 'mse',
  about: '(y - t)^2.',
  options: {},
  create: (_plan, { outputs }) => {
    checkOutputs('mse', 'one output, the value', outputs === 1, outputs);
    return {
      loss: (output, target) => reduceMean(rowLosses(output, target)),
      prediction: overMembers,
      evaluationLoss: (output, target) => rowLosses(overMembers(output), target),
    };
  },
};
