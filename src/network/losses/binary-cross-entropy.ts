// The loss of choosing one of two classes by one logit.

import {
  add,
  cast,
  concat,
  gather,
  mul,
  reduceMean,
  reshape,
  sigmoid,
  softplus,
  sub,
  type Value,
} from '../../engine/index.ts';
import { averagedLogLoss, checkOutputs, checkWeights, type LossKind, overMembers, rowShape } from './loss.ts';

/**
 * ln(1 + e^z) - z q: the cross-entropy of sigmoid(z), stable for large |z|; its gradient is sigmoid(z) - q.
 * q is (1 - e) y + e / 2. [N, 1] to [N], or [k, N, 1] to [k, N]
 */
function rowLosses(output: Value, target: Value, smoothing: number): Value {
  const logit = reshape(output, rowShape(output));
  const exact = cast(target, output.dtype); // [N]
  const share = smoothing === 0 ? exact : add(mul(exact, 1 - smoothing), smoothing / 2);
  return sub(softplus(logit), mul(logit, share));
}

/** Binary cross-entropy. */
export const binaryCrossEntropy: LossKind<'binary-cross-entropy'> = {
  id: 'binary-cross-entropy',
  about: '-q ln p - (1 - q) ln(1 - p) of the sigmoid p of one logit, times the weight of the class.',
  options: {
    labelSmoothing: 'share e of the target that is spread over both classes: q = (1 - e) y + e / 2',
    classWeights: "'balanced': rows count rows / (2 x rows of the class), so that both classes count the same",
  },
  create: (plan, { outputs, classWeights }) => {
    checkOutputs('binary-cross-entropy', 'one output, the logit of class 1', outputs === 1, outputs);
    checkWeights('binary-cross-entropy', 2, classWeights);
    return {
      loss: (output, target) => {
        const rows = rowLosses(output, target, plan.labelSmoothing);
        if (classWeights === null) return reduceMean(rows);
        return reduceMean(mul(rows, gather(output.graph.constant(classWeights, [2]), target, 0)));
      },
      prediction: (output) => {
        const positive = overMembers(sigmoid(output)); // [N, 1]
        return concat([sub(1, positive), positive], -1);
      },
      evaluationLoss: (output, target) => averagedLogLoss(rowLosses(output, target, 0)),
    };
  },
};
