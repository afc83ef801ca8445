import type { Action } from '../action.ts';

/** The learning rate is a nuisance: it is set anew before anything else is judged. */
export const learningRate: Action = {
  id: 'learning-rate',
  about: 'Sets the learning rate anew, lower after a divergence, both ways otherwise.',
  step: 1,
  propose(plan) {
    const rate = plan.optimizer.learningRate;
    return [rate / 3, rate * 3, rate / 10].map((learningRate) => ({
      change: `learning rate ${rate} -> ${Number(learningRate.toPrecision(2))}`,
      plan: { ...plan, optimizer: { ...plan.optimizer, learningRate: Number(learningRate.toPrecision(2)) } },
    }));
  },
};
