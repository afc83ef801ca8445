// In: plan.loss, the width of the output, class weights. Out: the loss, the prediction and the evaluation loss as graphs.
// Targets are int32 class codes [N], or standardized numbers [N] of the graph's real type.

import type { LossPlan } from '../../plan/plan.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { huber } from './huber.ts';
import type { Loss, LossKind, LossOptions } from './loss.ts';
import { mse } from './mse.ts';

export { classWeights } from './class-weights.ts';
export type { Loss, LossKind, LossOptions } from './loss.ts';

/** All losses, closed by the plan's type. */
export const losses: { readonly [K in LossPlan['kind']]: LossKind<K> } = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
  mse,
  huber,
};

/**
 * The loss of a plan.
 * @example
 * const loss = createLoss({ kind: 'mse' }, { outputs: 1, classWeights: null });
 */
export function createLoss(plan: LossPlan, options: LossOptions): Loss {
  switch (plan.kind) {
    case 'cross-entropy':
      return losses[plan.kind].create(plan, options);
    case 'binary-cross-entropy':
      return losses[plan.kind].create(plan, options);
    case 'mse':
      return losses[plan.kind].create(plan, options);
    case 'huber':
      return losses[plan.kind].create(plan, options);
  }
}
