// A fitted preprocessing and the metadata of a model for the tests of this room that need no engine.

import { fitPreprocessing } from '../../../src/data/preprocessing.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { tableFromColumns } from '../../../src/data/table.ts';
import { columnRanges, modelColumns } from '../../../src/model/columns.ts';
import { type ModelMetadata, planHash } from '../../../src/model/metadata.ts';
import { noAugmentation, type PlanWith } from '../../../src/plan/defaults.ts';
import type { MlpPlan } from '../../../src/plan/plan.ts';

/** Twelve rows. */
export const table = tableFromColumns({
  Age: [31, 25, null, 47, 52, 38, 29, 61, 44, 35, 50, 27],
  Open: [true, false, true, null, false, true, false, true, true, false, true, false],
  City: ['Bern', 'Oslo', 'Bern', 'Rome', 'Oslo', 'Bern', null, 'Rome', 'Bern', 'Oslo', 'Rome', 'Bern'],
  'Joined|at': Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2020, i, 3 + i, i))),
  Class: Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 'low' : 'high')),
});

/** Written out, so that these tests do not move with the default plan. */
export const plan: PlanWith<MlpPlan> = {
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
    hidden: [8],
    activation: 'selu',
    normalization: 'none',
    residual: false,
    inputScale: true,
    numericEmbedding: { kind: 'none' },
    categoryEmbedding: 4,
    members: { count: 1, sharing: 'none' },
    initializer: 'lecun-normal',
  },
  loss: { kind: 'cross-entropy', labelSmoothing: 0.1, classWeights: 'none' },
  optimizer: { kind: 'adamw', learningRate: 2e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
  schedule: { kind: 'coslog4' },
  regularization: {
    l2: { strength: 0, fade: 'constant' },
    l1: { strength: 0, fade: 'constant' },
    dropout: { rate: 0, fade: 'constant' },
    augmentation: noAugmentation,
    earlyStopping: { patience: null },
  },
  training: { batchSize: 64, epochs: 10, averaging: 0, clipNorm: null },
  seed: 0,
};

export const preprocessing = fitPreprocessing(
  plan.preprocessing,
  table,
  inferRoles(table, { target: 'Class' }),
  Uint32Array.from({ length: 12 }, (_, i) => i),
);

export const metadata: ModelMetadata = {
  versions: { fettle: '1.2.3', node: '24.0.0' },
  task: 'classification',
  target: 'Class',
  classes: ['high', 'low'],
  outputs: { probabilities: 'probabilities', label: 'label' },
  columns: modelColumns(preprocessing, columnRanges(preprocessing, table)),
  image: null,
  preprocessing,
  plan,
  planHash: planHash(plan),
  networks: 1,
  parameters: 234,
};
