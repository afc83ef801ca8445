// Gaps of trained models: one split, folds, seeds, on drawn rows and on real ones. The truth is the mean gap over all splits,
// so that the luck of the training rows counts as noise too.

import type { Random } from '../../src/base/random.ts';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import { evidenceOf } from '../../src/diagnosis/evidence-of.ts';
import type { RunRecord, Score } from '../../src/record/record.ts';
import { scoreOf } from '../../src/training/score.ts';
import { type Cell, gapLimits, remember } from './cell.ts';
import { fitRidge, pick, type Rows, randomFeatures, termsOf } from './ridge.ts';

/** Where rows come from. */
export interface Source {
  readonly name: string;
  readonly classes: boolean;
  draw(random: Random, count: number): Rows;
}

const width = 20;

/** Gaussian inputs whose sum, with noise, is above or below zero. */
export const drawnClasses: Source = {
  name: 'drawn classes',
  classes: true,
  draw(random, count) {
    const x = Array.from({ length: count }, () => Float64Array.from({ length: width }, () => random.normal()));
    const y = Float64Array.from(x, (input) => {
      const sum = input.reduce((total, value, i) => total + value / (1 + i / 4), 0);
      return sum + 1.5 * random.normal() > 0 ? 1 : -1;
    });
    return { x, y };
  },
};

/** Gaussian inputs whose weighted sum is the target, with the noise of a t with 5 degrees. */
export const drawnNumbers: Source = {
  name: 'drawn numbers',
  classes: false,
  draw(random, count) {
    const x = Array.from({ length: count }, () => Float64Array.from({ length: width }, () => random.normal()));
    const y = Float64Array.from(x, (input) => {
      let square = 0;
      for (let i = 0; i < 5; i++) square += random.normal() ** 2;
      const noise = random.normal() / Math.sqrt(square / 5);
      return input.reduce((total, value, i) => total + value / (1 + i / 4), 0) + noise;
    });
    return { x, y };
  },
};

/** A real table as a population; rows are drawn without putting back. */
export function realRows(name: string, rows: Rows): Source {
  return {
    name,
    classes: true,
    draw: (random, count) => pick(rows, [...random.permutation(rows.y.length).subarray(0, count)]),
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** What is trained: ridge regression on the inputs, or on random features that each training draws anew. */
interface Learner {
  readonly name: string;
  readonly features: number | null;
  readonly strength: number;
}

const stable: Learner = { name: 'stable', features: null, strength: 1 };

/** About as many features as rows, and hardly a penalty: each training comes to something else. */
const unstable: Learner = { name: 'unstable', features: 150, strength: 0.001 };

/** The record of one training. */
function recordOf(source: Source, { strength }: Learner, train: Rows, dev: Rows): RunRecord {
  const model = fitRidge(train, strength);
  const metric = source.classes ? 'error' : 'rmse';
  const score = (rows: Rows): Score => scoreOf(metric, termsOf(model, rows, source.classes), source.classes ? null : 1);
  return {
    ...{ version: 1, source: 'bench', plan: null, task: source.classes ? 'classification' : 'regression', metric },
    ...{ classes: source.classes ? ['no', 'yes'] : null, rows: { train: train.y.length, dev: dev.y.length } },
    ...{ status: 'finished', curve: [], start: null, losses: null, bestEpoch: null, trainDev: null },
    ...{ parameters: null, nonzero: null, seconds: null, data: null, probes: null, analysis: null },
    ...{ train: score(train), dev: score(dev) },
  };
}

/** The rows as a training of the learner sees them. */
const seenBy = ({ features }: Learner, rows: Rows, random: Random): Rows =>
  features === null ? rows : randomFeatures(rows, features, random);

/** Every fold of a random division once held out. */
export function dealFolds(random: Random, count: number, folds: number): readonly { train: number[]; dev: number[] }[] {
  const order = [...random.permutation(count)];
  return range(0, folds).map((fold) => ({
    train: order.filter((_, i) => i % folds !== fold),
    dev: order.filter((_, i) => i % folds === fold),
  }));
}

/** Both gaps of what one split leaves behind. */
function bothGaps(group: string, name: string, draw: (random: Random) => Evidence): readonly Cell[] {
  const evidence = remember(draw);
  return (['bias', 'variance'] as const).map((gap) => ({
    ...{ gap, group: `trained, ${group}`, name, confidence: 0.95, truth: null },
    draw: (random, split) => gapLimits(gap, evidence(random, split)),
  }));
}

/** One split. */
function oneSplit(source: Source, learner: Learner, train: number, dev: number): readonly Cell[] {
  return bothGaps(`${learner.name}, one split`, `${source.name}, ${train} and ${dev}`, (random) => {
    const all = seenBy(learner, source.draw(random, train + dev), random.fork('learner'));
    return evidenceOf(recordOf(source, learner, pick(all, range(0, train)), pick(all, range(train, train + dev))));
  });
}

/** Folds, perhaps repeated. */
function folded(source: Source, learner: Learner, count: number, repeats: number): readonly Cell[] {
  const name = `${source.name}, ${repeats === 1 ? '' : `${repeats} x `}5 folds of ${count}`;
  return bothGaps(`${learner.name}, folds`, name, (random) => {
    const all = source.draw(random, count);
    const folds = range(0, repeats).flatMap((repeat) => dealFolds(random.fork(`folds ${repeat}`), count, 5));
    const records = folds.map(({ train, dev }, i) => {
      const rows = seenBy(learner, all, random.fork(`learner ${i}`));
      return recordOf(source, learner, pick(rows, train), pick(rows, dev));
    });
    return evidenceOf(records, { repeats: 'folds' });
  });
}

/** Several seeds on one split. */
function seeded(source: Source, learner: Learner, train: number, dev: number, seeds: number): readonly Cell[] {
  const name = `${source.name}, ${seeds} seeds on ${train} and ${dev}`;
  return bothGaps('seeds', name, (random) => {
    const all = source.draw(random, train + dev);
    const records = range(0, seeds).map((seed) => {
      const rows = seenBy(learner, all, random.fork(`learner ${seed}`));
      return recordOf(source, learner, pick(rows, range(0, train)), pick(rows, range(train, train + dev)));
    });
    return evidenceOf(records, { repeats: 'seeds' });
  });
}

/** All of them. */
export function trainedCells(real: readonly Source[]): readonly Cell[] {
  return [drawnClasses, drawnNumbers, ...real].flatMap((source) => [
    ...oneSplit(source, stable, 100, 100),
    ...oneSplit(source, stable, 400, 200),
    ...oneSplit(source, unstable, 160, 100),
    ...folded(source, stable, 200, 1),
    ...folded(source, stable, 600, 1),
    ...folded(source, stable, 200, 3),
    ...folded(source, unstable, 200, 1),
    ...seeded(source, { ...stable, features: 30 }, 200, 200, 5),
  ]);
}
