// The most memory that a training holds, in a fresh process, beside what is said before it starts.
// In: options. Out: a table, and results/memory-plans.json.

import { resolve } from 'node:path';
import { defaultImagePlan, defaultPlan } from '../../src/plan/defaults.ts';
import type { CnnPlan, MlpPlan, Plan } from '../../src/plan/plan.ts';
import { runScript } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { readOptions } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import type { Measured, MemoryCase } from './train-one.ts';

const facts = { task: 'classification', minimizesError: true, seed: 0 } as const;

function table(hidden: readonly number[], batchSize: number, network: Partial<MlpPlan> = {}): Plan {
  const plan = defaultPlan(facts);
  return {
    ...plan,
    network: { ...plan.network, hidden, ...network },
    training: { ...plan.training, batchSize, epochs: 2 },
  };
}

function images(shape: MemoryCase['shape'], batchSize: number, network: Partial<CnnPlan> = {}): Plan {
  const [channels, height = 1, width = 1] = shape;
  const plan = defaultImagePlan({ ...facts, image: { channels, height, width } });
  return { ...plan, network: { ...plan.network, ...network }, training: { ...plan.training, batchSize, epochs: 2 } };
}

/** Six blocks of two convolutions: about a million parameters. */
const residual: Partial<CnnPlan> = {
  block: 'residual',
  stages: [
    [32, 32],
    [64, 64],
    [128, 128],
  ],
};

const grey = [1, 28, 28] as const;
const small = [3, 32, 32] as const;
const large = [3, 64, 64] as const;

const cases: readonly MemoryCase[] = [
  { name: 'mlp 30-64-64', plan: table([64, 64], 64), rows: 2000, shape: [30] },
  { name: 'mlp 30-256-256-256', plan: table([256, 256, 256], 256), rows: 20_000, shape: [30] },
  { name: 'mlp 784-2048-2048', plan: table([2048, 2048], 256), rows: 20_000, shape: [784] },
  {
    name: 'mlp 30-256-256 x 32',
    plan: table([256, 256], 256, { members: { count: 32, sharing: 'none' } }),
    rows: 20_000,
    shape: [30],
  },
  { name: 'plain 1x28x28', plan: images(grey, 64), rows: 2000, shape: grey },
  { name: 'plain 3x32x32', plan: images(small, 64), rows: 2000, shape: small },
  { name: 'plain 3x32x32', plan: images(small, 256), rows: 2000, shape: small },
  { name: 'plain 3x64x64, stem 1', plan: images(large, 64, { stem: 1 }), rows: 1000, shape: large },
  { name: 'resnet 3x32x32', plan: images(small, 16, residual), rows: 600, shape: small },
  { name: 'resnet 3x32x32', plan: images(small, 64, residual), rows: 600, shape: small },
  { name: 'resnet 3x32x32', plan: images(small, 256, residual), rows: 600, shape: small },
  { name: 'resnet 3x64x64', plan: images(large, 64, residual), rows: 600, shape: large },
  { name: 'separable 3x32x32', plan: images(small, 64, { ...residual, block: 'separable' }), rows: 600, shape: small },
];

const { options } = readOptions({ only: '' });
const script = resolve(import.meta.dirname, 'train-one.ts');
const where = machine();
const lines = [];
for (const given of cases.filter(({ name }) => name.startsWith(options.only))) {
  note(`${given.name}, batch ${given.plan.training.batchSize}`);
  const { result } = await runScript<Measured>(script, [JSON.stringify(given)], null);
  const { estimate, peakMb, beforeMb } = result;
  const estimateMb = estimate.bytes / 2 ** 20;
  lines.push({
    name: given.name,
    batch: given.plan.training.batchSize,
    beforeMb,
    peakMb,
    estimateMb,
    parts: estimate.parts,
  });
}
printTable(
  ['network', 'batch', 'before, MB', 'peak, MB', 'estimate, MB', 'estimate / peak'],
  lines.map(({ name, batch, beforeMb, peakMb, estimateMb }) => [
    name,
    String(batch),
    ...[beforeMb, peakMb, estimateMb].map((mb) => mb.toFixed(0)),
    (estimateMb / peakMb).toFixed(2),
  ]),
);
writeResults('memory-plans', { machine: where, options, lines });
