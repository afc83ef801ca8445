import { isLinear } from '../../plan/defaults.ts';
import type { Action } from '../action.ts';

/** Dropout (Srivastava et al., JMLR 2014). */
export const dropout: Action = {
  id: 'dropout',
  about: 'Switches off a random share of the units in every training step, so that none can rely on single others.',
  step: 3,
  propose(plan) {
    const { regularization } = plan;
    if (isLinear(plan.network)) return [];
    return [0.15, 0.3, 0.5]
      .filter((rate) => rate !== regularization.dropout.rate)
      .map((rate) => ({
        change: `dropout ${rate}`,
        plan: { ...plan, regularization: { ...regularization, dropout: { ...regularization.dropout, rate } } },
      }));
  },
};
