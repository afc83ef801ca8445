// In: the plan of a network and the shape of its inputs. Out: what it costs, without building a graph.

import type { NetworkPlan } from '../plan/plan.ts';
import { countParameters, createNetwork } from './network.ts';
import type { NetworkInputs } from './specs.ts';

/** Trained numbers of a plan's network. */
export function parameterCount(network: NetworkPlan, inputs: NetworkInputs): number {
  return countParameters(createNetwork(network, inputs));
}

/**
 * Multiplications that are added up in one forward pass of one row or image; a training step needs about three times as
 * many. Element-wise work counts as none.
 */
export function multiplyAdds(network: NetworkPlan, inputs: NetworkInputs): number {
  return createNetwork(network, inputs).steps.reduce((sum, step) => sum + step.multiplyAdds, 0);
}
