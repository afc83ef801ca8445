// In: the task and what is minimized. Out: the plan to start from, before anything is measured.
// Preprocessing, schedule and optimizer follow RealMLP (Holzmueller et al., NeurIPS 2024, table A.1).

import type { Plan, Task } from './plan.ts';

/** What the default plan depends on. */
export interface PlanFacts {
  readonly task: Task;
  /** Whether the share of wrong predictions is minimized: label smoothing helps there and harms probabilities. */
  readonly minimizesError: boolean;
  readonly seed: number;
}

/** The plan to start from: a network of middling size without any regularization but reverting to the best epoch. */
export function defaultPlan({ task, minimizesError, seed }: PlanFacts): Plan {
  return {
    version: 1,
    preprocessing: {
      center: 'median',
      scale: 'interquartile-range',
      clip: 'smooth',
      oneHotLevels: 8,
      standardizeTarget: true,
    },
    network: {
      kind: 'mlp',
      hidden: [256, 256, 256],
      activation: 'selu',
      normalization: 'none',
      residual: false,
      inputScale: true,
      // The largest single lever where the target is a number; for classes it helps some tables and harms others.
      numericEmbedding: task === 'regression' ? { kind: 'piecewise-linear', bins: 48, width: 8 } : { kind: 'none' },
      categoryEmbedding: 8,
      members: { count: 1, sharing: 'none' },
      initializer: 'lecun-normal',
    },
    loss:
      task === 'classification'
        ? { kind: 'cross-entropy', labelSmoothing: minimizesError ? 0.1 : 0, classWeights: 'none' }
        : { kind: 'mse' },
    optimizer: { kind: 'adamw', learningRate: 2e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
    schedule: { kind: 'coslog4' },
    regularization: {
      l2: { strength: 0, fade: 'flat-cosine' },
      l1: { strength: 0, fade: 'flat-cosine' },
      dropout: { rate: 0, fade: 'flat-cosine' },
      augmentation: { noise: 0 },
      earlyStopping: { patience: null },
    },
    training: { batchSize: 256, epochs: 256, averaging: 0, clipNorm: null },
    seed,
  };
}

/** A single layer bears, and on small tables needs, a rate this many times higher: measured on four tables. */
const linearRateFactor = 25;

function withRate(plan: Plan, factor: number): Plan['optimizer'] {
  return { ...plan.optimizer, learningRate: Number((plan.optimizer.learningRate * factor).toPrecision(6)) };
}

/** The plan with the network without hidden layers, at its own learning rate: rung 0 of the ladder. */
export function linearPlan(plan: Plan): Plan {
  const { network } = plan;
  return {
    ...plan,
    optimizer: network.hidden.length === 0 ? plan.optimizer : withRate(plan, linearRateFactor),
    network: {
      ...network,
      hidden: [],
      normalization: 'none',
      residual: false,
      inputScale: false,
      numericEmbedding: { kind: 'none' },
      members: { count: 1, sharing: 'none' },
    },
  };
}

/** The plan with other hidden layers; from rung 0 upwards the learning rate comes down to that of deep networks. */
export function withHidden(plan: Plan, hidden: readonly number[]): Plan {
  if (hidden.length === 0) return linearPlan(plan);
  const first = plan.network.hidden.length === 0;
  return {
    ...plan,
    optimizer: first ? withRate(plan, 1 / linearRateFactor) : plan.optimizer,
    network: { ...plan.network, hidden, inputScale: first ? true : plan.network.inputScale },
  };
}
