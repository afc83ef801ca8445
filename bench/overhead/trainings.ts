// Whole trainings with the usual evaluations: what is trained, on how much.

import type { Dataset } from '../../src/data/dataset.ts';
import { defaultImagePlan, defaultPlan } from '../../src/plan/defaults.ts';
import type { MlpPlan, Plan } from '../../src/plan/plan.ts';
import { randomData } from '../memory/random-data.ts';
import { batchSize, learningRate, readDims, rows } from '../step/setting.ts';

/** The convolutional network: that of the default plan for grey images of 28 x 28. */
export const cnn = 'cnn 28x28';

const facts = { task: 'classification', minimizesError: true, seed: 0 } as const;

/** A plan and random rows. */
export interface Training {
  readonly plan: Plan;
  readonly data: Dataset;
}

/** Weights from which on a training has 16 epochs in place of 64: it takes seconds even so. */
const large = 500_000;

/**
 * The training of a network: epochs of 80 steps of 128 rows or of 10 steps of 64 images, each with its evaluation, 64 or
 * (large networks and images) 16 of them.
 */
export function trainingOf(network: string): Training {
  const optimizer = { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  if (network === cnn) {
    const plan = defaultImagePlan({ ...facts, image: { channels: 1, height: 28, width: 28 } });
    const training = { ...plan.training, batchSize: 64, epochs: 16 };
    return { plan: { ...plan, optimizer, training }, data: randomData(640, [1, 28, 28]) };
  }
  const { input, hidden, output } = readDims(network);
  const plan = defaultPlan(facts);
  const dense: MlpPlan = { ...plan.network, hidden, activation: 'relu', initializer: 'he-normal', inputScale: false };
  const widths = [input, ...hidden, output];
  const weights = widths.slice(1).reduce((sum, width, i) => sum + width * (widths[i] as number), 0);
  const training = { ...plan.training, batchSize, epochs: weights > large ? 16 : 64 };
  return { plan: { ...plan, network: dense, optimizer, training }, data: randomData(rows, [input]) };
}
