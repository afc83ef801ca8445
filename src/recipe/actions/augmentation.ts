import type { Action } from '../action.ts';

/** Gaussian noise on the continuous inputs of training batches (Bishop, Neural Computation 1995). */
export const augmentation: Action = {
  id: 'augmentation',
  about: 'Changes training rows a little at random, for tables by noise on the continuous columns.',
  step: 3,
  propose(plan) {
    const { regularization } = plan;
    return [0.05, 0.2]
      .filter((noise) => noise !== regularization.augmentation.noise)
      .map((noise) => ({
        change: `noise ${noise}`,
        plan: { ...plan, regularization: { ...regularization, augmentation: { noise } } },
      }));
  },
};
