import type { Action } from '../action.ts';

/** Decoupled weight decay (Loshchilov and Hutter, ICLR 2019). */
export const l2: Action = {
  id: 'l2',
  about: 'Pulls weights towards zero in proportion to their size (decoupled weight decay), the usual regularizer.',
  step: 3,
  propose(plan) {
    const { regularization } = plan;
    return [0.4, 0.1, 1.5]
      .filter((strength) => strength !== regularization.l2.strength)
      .map((strength) => ({
        change: `l2 ${strength}`,
        plan: { ...plan, regularization: { ...regularization, l2: { ...regularization.l2, strength } } },
      }));
  },
};
