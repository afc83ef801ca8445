import type { RegularizationPlan } from '../plan/plan.ts';

/** Strengths that no plan uses on purpose: twice the strongest that fettle tries, and dropout far above the usual 0.5. */
const extreme = { l2: 3, l1: 0.5, dropout: 0.75 };

/** Whether a plan's L2, L1 or dropout alone keeps a network from learning, whatever the rest is. */
export function isExtreme({ l2, l1, dropout }: RegularizationPlan): boolean {
  return l2.strength >= extreme.l2 || l1.strength >= extreme.l1 || dropout.rate >= extreme.dropout;
}
