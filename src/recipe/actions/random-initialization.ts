import { matchedInitializer } from '../../network/index.ts';
import type { Action } from '../action.ts';

/** Random weights at the scale that fits the activation (He, Glorot, LeCun). */
export const randomInitialization: Action = {
  id: 'random-initialization',
  about:
    'Starts from random weights at the scale that fits the activation, so that signals neither vanish nor explode.',
  step: 4,
  propose(plan) {
    const initializer = matchedInitializer(plan.network.activation);
    if (plan.network.initializer === initializer) return [];
    return [{ change: `initialization ${initializer}`, plan: { ...plan, network: { ...plan.network, initializer } } }];
  },
};
