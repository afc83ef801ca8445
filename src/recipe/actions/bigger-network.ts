import { withHidden } from '../../plan/defaults.ts';
import { networkName } from '../../plan/network-name.ts';
import type { Action } from '../action.ts';

/** The ladder: width first, then depth; rung 0, the network without hidden layers, is always measured. */
export const ladder: readonly (readonly number[])[] = [
  [],
  [64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512, 512],
];

/** Weights of the layers before the output: what orders networks by size. */
function weights(hidden: readonly number[], inputs: number): number {
  return hidden.reduce((sum, width, i) => sum + width * (hidden[i - 1] ?? inputs), 0);
}

/** Climbs the ladder against underfitting: the next two rungs above the network in force. */
export const biggerNetwork: Action = {
  id: 'bigger-network',
  about: 'Climbs the ladder of networks, width first, then depth, so that the training set can be fitted.',
  step: 2,
  propose(plan, { width }) {
    const size = weights(plan.network.hidden, width);
    const rungs = ladder.filter((hidden) => weights(hidden, width) > size).slice(0, 2);
    return rungs.map((hidden) => ({
      change: `${networkName(plan.network.hidden)} -> ${networkName(hidden)}`,
      plan: withHidden(plan, hidden),
    }));
  },
};
