// In: the task and what is minimized. Out: the plan to start from, before anything is measured.
// For tables preprocessing, schedule and optimizer follow RealMLP (Holzmueller et al., NeurIPS 2024, table A.1).

import type { AugmentationPlan, CnnPlan, MlpPlan, Plan, Task } from './plan.ts';

/** What the default plan depends on. */
export interface PlanFacts {
  readonly task: Task;
  /** Whether the share of wrong predictions is minimized: label smoothing helps there and harms probabilities. */
  readonly minimizesError: boolean;
  readonly seed: number;
}

/** A plan whose network is of one kind. */
export type PlanWith<N extends Plan['network']> = Omit<Plan, 'network'> & { readonly network: N };

/** No augmentation at all. */
export const noAugmentation: AugmentationPlan = {
  noise: 0,
  horizontalFlip: false,
  verticalFlip: false,
  shift: 0,
  rotation: 0,
  scale: 0,
  color: 0,
  cutout: 0,
  mixup: 0,
  cutmix: 0,
};

/** The plan to start from on a table: a network of middling size without any regularization but reverting to the best epoch. */
export function defaultPlan({ task, minimizesError, seed }: PlanFacts): PlanWith<MlpPlan> {
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
      augmentation: noAugmentation,
      earlyStopping: { patience: null },
    },
    training: { batchSize: 256, epochs: 256, averaging: 0, clipNorm: null },
    seed,
  };
}

/** What the default plan for images depends on. */
export interface ImagePlanFacts extends PlanFacts {
  readonly image: { readonly channels: number; readonly height: number; readonly width: number };
}

/** The side from which on the first convolution takes squares of 2 or 4 pixels, so that a stage costs what it does at 32. */
const stemSides = [
  [128, 4],
  [64, 2],
] as const;

/** Side of the squares of pixels that the first convolution takes. */
export function stemOf({ height, width }: ImagePlanFacts['image']): CnnPlan['stem'] {
  const side = Math.min(height, width);
  return stemSides.find(([least]) => side >= least)?.[1] ?? 1;
}

/** The plan to start from on images: a small plain convolutional network, both steps of normalization, no regularization. */
export function defaultImagePlan({ task, minimizesError, seed, image }: ImagePlanFacts): PlanWith<CnnPlan> {
  const table = defaultPlan({ task, minimizesError, seed });
  return {
    ...table,
    preprocessing: { ...table.preprocessing, center: 'mean', scale: 'standard-deviation', clip: 'none' },
    network: {
      kind: 'cnn',
      stages: [[32], [64], [128]],
      block: 'plain',
      kernel: 3,
      stem: stemOf(image),
      squeezeExcitation: false,
      hidden: [],
      activation: 'relu',
      normalization: 'batch',
      initializer: 'he-normal',
    },
    optimizer: { kind: 'adamw', learningRate: 0.03, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    schedule: { kind: 'one-cycle', warmUp: 0.2 },
    training: { batchSize: 64, epochs: 64, averaging: 0, clipNorm: null },
  };
}

/** A single layer bears, and on small tables needs, a rate this many times higher: measured on four tables. */
const linearRateFactor = 25;

/** One layer sees thousands of pixels at once, and bears less than a batch-normalized convolution: measured on two sets. */
const linearImageRateFactor = 0.05;

function withRate(plan: Plan, factor: number): Plan['optimizer'] {
  return { ...plan.optimizer, learningRate: Number((plan.optimizer.learningRate * factor).toPrecision(6)) };
}

/** The network without hidden layers. */
const linearNetwork: Omit<MlpPlan, 'activation' | 'initializer' | 'categoryEmbedding'> = {
  kind: 'mlp',
  hidden: [],
  normalization: 'none',
  residual: false,
  inputScale: false,
  numericEmbedding: { kind: 'none' },
  members: { count: 1, sharing: 'none' },
};

/** The plan with the network without hidden layers, at its own learning rate: rung 0 of the ladder. */
export function linearPlan(plan: Plan): PlanWith<MlpPlan> {
  const { network } = plan;
  if (network.kind === 'mlp') {
    const optimizer = network.hidden.length === 0 ? plan.optimizer : withRate(plan, linearRateFactor);
    return { ...plan, optimizer, network: { ...network, ...linearNetwork } };
  }
  const { activation, initializer } = network;
  return {
    ...plan,
    optimizer: withRate(plan, linearImageRateFactor),
    network: { ...linearNetwork, activation, initializer, categoryEmbedding: 8 },
  };
}

/** The plan with other hidden layers; from rung 0 upwards the learning rate comes down to that of deep networks. */
export function withHidden(plan: PlanWith<MlpPlan>, hidden: readonly number[]): PlanWith<MlpPlan> {
  if (hidden.length === 0) return linearPlan(plan);
  const first = plan.network.hidden.length === 0;
  return {
    ...plan,
    optimizer: first ? withRate(plan, 1 / linearRateFactor) : plan.optimizer,
    network: { ...plan.network, hidden, inputScale: first ? true : plan.network.inputScale },
  };
}

/** The plan with another convolutional network; from rung 0 upwards the learning rate goes up to that of such networks. */
export function withConvolutions(plan: Plan, network: CnnPlan): PlanWith<CnnPlan> {
  const optimizer = isLinear(plan.network) ? withRate(plan, 1 / linearImageRateFactor) : plan.optimizer;
  return { ...plan, optimizer, network };
}

/** Whether a network has no hidden layer of any kind. */
export function isLinear(network: Plan['network']): boolean {
  return network.kind === 'mlp' && network.hidden.length === 0;
}
