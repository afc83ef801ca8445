// Learning rate, epochs, batch size.

import type { Plan } from '../../../src/plan/plan.ts';
import { type Fault, symptoms, withPlan } from './fault.ts';

const withRate = (plan: Plan, factor: number): Plan => ({
  ...plan,
  optimizer: { ...plan.optimizer, learningRate: plan.optimizer.learningRate * factor },
});

const rateUp: Fault = {
  id: 'rate-up',
  about: 'learning rate too high',
  strengths: { 'x 10': 10, 'x 100': 100, 'x 1,000': 1000 },
  accepted: ['learning-rate-high', 'diverged', 'stalled'],
  follows: [
    ...symptoms,
    'oscillating',
    'dead-units',
    'saturated-units',
    'exploding-gradients',
    'vanishing-gradients',
    'over-regularized',
  ],
  harm: 'test',
  fits: () => true,
  apply: (one, factor) => withPlan(one, (plan) => withRate(plan, factor)),
};

const rateDown: Fault = {
  id: 'rate-down',
  about: 'learning rate too low',
  strengths: { '/ 10': 0.1, '/ 100': 0.01, '/ 1,000': 0.001 },
  accepted: ['learning-rate-low', 'stalled'],
  follows: symptoms,
  harm: 'test',
  fits: () => true,
  apply: (one, factor) => withPlan(one, (plan) => withRate(plan, factor)),
};

const withTraining = (plan: Plan, change: Partial<Plan['training']>): Plan => ({
  ...plan,
  training: { ...plan.training, ...change },
});

const epochs: Fault = {
  id: 'few-epochs',
  about: 'the training ends after one or two epochs',
  strengths: { '1': 1, '2': 2 },
  accepted: ['still-falling', 'stopped-early'],
  follows: [...symptoms, 'learning-rate-low', 'stalled'],
  harm: 'test',
  fits: () => true,
  apply: (one, count) => withPlan(one, (plan) => withTraining(plan, { epochs: count })),
};

const wholeBatch: Fault = {
  id: 'batch-whole-set',
  about: 'one step an epoch: the batch is the training set',
  strengths: { all: 1 },
  accepted: ['learning-rate-low', 'still-falling', 'stalled', 'oscillating'],
  follows: symptoms,
  harm: 'test',
  fits: () => true,
  apply: (one) => withPlan(one, (plan) => withTraining(plan, { batchSize: one.train.rows })),
};

const singleRows: Fault = {
  id: 'batch-1',
  about: 'a step for each row, at a rate for batches',
  strengths: { '1': 1 },
  accepted: ['oscillating', 'learning-rate-high', 'diverged', 'stalled'],
  follows: [...symptoms, 'dead-units', 'exploding-gradients', 'over-regularized', 'vanishing-gradients'],
  harm: 'test',
  // Sets on which it takes seconds.
  fits: ({ set }) => set === 'vehicle' || set === 'concrete',
  apply: (one) => withPlan(one, (plan) => withTraining(plan, { batchSize: 1 })),
};

/** Faults of the hyperparameters. */
export const hyperparameterFaults: readonly Fault[] = [rateUp, rateDown, epochs, wholeBatch, singleRows];
