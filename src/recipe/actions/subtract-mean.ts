import type { Action } from '../action.ts';

/** Step one of input normalization. */
export const subtractMean: Action = {
  id: 'subtract-mean',
  about: 'Subtracts the mean of each input column, step one of input normalization, so that training takes less time.',
  step: 4,
  propose(plan) {
    if (plan.preprocessing.center !== 'none') return [];
    return [
      { change: 'subtract the mean', plan: { ...plan, preprocessing: { ...plan.preprocessing, center: 'mean' } } },
    ];
  },
};
