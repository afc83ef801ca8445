// Data: labels that are wrong, missing or out of range.

import type { Random } from '../../../src/base/random.ts';
import type { BenchCase } from '../case.ts';
import { type Cell, joinRows, mapColumn, momentsOf, pickRows, type Sheet } from '../sheet.ts';
import { type Fault, hasClasses, symptoms, withPlan } from './fault.ts';

const classesOf = ({ train, target }: BenchCase): readonly string[] =>
  [...new Set(train.columns[target]?.map(String))].sort();

/** The user's rows, train and dev, changed alike: what is wrong with a file is wrong before it is split. */
function changeLabels(one: BenchCase, change: (label: Cell) => Cell): BenchCase {
  const changed = (sheet: Sheet): Sheet => mapColumn(sheet, one.target, change);
  return { ...one, train: changed(one.train), dev: changed(one.dev) };
}

/** Two different classes. */
function pairOf(one: BenchCase, random: Random): readonly [string, string] {
  const classes = classesOf(one);
  const [a = 0, b = 0] = random.permutation(classes.length);
  return [classes[a] ?? '', classes[b] ?? ''];
}

const relabelled: Fault = {
  id: 'relabelled',
  about: 'a share of the labels of one class changed to another class',
  strengths: { '5 %': 0.05, '10 %': 0.1, '20 %': 0.2, '40 %': 0.4, '70 %': 0.7, '100 %': 1 },
  accepted: ['label-noise', 'indistinguishable-classes'],
  follows: [...symptoms, 'class-imbalance'],
  harm: 'test',
  fits: hasClasses,
  apply(one, share, random) {
    const [from, to] = pairOf(one, random);
    return changeLabels(one, (label) => (label === from && random.uniform() < share ? to : label));
  },
};

const relabelledAtRandom: Fault = {
  id: 'relabelled-at-random',
  about: 'a share of all labels changed to any other class',
  strengths: { '10 %': 0.1, '30 %': 0.3 },
  accepted: ['label-noise', 'indistinguishable-classes'],
  follows: symptoms,
  harm: 'test',
  fits: hasClasses,
  apply(one, share, random) {
    const classes = classesOf(one);
    return changeLabels(one, (label) => {
      const others = classes.filter((name) => name !== label);
      return random.uniform() < share ? (others[random.below(others.length)] ?? label) : label;
    });
  },
};

const twins: Fault = {
  id: 'twins',
  about: 'a share of the rows of one class stands there a second time as another class',
  strengths: { '50 %': 0.5, '100 %': 1 },
  accepted: ['label-noise', 'indistinguishable-classes'],
  follows: [...symptoms, 'duplicates-across-splits', 'class-imbalance'],
  harm: 'test',
  fits: hasClasses,
  apply(one, share, random) {
    const [from, to] = pairOf(one, random);
    const doubled = (sheet: Sheet): Sheet => {
      const labels = sheet.columns[one.target] ?? [];
      const rows = [...labels.keys()].filter((row) => labels[row] === from && random.uniform() < share);
      return joinRows(
        sheet,
        mapColumn(pickRows(sheet, rows), one.target, () => to),
      );
    };
    return { ...one, train: doubled(one.train), dev: doubled(one.dev) };
  },
};

const isNumber = (one: BenchCase): boolean => one.task === 'regression';

/** The target is trained in its own unit. */
const asItIs = (one: BenchCase): BenchCase =>
  withPlan(one, (plan) => ({ ...plan, preprocessing: { ...plan.preprocessing, standardizeTarget: false } }));

const divided: Fault = {
  id: 'labels-divided',
  about: 'labels divided by 255 or more, and trained in that unit',
  strengths: { '/ 255': 255, '/ 65,025': 65_025 },
  accepted: ['label-range'],
  follows: [...symptoms, 'bad-initialization', 'stalled', 'learning-rate-high'],
  harm: 'test',
  fits: isNumber,
  apply(one, divisor) {
    const divide = (sheet: Sheet): Sheet => mapColumn(sheet, one.target, (cell) => Number(cell) / divisor);
    return asItIs({ ...one, train: divide(one.train), dev: divide(one.dev), test: divide(one.test) });
  },
};

const shifted: Fault = {
  id: 'labels-shifted',
  about: 'labels shifted by many standard deviations, and trained in that unit',
  strengths: { '+ 10 sd': 10, '+ 100 sd': 100 },
  accepted: ['label-range'],
  follows: [...symptoms, 'bad-initialization', 'stalled', 'diverged', 'learning-rate-low', 'exploding-gradients'],
  harm: 'test',
  fits: isNumber,
  apply(one, deviations) {
    const { deviation } = momentsOf(one.train.columns[one.target] ?? []);
    const add = (sheet: Sheet): Sheet => mapColumn(sheet, one.target, (cell) => Number(cell) + deviations * deviation);
    return asItIs({ ...one, train: add(one.train), dev: add(one.dev), test: add(one.test) });
  },
};

const outOfRange: Fault = {
  id: 'labels-out-of-range',
  about: 'a few labels are a number that stands for "unknown", far outside of the others',
  strengths: { '1 %': 0.01, '5 %': 0.05 },
  accepted: ['label-range', 'label-noise'],
  follows: symptoms,
  harm: 'test',
  fits: isNumber,
  apply(one, share, random) {
    const { mean, deviation } = momentsOf(one.train.columns[one.target] ?? []);
    const unknown = Math.round(mean + 50 * deviation);
    return changeLabels(one, (label) => (random.uniform() < share ? unknown : label));
  },
};

const raw: Fault = {
  id: 'labels-raw',
  about: 'labels in their own unit, tens or thousands, trained as they are',
  strengths: { all: 1 },
  accepted: ['label-range'],
  follows: [...symptoms, 'bad-initialization', 'stalled', 'diverged', 'learning-rate-low', 'exploding-gradients'],
  harm: 'test',
  fits: isNumber,
  apply: asItIs,
};

/** Faults of the labels. */
export const labelFaults: readonly Fault[] = [relabelled, relabelledAtRandom, twins, divided, shifted, outOfRange, raw];
