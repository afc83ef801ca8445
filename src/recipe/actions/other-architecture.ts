import { networkName } from '../../plan/network-name.ts';
import type { CnnPlan, MlpPlan, NetworkPlan, Plan } from '../../plan/plan.ts';
import type { Action, Candidate } from '../action.ts';

/** A plan and its network, whose kind is known. */
interface Of<N extends NetworkPlan> {
  readonly plan: Plan;
  readonly network: N;
}

function changed<N extends NetworkPlan>({ plan, network }: Of<N>, change: string, fields: Partial<N>): Candidate {
  return { change, plan: { ...plan, network: { ...network, ...fields } } };
}

/** Other embeddings of the numeric columns than the one in force. */
function embeddings(of: Of<MlpPlan>): Candidate[] {
  const kinds: readonly [string, MlpPlan['numericEmbedding']][] = [
    ['piecewise-linear embeddings of 48 bins', { kind: 'piecewise-linear', bins: 48, width: 8 }],
    ['piecewise-linear embeddings of 16 bins', { kind: 'piecewise-linear', bins: 16, width: 8 }],
    ['periodic embeddings', { kind: 'periodic', frequencies: 16, sigma: 1, width: 4 }],
    ['no embeddings of numeric columns', { kind: 'none' }],
  ];
  const current = JSON.stringify(of.network.numericEmbedding);
  return kinds
    .filter(([, numericEmbedding]) => JSON.stringify(numericEmbedding) !== current)
    .map(([change, numericEmbedding]) => changed(of, change, { numericEmbedding }));
}

/** Other dense networks than the one in force. */
function dense(of: Of<MlpPlan>, width: number): Candidate[] {
  const { network } = of;
  const candidates: Candidate[] = width > 0 && width <= 256 ? embeddings(of) : [];
  if (network.hidden.length === 0) return candidates;
  if (network.members.count === 1) {
    candidates.push(changed(of, '8 members that share weights', { members: { count: 8, sharing: 'rank-one' } }));
  }
  if (network.activation === 'selu') {
    candidates.push(changed(of, 'activation selu -> mish', { activation: 'mish', initializer: 'he-normal' }));
  }
  if (network.hidden.length > 1 && !network.residual) {
    candidates.push(changed(of, 'residual blocks', { residual: true }));
  }
  return candidates;
}

/** Other convolutional networks with the same stages as the one in force. */
function convolutional(of: Of<CnnPlan>): Candidate[] {
  const { network } = of;
  const candidates = (['residual', 'separable', 'plain'] as const)
    .filter((block) => block !== network.block)
    .map((block) =>
      changed(of, `${networkName(network)} -> ${networkName({ ...network, block })}`, {
        block,
        normalization: 'batch',
      }),
    );
  if (network.normalization === 'none') {
    candidates.push(changed(of, 'batch normalization', { normalization: 'batch' }));
  }
  if (!network.squeezeExcitation) {
    candidates.push(changed(of, 'squeeze and excitation', { squeezeExcitation: true }));
  }
  if (network.activation === 'relu') candidates.push(changed(of, 'activation relu -> silu', { activation: 'silu' }));
  return candidates;
}

/** Changes what the network is made of: for tables embeddings, members, activation, residual blocks; for images the blocks. */
export const otherArchitecture: Action = {
  id: 'other-architecture',
  about:
    'Changes what the network is made of: embeddings, shared weights, activation; for images plain, residual, separable.',
  step: 2,
  propose(plan, { width }) {
    const { network } = plan;
    return network.kind === 'mlp' ? dense({ plan, network }, width) : convolutional({ plan, network });
  },
};
