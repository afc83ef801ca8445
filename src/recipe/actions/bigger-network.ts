import type { ImageShape } from '../../data/table.ts';
import { withConvolutions, withHidden } from '../../plan/defaults.ts';
import { imageLadder } from '../../plan/image-ladder.ts';
import { networkName } from '../../plan/network-name.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Action, Candidate } from '../action.ts';
import { multiplyAdds } from '../cost.ts';

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

/** The next two rungs of the images' ladder that cost more than the network in force. */
function biggerImageNetworks(plan: Plan, image: ImageShape): Candidate[] {
  const cost = multiplyAdds(plan.network, image);
  return imageLadder(image)
    .filter((network) => multiplyAdds(network, image) > cost)
    .slice(0, 2)
    .map((network) => ({
      change: `${networkName(plan.network)} -> ${networkName(network)}`,
      plan: withConvolutions(plan, network),
    }));
}

/** Climbs the ladder against underfitting: the next two rungs above the network in force. */
export const biggerNetwork: Action = {
  id: 'bigger-network',
  about: 'Climbs the ladder of networks, width first, then depth, so that the training set can be fitted.',
  step: 2,
  propose(plan, { width, image }) {
    const { network } = plan;
    if (image !== null) return biggerImageNetworks(plan, image);
    if (network.kind !== 'mlp') return [];
    const size = weights(network.hidden, width);
    const rungs = ladder.filter((hidden) => weights(hidden, width) > size).slice(0, 2);
    return rungs.map((hidden) => {
      const bigger = withHidden({ ...plan, network }, hidden);
      return { change: `${networkName(network)} -> ${networkName(bigger.network)}`, plan: bigger };
    });
  },
};
