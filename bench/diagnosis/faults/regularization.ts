// Too much regularization, none on little data, no patience; and an optimizer that does not move.

import type { RegularizationPlan } from '../../../src/plan/plan.ts';
import type { BenchCase } from '../case.ts';
import { pickRows } from '../sheet.ts';
import { type Fault, symptoms, withPlan } from './fault.ts';

const withRegularization = (one: BenchCase, change: Partial<RegularizationPlan>): BenchCase =>
  withPlan(one, (plan) => ({ ...plan, regularization: { ...plan.regularization, ...change } }));

const held = [...symptoms, 'stalled', 'dead-units', 'vanishing-gradients', 'learning-rate-low'] as const;

const l2: Fault = {
  id: 'l2-strong',
  about: 'decoupled L2 far too strong',
  strengths: { '1': 1, '10': 10, '100': 100 },
  accepted: ['over-regularized'],
  follows: held,
  harm: 'test',
  fits: () => true,
  apply: (one, strength) => withRegularization(one, { l2: { strength, fade: 'constant' } }),
};

const l1: Fault = {
  id: 'l1-strong',
  about: 'proximal L1 far too strong',
  strengths: { '0.01': 0.01, '0.1': 0.1, '1': 1 },
  accepted: ['over-regularized'],
  follows: held,
  harm: 'test',
  fits: () => true,
  apply: (one, strength) => withRegularization(one, { l1: { strength, fade: 'constant' } }),
};

const dropout: Fault = {
  id: 'dropout-strong',
  about: 'nearly all units dropped',
  strengths: { '0.8': 0.8, '0.9': 0.9, '0.95': 0.95 },
  accepted: ['over-regularized'],
  follows: held,
  harm: 'test',
  fits: () => true,
  apply: (one, rate) => withRegularization(one, { dropout: { rate, fade: 'constant' } }),
};

const none: Fault = {
  id: 'regularization-removed',
  about: 'nothing held back on little data',
  strengths: { '150 rows': 150, '60 rows': 60 },
  accepted: ['high-variance', 'more-data-helps'],
  follows: [...symptoms, 'class-imbalance'],
  harm: 'test',
  fits: () => true,
  apply(one, rows, random) {
    const chosen = [...random.permutation(one.train.rows)].slice(0, rows);
    const { l2: l2Plan, dropout: dropoutPlan } = one.plan.regularization;
    return withRegularization(
      { ...one, train: pickRows(one.train, chosen) },
      {
        l2: { ...l2Plan, strength: 0 },
        dropout: { ...dropoutPlan, rate: 0 },
        earlyStopping: { patience: null },
      },
    );
  },
};

const impatient: Fault = {
  id: 'patience-1',
  about: 'the training ends at the first epoch that is no better',
  strengths: { '1': 1 },
  accepted: ['stopped-early'],
  follows: [...symptoms, 'stalled', 'learning-rate-low'],
  harm: 'test',
  fits: () => true,
  apply: (one) => withRegularization(one, { earlyStopping: { patience: 1 } }),
};

/** Faults of the regularization. */
export const regularizationFaults: readonly Fault[] = [l2, l1, dropout, none, impatient];
