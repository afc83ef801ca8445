import type { Action } from '../action.ts';

/** Proximal L1: weights that do not earn their place become exactly zero, so the model needs less memory. */
export const l1: Action = {
  id: 'l1',
  about: 'Pulls weights towards zero by a constant, so that many become exactly zero and the model needs less memory.',
  step: 3,
  propose(plan) {
    const { regularization } = plan;
    return [0.02, 0.1]
      .filter((strength) => strength !== regularization.l1.strength)
      .map((strength) => ({
        change: `l1 ${strength}`,
        plan: { ...plan, regularization: { ...regularization, l1: { ...regularization.l1, strength } } },
      }));
  },
};
