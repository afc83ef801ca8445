import type { MlpPlan } from '../../../src/plan/plan.ts';

/** A plain network; tests say what differs. */
export function networkPlan(changes: Partial<MlpPlan> = {}): MlpPlan {
  return {
    kind: 'mlp',
    hidden: [4],
    activation: 'relu',
    normalization: 'none',
    residual: false,
    inputScale: false,
    numericEmbedding: { kind: 'none' },
    categoryEmbedding: 2,
    members: { count: 1, sharing: 'none' },
    initializer: 'he-normal',
    ...changes,
  };
}
