// Small trainings that together use what plans can ask of an engine: each rule, penalty, normalization, kind of input.

import { createRandom } from '../../base/random.ts';
import type { Dataset } from '../../data/dataset.ts';
import { defaultImagePlan, defaultPlan } from '../../plan/defaults.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import { shapeImages, shapeNames } from './shapes.ts';

/** A plan with the rows that it is trained and judged on. */
export interface TrainingSample {
  readonly plan: Plan;
  readonly train: Dataset;
  readonly dev: Dataset;
}

/** Rows of numbers and codes whose target depends on all of them. */
function tableRows(task: Task, rows: number, seed: number): Dataset {
  const random = createRandom(`rows ${seed}`);
  const [width, cardinalities] = [5, [3, 7]];
  const numeric = Float32Array.from({ length: rows * width }, () => random.normal());
  const categories = Int32Array.from({ length: rows * 2 }, (_, i) => random.below(cardinalities[i % 2] as number));
  const signal = Float32Array.from({ length: rows }, (_, row) => {
    const x = numeric.subarray(row * width, (row + 1) * width);
    const bend = Math.sin(2 * (x[0] as number)) + (x[1] as number) - 0.5 * (x[2] as number) * (x[3] as number);
    return bend + 0.4 * ((categories[2 * row] as number) - 1) + 0.1 * random.normal();
  });
  const columns = { rows, width, numeric, cardinalities, categories, images: null };
  const common = { ...columns, continuous: [true, true, true, true, false] };
  if (task === 'regression') {
    const target = signal.map((x) => 10 + 3 * x);
    return { ...common, task, target, classes: null, targetMean: 10, targetDeviation: 4 };
  }
  const target = Int32Array.from(signal, (x) => (x < -0.5 ? 0 : x < 0.5 ? 1 : 2));
  return { ...common, task, target, classes: ['low', 'middle', 'high'], targetMean: 0, targetDeviation: 1 };
}

/** Images of shapes. */
function imageRows(rows: number, seed: number): Dataset {
  const { images, codes } = shapeImages(rows, 12, seed);
  const columns = { width: 0, numeric: new Float32Array(0), cardinalities: [], categories: new Int32Array(0) };
  const index = Uint32Array.from({ length: rows }, (_, row) => row);
  return {
    ...{ task: 'classification', rows, ...columns, continuous: [] },
    images: { ...images, center: [60], factor: [1 / 60], index },
    ...{ target: codes, classes: shapeNames, targetMean: 0, targetDeviation: 1 },
  };
}

type Changes = Partial<Pick<Plan, 'loss' | 'optimizer' | 'schedule'>> & {
  readonly network?: Partial<Plan['network']>;
  readonly regularization?: Partial<Plan['regularization']>;
  readonly training?: Partial<Plan['training']>;
};

/** A plan of 4 epochs in batches of 16, changed in some fields. */
function changed(plan: Plan, { network, regularization, training, ...whole }: Changes): Plan {
  return {
    ...plan,
    ...whole,
    // Safe: the samples change fields of the network's own kind.
    network: { ...plan.network, ...network } as Plan['network'],
    regularization: { ...plan.regularization, ...regularization },
    training: { ...plan.training, batchSize: 16, epochs: 4, ...training },
  };
}

function onTable(task: Task, changes: Changes): TrainingSample {
  const plan = defaultPlan({ task, minimizesError: true, seed: 3 });
  const network = { hidden: [24, 16], numericEmbedding: { kind: 'none' }, categoryEmbedding: 3, ...changes.network };
  return {
    plan: changed(plan, { ...changes, network: network as Partial<Plan['network']> }),
    train: tableRows(task, 120, 1),
    dev: tableRows(task, 40, 2),
  };
}

function onImages(changes: Changes): TrainingSample {
  const image = { channels: 1, height: 12, width: 12 };
  const plan = defaultImagePlan({ task: 'classification', minimizesError: false, seed: 4, image });
  return { plan: changed(plan, changes), train: imageRows(64, 1), dev: imageRows(32, 2) };
}

const penalties = {
  l1: { strength: 0.05, fade: 'constant' },
  l2: { strength: 0.1, fade: 'flat-cosine' },
  dropout: { rate: 0.2, fade: 'constant' },
} as const;

/** The samples by name. */
export const trainingSamples: Readonly<Record<string, () => TrainingSample>> = {
  'classes with plain SGD': () =>
    onTable('classification', { optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0, nesterov: false } }),
  'a number with AdamW, bins, members, L1, L2 and dropout': () =>
    onTable('regression', {
      network: {
        numericEmbedding: { kind: 'piecewise-linear', bins: 6, width: 3 },
        members: { count: 3, sharing: 'rank-one' },
      },
      regularization: penalties,
      training: { averaging: 0.9, clipNorm: 1 },
    }),
  'classes with Nesterov momentum, batch normalization and a large layer': () =>
    onTable('classification', {
      network: { hidden: [96, 96], normalization: 'batch', activation: 'gelu', residual: true },
      optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
      regularization: { l1: { strength: 0.02, fade: 'constant' } },
      training: { clipNorm: 0.5 },
    }),
  'images with plain convolutions and max pooling': () =>
    onImages({
      network: { stages: [[6], [8]], stem: 1, block: 'plain', normalization: 'batch', hidden: [] },
      optimizer: { kind: 'adam', learningRate: 5e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    }),
  'images with separable convolutions, squeeze and excitation': () =>
    onImages({ network: { stages: [[6], [8]], stem: 1, block: 'separable', squeezeExcitation: true, hidden: [] } }),
};
