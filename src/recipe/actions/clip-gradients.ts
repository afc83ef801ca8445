import type { Action } from '../action.ts';

/** Scales gradients down to a global norm (Pascanu et al., ICML 2013). */
export const clipGradients: Action = {
  id: 'clip-gradients',
  about: 'Scales gradients down to a largest norm, so that one bad batch does not throw the weights away.',
  step: 1,
  propose(plan) {
    if (plan.training.clipNorm !== null) return [];
    return [{ change: 'gradients clipped to norm 1', plan: { ...plan, training: { ...plan.training, clipNorm: 1 } } }];
  },
};
