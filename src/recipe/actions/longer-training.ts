import type { Action } from '../action.ts';

/** Trains longer against underfitting; the schedule stretches with the epochs. */
export const longerTraining: Action = {
  id: 'longer-training',
  about: 'Stretches the run and its schedule, so that the training error can fall further; the best epoch is kept.',
  step: 2,
  propose(plan) {
    const epochs = plan.training.epochs * 2;
    if (epochs > 4096) return [];
    return [
      {
        change: `${plan.training.epochs} -> ${epochs} epochs`,
        plan: { ...plan, training: { ...plan.training, epochs } },
      },
    ];
  },
};
