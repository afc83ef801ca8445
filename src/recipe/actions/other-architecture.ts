import type { NetworkPlan, Plan } from '../../plan/plan.ts';
import type { Action, Candidate } from '../action.ts';

function changed(plan: Plan, change: string, network: Partial<NetworkPlan>): Candidate {
  return { change, plan: { ...plan, network: { ...plan.network, ...network } } };
}

/** Other embeddings of the numeric columns than the one in force. */
function embeddings(plan: Plan): Candidate[] {
  const kinds: readonly [string, NetworkPlan['numericEmbedding']][] = [
    ['piecewise-linear embeddings of 48 bins', { kind: 'piecewise-linear', bins: 48, width: 8 }],
    ['piecewise-linear embeddings of 16 bins', { kind: 'piecewise-linear', bins: 16, width: 8 }],
    ['periodic embeddings', { kind: 'periodic', frequencies: 16, sigma: 1, width: 4 }],
    ['no embeddings of numeric columns', { kind: 'none' }],
  ];
  const current = JSON.stringify(plan.network.numericEmbedding);
  return kinds
    .filter(([, numericEmbedding]) => JSON.stringify(numericEmbedding) !== current)
    .map(([change, numericEmbedding]) => changed(plan, change, { numericEmbedding }));
}

/** Changes what the network is made of: embeddings of numeric columns, weight-sharing members, activation, residual blocks. */
export const otherArchitecture: Action = {
  id: 'other-architecture',
  about:
    'Changes what the network is made of: numeric embeddings, members that share weights, activation, residual blocks.',
  step: 2,
  propose(plan, { width }) {
    const { network } = plan;
    const candidates: Candidate[] = [];
    if (width <= 256) candidates.push(...embeddings(plan));
    if (network.hidden.length > 0 && network.members.count === 1) {
      candidates.push(changed(plan, '8 members that share weights', { members: { count: 8, sharing: 'rank-one' } }));
    }
    if (network.hidden.length > 0 && network.activation === 'selu') {
      candidates.push(changed(plan, 'activation selu -> mish', { activation: 'mish', initializer: 'he-normal' }));
    }
    if (network.hidden.length > 1 && !network.residual)
      candidates.push(changed(plan, 'residual blocks', { residual: true }));
    return candidates;
  },
};
