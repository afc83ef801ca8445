// Writes records/training/*.json: what fettle left behind when it trained small networks, healthy ones and one for each way of
// breaking a training, on examples/data. Each file is one record with the learning-rate test of its plan and the reference on
// its rows; of the facts about the data only the target's are kept. Run with Node 24: node test/golden/make-training-faults.ts

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRandom, type Random } from '../../src/base/random.ts';
import { dataFacts } from '../../src/checkup/data-facts.ts';
import { testLearningRates } from '../../src/checkup/probes/learning-rate-test.ts';
import { prepareRows, type ProbeRows } from '../../src/checkup/probes/probe-rows.ts';
import { trainReference } from '../../src/checkup/probes/reference.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { inferRoles } from '../../src/data/roles.ts';
import { holdOut, splitInput } from '../../src/data/splits.ts';
import { readTable } from '../../src/data/table.node.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { defaultPlan } from '../../src/plan/defaults.ts';
import type { MlpPlan, Plan, Task } from '../../src/plan/plan.ts';
import type { Reference } from '../../src/record/probes.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { train } from '../../src/training/train.ts';
import type { TrainedWeights } from '../../src/training/train-options.ts';
import { createTrainer } from '../../src/training/trainer.ts';

type SetName = 'digits' | 'concrete';

/** What differs from the healthy plan of a set. */
interface Changes {
  readonly network?: Partial<MlpPlan>;
  readonly optimizer?: Plan['optimizer'];
  readonly schedule?: Plan['schedule'];
  readonly regularization?: Partial<Plan['regularization']>;
  readonly training?: Partial<Plan['training']>;
  /** First values of weights or biases of some layers. */
  readonly start?: {
    readonly of: 'weight' | 'bias';
    readonly layers: 'all' | 'hidden' | 'output';
    value(random: Random, old: number): number;
  };
  /** Classes are trained as numbers. */
  readonly task?: Task;
}

const runtime = createOnnxRuntime({ threads: 1 });
const sgd = (learningRate: number, momentum = 0.9) =>
  ({ kind: 'sgd', learningRate, momentum, nesterov: false }) as const;
const adamw = (learningRate: number) =>
  ({ kind: 'adamw', learningRate, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 }) as const;
const relu = { activation: 'relu', initializer: 'he-normal' } as const;
const tanh = { activation: 'tanh', initializer: 'glorot-normal' } as const;
const constant = { kind: 'constant' } as const;
const layers = (count: number, width: number): number[] => Array.from({ length: count }, () => width);
const kept = 'constant' as const;

/** The records: a set and what differs from its healthy plan. */
const records: Readonly<Record<string, readonly [SetName, Changes]>> = {
  'digits-healthy': ['digits', {}],
  'digits-momentum': ['digits', { network: relu, optimizer: sgd(0.02), schedule: constant }],
  'digits-regularized': [
    'digits',
    { regularization: { dropout: { rate: 0.2, fade: kept }, l2: { strength: 0.1, fade: kept } } },
  ],
  'digits-patient': [
    'digits',
    { schedule: constant, regularization: { earlyStopping: { patience: 12 } }, training: { epochs: 60 } },
  ],
  'concrete-healthy': ['concrete', {}],
  'concrete-tanh': ['concrete', { network: tanh }],
  'digits-zero-output': ['digits', { start: { of: 'weight', layers: 'output', value: () => 0 } }],
  'digits-zeros': ['digits', { network: { initializer: 'zeros' } }],
  'digits-constant': ['digits', { network: { initializer: 'constant' } }],
  'concrete-plain-normal': ['concrete', { network: { ...relu, initializer: 'plain-normal' } }],
  'digits-tiny-weights': [
    'digits',
    { network: relu, start: { of: 'weight', layers: 'all', value: (random) => 1e-6 * random.normal() } },
  ],
  'digits-rate-high': ['digits', { optimizer: adamw(2) }],
  'digits-rate-low': ['digits', { optimizer: adamw(2e-6) }],
  'digits-clipped': ['digits', { network: relu, optimizer: sgd(0.02), training: { clipNorm: 1e-6 } }],
  'digits-l1': ['digits', { regularization: { l1: { strength: 3, fade: kept } } }],
  'concrete-l2': ['concrete', { regularization: { l2: { strength: 100, fade: kept } } }],
  'digits-dropout': ['digits', { regularization: { dropout: { rate: 0.95, fade: kept } } }],
  'digits-deep-sigmoid': [
    'digits',
    { network: { activation: 'sigmoid', initializer: 'glorot-normal', hidden: layers(8, 24) } },
  ],
  'digits-deep-tanh': [
    'digits',
    {
      network: { activation: 'tanh', initializer: 'glorot-normal', hidden: layers(8, 24) },
      start: { of: 'weight', layers: 'hidden', value: (_, old) => 20 * old },
    },
  ],
  'digits-dead': ['digits', { network: relu, start: { of: 'bias', layers: 'hidden', value: () => -20 } }],
  'concrete-saturated': ['concrete', { network: { ...tanh, initializer: 'plain-normal', hidden: [64, 64] } }],
  'concrete-single-rows': ['concrete', { training: { batchSize: 1, epochs: 3 } }],
  'concrete-impatient': [
    'concrete',
    { schedule: constant, regularization: { earlyStopping: { patience: 1 } }, training: { epochs: 60 } },
  ],
  'digits-one-epoch': ['digits', { training: { epochs: 1 } }],
  'digits-as-number': ['digits', { task: 'regression' }],
};

function planOf(
  set: SetName,
  { network, task = set === 'digits' ? 'classification' : 'regression', ...changes }: Changes,
): Plan {
  const base = defaultPlan({ task, minimizesError: true, seed: 3 });
  return {
    ...base,
    loss: task === 'classification' ? { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' } : base.loss,
    network: { ...base.network, hidden: [32, 32], numericEmbedding: { kind: 'none' }, inputScale: false, ...network },
    optimizer: changes.optimizer ?? adamw(5e-3),
    schedule: changes.schedule ?? base.schedule,
    regularization: { ...base.regularization, ...changes.regularization },
    training: { ...base.training, batchSize: 64, epochs: set === 'digits' ? 24 : 150, ...changes.training },
  };
}

async function startOf(plan: Plan, data: Dataset, change: NonNullable<Changes['start']>): Promise<TrainedWeights> {
  const trainer = await createTrainer(runtime, plan, data);
  const parameters = Float32Array.from(trainer.evaluated);
  for (const { spec, slot } of trainer.layout.parameters) {
    const layer = spec.layer === 'output' ? 'output' : 'hidden';
    if (spec.role !== change.of || (change.layers !== 'all' && change.layers !== layer)) continue;
    const random = createRandom(plan.seed).fork(spec.name);
    for (let i = slot.offset; i < slot.offset + slot.length; i++) {
      parameters[i] = change.value(random, parameters[i] ?? 0);
    }
  }
  await trainer.release();
  return { parameters, buffers: {} };
}

async function rowsOf(set: SetName, task: Task | undefined): Promise<ProbeRows> {
  const table = await readTable(new URL(`../../examples/data/${set}/train.csv`, import.meta.url).pathname);
  const roles = inferRoles(table, task === undefined ? {} : { task });
  const { train: trainRows, test } = holdOut(splitInput(table, roles), { dev: 0, test: 0.3, seed: 1 });
  const metric = roles.task === 'classification' ? 'error' : 'rmse';
  return { table, roles, trainRows, dev: { table, rows: test }, metric, runtime };
}

const references = new Map<string, Reference | null>();

async function referenceOf(key: string, rows: ProbeRows): Promise<Reference | null> {
  const known = references.get(key);
  if (known !== undefined) return known;
  const reference = await trainReference({ ...rows, seconds: null, seed: 3 });
  references.set(key, reference);
  return reference;
}

async function recordOf(set: SetName, changes: Changes): Promise<RunRecord> {
  const rows = await rowsOf(set, changes.task);
  const plan = planOf(set, changes);
  const data = prepareRows(rows, plan);
  const start = changes.start === undefined ? null : await startOf(plan, data.train, changes.start);
  const { record } = await train({ ...data, plan, metric: rows.metric, runtime, start, evaluations: 8 });
  const learningRate = await testLearningRates({ plan, train: data.train, runtime, seconds: null, start });
  const reference = await referenceOf(`${set} ${changes.task}`, rows);
  const { dev, ...others } = rows;
  const facts = dataFacts({ ...others, held: dev, preprocessing: plan.preprocessing, seed: plan.seed });
  const nothing = { input: null, duplicates: null, neighbours: null, labelNoise: null, shift: null };
  return {
    ...record,
    data: { ...facts, ...nothing },
    probes: { learningRate, reference, dataSizes: null },
  };
}

/** Four digits are more than a rule looks at; times would differ from run to run. */
const short = (key: string, value: unknown): unknown => {
  if (key === 'seconds') return 0;
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
};

const out = new URL('records/training/', import.meta.url);
mkdirSync(out, { recursive: true });
for (const [name, [set, changes]] of Object.entries(records)) {
  writeFileSync(new URL(`${name}.json`, out), `${JSON.stringify(await recordOf(set, changes), short)}\n`);
}
