// Data: inputs with noise, in another unit, without content, or with the answer in them.

import type { Random } from '../../../src/base/random.ts';
import type { BenchCase } from '../case.ts';
import { type Cell, mapColumn, momentsOf, numericColumns, type Sheet } from '../sheet.ts';
import { type Fault, isTable, symptoms, withPlan } from './fault.ts';

/** Some columns of a sheet changed. */
function mapColumns(sheet: Sheet, names: readonly string[], change: (cell: Cell, name: string) => Cell): Sheet {
  return names.reduce(
    (all, name) => mapColumn(all, name, (cell) => (cell === null ? null : change(cell, name))),
    sheet,
  );
}

/** All rows of a case changed alike, those of the test too: it is what the columns are. */
function everywhere(one: BenchCase, change: (sheet: Sheet) => Sheet): BenchCase {
  return { ...one, train: change(one.train), dev: change(one.dev), test: change(one.test) };
}

/** Numeric columns reach the network as they are in the file. */
const unscaled = (one: BenchCase): BenchCase =>
  withPlan(one, (plan) => ({
    ...plan,
    preprocessing: { ...plan.preprocessing, center: 'none', scale: 'none', clip: 'none' },
  }));

const broken = [
  ...symptoms,
  'diverged',
  'stalled',
  'bad-initialization',
  'exploding-gradients',
  'saturated-units',
  'dead-units',
  'learning-rate-high',
  'oscillating',
] as const;

const noisy: Fault = {
  id: 'inputs-noisy',
  about: 'noise on all numeric columns of the training and dev rows, in standard deviations',
  strengths: { '0.5 sd': 0.5, '1 sd': 1, '3 sd': 3 },
  // A harder task than the optimal error was meant for: what says that inputs do not tell the target is right.
  accepted: [
    'high-bias',
    'high-variance',
    'indistinguishable-classes',
    'data-mismatch',
    'unscaled-input',
    'label-noise',
  ],
  follows: symptoms,
  harm: 'test',
  fits: isTable,
  apply(one, deviations, random) {
    const names = numericColumns(one.train, one.target);
    const sizes = new Map(names.map((name) => [name, momentsOf(one.train.columns[name] ?? []).deviation * deviations]));
    const change = (sheet: Sheet): Sheet =>
      mapColumns(sheet, names, (cell, name) => Number(cell) + random.normal() * (sizes.get(name) ?? 0));
    return { ...one, train: change(one.train), dev: change(one.dev) };
  },
};

const hundredfold: Fault = {
  id: 'inputs-x100',
  about: 'all numeric columns x 100, and not scaled',
  strengths: { 'x 100': 100 },
  accepted: ['unscaled-input'],
  follows: broken,
  harm: 'test',
  fits: isTable,
  apply(one, factor) {
    const names = numericColumns(one.train, one.target);
    return unscaled(everywhere(one, (sheet) => mapColumns(sheet, names, (cell) => Number(cell) * factor)));
  },
};

const hundredfoldScaled: Fault = {
  ...hundredfold,
  id: 'inputs-x100-scaled',
  about: 'all numeric columns x 100, scaled by the plan',
  apply(one, factor) {
    const names = numericColumns(one.train, one.target);
    return everywhere(one, (sheet) => mapColumns(sheet, names, (cell) => Number(cell) * factor));
  },
};

const oneLarge: Fault = {
  id: 'column-x10000',
  about: 'one column x 10,000, the others standardized, and nothing scaled by the plan',
  strengths: { 'x 10,000': 10_000 },
  accepted: ['unscaled-input'],
  follows: broken,
  harm: 'test',
  fits: isTable,
  apply(one, factor, random) {
    const names = numericColumns(one.train, one.target);
    const moments = new Map(names.map((name) => [name, momentsOf(one.train.columns[name] ?? [])]));
    const large = names[random.below(names.length)];
    return unscaled(
      everywhere(one, (sheet) =>
        mapColumns(sheet, names, (cell, name) => {
          const { mean, deviation } = moments.get(name) ?? { mean: 0, deviation: 1 };
          const scaled = (Number(cell) - mean) / (deviation || 1);
          return name === large ? scaled * factor : scaled;
        }),
      ),
    );
  },
};

/** Columns in a random order. */
const shuffled = (names: readonly string[], random: Random): readonly string[] =>
  [...random.permutation(names.length)].map((i) => names[i] ?? '');

const constant: Fault = {
  id: 'columns-constant',
  about: 'a share of the numeric columns holds one number in all rows',
  strengths: { '30 %': 0.3, '60 %': 0.6, '90 %': 0.9 },
  accepted: ['constant-columns'],
  follows: symptoms,
  harm: 'test',
  fits: isTable,
  apply(one, share, random) {
    const names = shuffled(numericColumns(one.train, one.target), random);
    const chosen = names.slice(0, Math.round(names.length * share));
    return everywhere(one, (sheet) =>
      chosen.reduce((all, name) => mapColumn(all, name, () => one.train.columns[name]?.[0] ?? 0), sheet),
    );
  },
};

/** A number for each label: a class' place in an order that says nothing, or the label itself. */
function numberOf(one: BenchCase, random: Random): (label: Cell) => number {
  if (one.task === 'regression') return (label) => Number(label) * -3 + 17;
  const classes = shuffled([...new Set(one.train.columns[one.target]?.map(String))].sort(), random);
  return (label) => classes.indexOf(String(label)) * 10;
}

const leaking: Fault = {
  id: 'target-in-disguise',
  about: 'a column that is the target in other numbers, with some noise; it says nothing about new rows',
  strengths: { exact: 0, 'noise 0.1 sd': 0.1, 'noise 0.3 sd': 0.3 },
  accepted: ['leakage'],
  follows: ['cannot-tell', 'fit', 'still-falling'],
  harm: 'claim',
  fits: isTable,
  apply(one, noise, random) {
    const toNumber = numberOf(one, random);
    const { deviation } = momentsOf((one.train.columns[one.target] ?? []).map(toNumber));
    const value = (label: Cell): number => toNumber(label) + random.normal() * noise * deviation;
    const add = (sheet: Sheet, labels: readonly Cell[]): Sheet => ({
      ...sheet,
      columns: { ...sheet.columns, reference: labels.map(value) },
    });
    const known = (sheet: Sheet): Sheet => add(sheet, sheet.columns[one.target] ?? []);
    // Where the target is not known yet, the column holds that of somebody else.
    const labels = one.test.columns[one.target] ?? [];
    const others = [...random.permutation(labels.length)].map((row) => labels[row] ?? null);
    return { ...one, train: known(one.train), dev: known(one.dev), test: add(one.test, others) };
  },
};

/** Faults of the columns. */
export const inputFaults: readonly Fault[] = [noisy, hundredfold, hundredfoldScaled, oneLarge, constant, leaking];
