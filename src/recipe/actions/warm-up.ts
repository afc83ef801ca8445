import type { Action } from '../action.ts';

/** Raises the learning rate slowly at the start (Goyal et al., 2017). */
export const warmUp: Action = {
  id: 'warm-up',
  about: 'Raises the learning rate from zero over the first tenth of the run, so that large first steps do no harm.',
  step: 1,
  propose(plan) {
    if (plan.schedule.kind === 'cosine' && plan.schedule.warmUp > 0) return [];
    return [{ change: 'cosine schedule with warm-up', plan: { ...plan, schedule: { kind: 'cosine', warmUp: 0.1 } } }];
  },
};
