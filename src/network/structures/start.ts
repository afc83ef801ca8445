// What the structures share about first weights.

import type { NetworkPlan } from '../../plan/plan.ts';

/**
 * Factor on the first weights of the output layer. With it the first outputs deviate by about .1, so the first loss
 * is within about 1 % of that of a uniform guess (ln K), yet every layer gets a gradient at the first step, which it
 * would not get through zeros.
 */
const outputScale = 0.1;

/** The initializers that exist to show what goes wrong also act on the output layer, in full. */
const unsound: readonly NetworkPlan['initializer'][] = ['zeros', 'constant', 'plain-normal'];

/** Whether an initializer exists only to show what goes wrong; nothing then mends its weights. */
export function isUnsound(initializer: NetworkPlan['initializer']): boolean {
  return unsound.includes(initializer);
}

/** The factor on the first weights of the output layer. */
export function firstOutputScale(initializer: NetworkPlan['initializer']): number {
  return isUnsound(initializer) ? 1 : outputScale;
}

/** The factor 1 for each of so many columns, or that many groups of one column. */
export const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1);
