// The loss of choosing one of K classes.

import {
  add,
  expand,
  gather,
  mul,
  oneHot,
  reduceMean,
  softmax,
  softmaxCrossEntropy,
  type Value,
} from '../../engine/index.ts';
import { averagedLogLoss, checkOutputs, checkWeights, hasMembers, type LossKind, overMembers } from './loss.ts';

/** The target distribution of each row: (1 - e) for its class and e / K for every class. [N] to [N, K] or [k, N, K] */
function distributions(output: Value, target: Value, classes: number, smoothing: number): Value {
  const exact = oneHot(target, classes); // [N, K]
  const smooth = smoothing === 0 ? exact : add(mul(exact, 1 - smoothing), smoothing / classes);
  return hasMembers(output) ? expand(smooth, output.shape) : smooth;
}

/** Cross-entropy of softmax probabilities. The gradient of the logits is (softmax - target) w / N. */
export const crossEntropy: LossKind<'cross-entropy'> = {
  id: 'cross-entropy',
  about: '-sum_k q_k ln p_k of softmax probabilities p and target distribution q, times the weight of the class.',
  options: {
    labelSmoothing: 'share e of q that is spread over all classes (Szegedy et al., 2016)',
    classWeights: "'balanced': rows count rows / (classes x rows of the class), so that all classes count the same",
  },
  create: (plan, { outputs, classWeights }) => {
    checkOutputs('cross-entropy', 'one output per class, at least 2', outputs >= 2, outputs);
    checkWeights('cross-entropy', outputs, classWeights);
    return {
      loss: (output, target) => {
        const rows = softmaxCrossEntropy(output, distributions(output, target, outputs, plan.labelSmoothing));
        if (classWeights === null) return reduceMean(rows);
        const weights = output.graph.constant(classWeights, [outputs]);
        return reduceMean(mul(rows, gather(weights, target, 0))); // [N] or [k, N]
      },
      prediction: (output) => overMembers(softmax(output, -1)),
      evaluationLoss: (output, target) =>
        averagedLogLoss(softmaxCrossEntropy(output, distributions(output, target, outputs, 0))),
    };
  },
};
