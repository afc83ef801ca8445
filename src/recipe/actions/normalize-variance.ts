import type { Action } from '../action.ts';

/** Step two of input normalization. */
export const normalizeVariance: Action = {
  id: 'normalize-variance',
  about: 'Divides each input column by its standard deviation, step two of input normalization.',
  step: 4,
  propose(plan) {
    if (plan.preprocessing.scale !== 'none') return [];
    return [
      {
        change: 'divide by the standard deviation',
        plan: { ...plan, preprocessing: { ...plan.preprocessing, scale: 'standard-deviation' } },
      },
    ];
  },
};
