// The network's size, depth, activation, and whether its output and loss fit the target.

import type { LossPlan } from '../../../src/plan/plan.ts';
import { mapColumn, pickRows, type Sheet } from '../sheet.ts';
import { type Fault, hasClasses, isTable, symptoms, withDense, withPlan } from './fault.ts';

const oneUnit: Fault = {
  id: 'one-hidden-unit',
  about: 'hidden layers of a unit or two',
  strengths: { '1': 1, '2': 2 },
  accepted: ['high-bias'],
  follows: [...symptoms, 'dead-units', 'stalled', 'over-regularized'],
  harm: 'test',
  fits: isTable,
  apply: (one, units) =>
    withDense(one, { hidden: one.plan.network.kind === 'mlp' ? one.plan.network.hidden.map(() => units) : [] }),
};

const linear: Fault = {
  id: 'linear-activation',
  about: 'no activation between the layers',
  strengths: { all: 1 },
  accepted: ['high-bias'],
  follows: [...symptoms, 'over-regularized'],
  harm: 'test',
  fits: isTable,
  apply: (one) => withDense(one, { activation: 'linear' }),
};

const deep: Fault = {
  id: 'deep-sigmoid',
  about: 'far too deep with sigmoid',
  strengths: { '6 layers': 6, '10 layers': 10, '16 layers': 16 },
  accepted: ['vanishing-gradients'],
  follows: [...symptoms, 'stalled', 'saturated-units', 'learning-rate-low', 'over-regularized', 'bad-initialization'],
  harm: 'test',
  fits: isTable,
  apply: (one, layers) =>
    withDense(one, {
      hidden: Array.from({ length: layers }, () => 64),
      activation: 'sigmoid',
      initializer: 'glorot-normal',
      normalization: 'none',
      residual: false,
    }),
};

const huge: Fault = {
  id: 'far-too-large',
  about: 'a network of a million weights on 200 rows, nothing held back',
  strengths: { '200 rows': 200, '100 rows': 100 },
  accepted: ['high-variance', 'more-data-helps'],
  follows: [...symptoms, 'class-imbalance'],
  harm: 'test',
  fits: isTable,
  apply(one, rows, random) {
    const chosen = [...random.permutation(one.train.rows)].slice(0, rows);
    const large = withDense({ ...one, train: pickRows(one.train, chosen) }, { hidden: [1024, 1024] });
    return withPlan(large, (plan) => ({
      ...plan,
      regularization: {
        ...plan.regularization,
        l2: { ...plan.regularization.l2, strength: 0 },
        dropout: { ...plan.regularization.dropout, rate: 0 },
        earlyStopping: { patience: null },
      },
    }));
  },
};

/** A class as the number of its place. */
const numbered: Fault = {
  id: 'classes-as-number',
  about: 'the number of the class is trained as a number, with the mean square error',
  strengths: { standardized: 1, 'as it is': 0 },
  accepted: ['output-and-loss', 'label-range', 'refused'],
  follows: [...symptoms, 'bad-initialization', 'stalled', 'class-imbalance', 'label-noise'],
  harm: 'test',
  fits: (one) => hasClasses(one) && isTable(one),
  apply(one, standardized) {
    const classes = [...new Set(one.train.columns[one.target]?.map(String))].sort();
    const number = (sheet: Sheet): Sheet => mapColumn(sheet, one.target, (label) => classes.indexOf(String(label)));
    const changed = { ...one, train: number(one.train), dev: number(one.dev), test: number(one.test) };
    return withPlan({ ...changed, task: 'regression' }, (plan) => ({
      ...plan,
      preprocessing: { ...plan.preprocessing, standardizeTarget: standardized === 1 },
      loss: { kind: 'mse' },
    }));
  },
};

const smoothing = { labelSmoothing: 0, classWeights: 'none' } as const;
const losses: readonly LossPlan[] = [
  { kind: 'mse' },
  { kind: 'binary-cross-entropy', ...smoothing },
  { kind: 'cross-entropy', ...smoothing },
];

const wrongLoss: Fault = {
  id: 'wrong-loss',
  about: 'a loss for another kind of target',
  strengths: { 'mean square on classes': 0, 'one sigmoid for many classes': 1, 'cross-entropy on a number': 2 },
  accepted: ['output-and-loss', 'refused'],
  follows: symptoms,
  harm: 'test',
  fits(one, which) {
    const classes = new Set(one.train.columns[one.target]).size;
    return which === 2 ? !hasClasses(one) : hasClasses(one) && (which === 0 || classes > 2);
  },
  apply: (one, which) => withPlan(one, (plan) => ({ ...plan, loss: losses[which] ?? plan.loss })),
};

/** Faults of the network. */
export const networkFaults: readonly Fault[] = [oneUnit, linear, deep, huge, numbered, wrongLoss];
