import type { Action } from '../action.ts';

/** Ends a run that does not get better; the weights revert to the best epoch with or without it. */
export const earlyStopping: Action = {
  id: 'early-stopping',
  about: 'Ends a run once the held-out error has not fallen for many epochs; weights revert to the best epoch anyway.',
  step: 3,
  propose(plan) {
    const { regularization, training } = plan;
    const patience = Math.ceil(training.epochs / 4);
    if (regularization.earlyStopping.patience !== null) return [];
    return [
      {
        change: `early stopping after ${patience} epochs without gain`,
        plan: { ...plan, regularization: { ...regularization, earlyStopping: { patience } } },
      },
    ];
  },
};
