// What the optimal errors and tolerances in known.ts were taken from: the test error of the mean of strong networks that had
// most of the rows, and the gaps of the healthy plans; both on splits that the bench does not use.
// In: names of sets (default: all). Out: two tables.

import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import type { Score } from '../../src/record/record.ts';
import type { Predictions } from '../../src/training/score.ts';
import { readOptions } from '../lib/options.ts';
import { note, printTable } from '../lib/output.ts';
import { healthyCase } from './case.ts';
import { plansOf } from './plans.ts';
import { readSet, type SetName, setNames } from './sets.ts';
import { momentsOf, type Sheet } from './sheet.ts';
import { errorOf, termsOf, trainCase } from './train-case.ts';

const { options, positionals } = readOptions({ seeds: '10', networks: '4' });
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => 1000 + i);
const runtime = createOnnxRuntime({ threads: 1 });
const chosen = positionals.length > 0 ? (positionals as SetName[]) : setNames;

const sizeOf = (score: Score | null): number => score?.share ?? score?.value ?? Number.NaN;
const cell = (values: readonly number[]): string => {
  const { mean, deviation } = momentsOf(values);
  return `${mean.toFixed(3)} +- ${deviation.toFixed(3)}`;
};

function meanOf(all: readonly Predictions[]): Predictions {
  const [first] = all;
  if (first === undefined) throw new Error('No predictions.');
  const values = first.values.map((_, i) => all.reduce((sum, one) => sum + (one.values[i] ?? 0), 0) / all.length);
  return { ...first, values };
}

/** The test error of several networks of every plan but the smallest, trained on three quarters of the rows. */
async function strongError(set: SetName, sheet: Sheet, seed: number): Promise<number> {
  const plans = Object.keys(plansOf(set)).filter((name) => name !== 'small');
  const all: Predictions[] = [];
  for (const plan of plans) {
    const one = healthyCase(set, sheet, plan, { seed, shares: { dev: 0.1, test: 0.15 } });
    for (let i = 0; i < Math.ceil(Number(options.networks) / plans.length); i++) {
      const varied = { ...one, plan: { ...one.plan, seed: seed * 100 + i } };
      const { predictions, prepared } = await trainCase(runtime, varied);
      all.push(predictions);
      if (all.length < Number(options.networks)) continue;
      return errorOf(set, termsOf(one, prepared, meanOf(all)));
    }
  }
  throw new Error(`${set}: too few networks.`);
}

const strong: string[][] = [];
const gaps: string[][] = [];
for (const set of chosen) {
  const sheet = await readSet(set);
  const errors: number[] = [];
  for (const seed of seeds) errors.push(await strongError(set, sheet, seed));
  strong.push([set, cell(errors)]);
  for (const plan of Object.keys(plansOf(set))) {
    const rows: { train: number; gap: number; test: number }[] = [];
    for (const seed of seeds) {
      const one = healthyCase(set, sheet, plan, { seed });
      const { record, terms } = await trainCase(runtime, one);
      const trainError = sizeOf(record.train);
      rows.push({ train: trainError, gap: sizeOf(record.dev) - trainError, test: errorOf(set, terms) });
    }
    const column = (name: 'train' | 'gap' | 'test'): string => cell(rows.map((row) => row[name]));
    gaps.push([set, plan, column('train'), column('gap'), column('test')]);
  }
  note(`${set}: done`);
}
printTable(['set', 'strong'], strong);
console.log();
printTable(['set', 'plan', 'train', 'gap', 'test'], gaps);
