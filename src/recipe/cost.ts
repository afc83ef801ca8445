// In: a plan and the data's size. Out: its training cost relative to other plans: products per row, times epochs.

import type { Plan } from '../plan/plan.ts';

/** Multiplications of one forward pass per row, times the epochs; only ratios mean anything. */
export function relativeCost(plan: Plan, width: number): number {
  const { hidden, members, numericEmbedding } = plan.network;
  const inputs = numericEmbedding.kind === 'none' ? width : width * numericEmbedding.width;
  let products = 0;
  let last = inputs;
  for (const units of hidden) {
    // Element-wise work costs about as much as this many products per unit.
    products += units * (last + 32);
    last = units;
  }
  const shared = members.count === 1 ? 1 : members.count;
  return (products + last * 4 + 4096) * shared * plan.training.epochs;
}
