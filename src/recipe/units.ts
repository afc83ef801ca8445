// In: the rows that may be trained on. Out: the units that a plan is judged on: folds of small tables, hold-outs of larger ones.
// Every plan is judged on the same units with the same seeds, so that two plans are compared in pairs.

import { createRandom, type Random } from '../base/random.ts';
import { holdOut, repeatedFolds, type SplitInput } from '../data/splits.ts';

/** Below this many rows a single hold-out misleads: repeated folds are used instead. */
export const foldsBelow = 2000;

/** Folds of one repeat. */
const folds = 5;

/** Share of rows that a hold-out keeps for judging. */
const heldOut = 0.2;

/** Hold-outs there are. */
const holdOuts = 5;

/** Hold-outs that a decision takes, and that its winner has to win again on. */
export type Looks = Pick<Units, 'decision' | 'confirmation'>;

/** Trainings on tables take seconds, and their gains are small: three hold-outs decide. */
const manyLooks: Looks = { decision: 3, confirmation: holdOuts };

/** Trainings on images take minutes, and their gains are large: one hold-out decides, and the winner alone is seen on more. */
export const fewLooks: Looks = { decision: 1, confirmation: 3 };

/** How the units of a table of 2,000 rows and more are made. */
export interface UnitOptions {
  /** Rows that a training uses, at most. Default: all. */
  readonly mostRows?: number;
  readonly looks?: Looks;
}

/** Rows that one training is made and judged on; `seed` goes into the plan of that training. */
export interface Unit {
  readonly index: number;
  readonly trainRows: Uint32Array;
  readonly devRows: Uint32Array;
  readonly seed: number;
}

/** The units of a tuning. */
export interface Units {
  readonly kind: 'folds' | 'hold-out';
  /** In words: `3 x 5 folds`. */
  readonly about: string;
  /** Units that the baseline and its diagnosis take, that a first look at a candidate takes, and that a decision takes. */
  readonly baseline: number;
  readonly firstLook: number;
  readonly decision: number;
  /** Units on which a candidate that won the decision has to win again before it is accepted. */
  readonly confirmation: number;
  readonly units: readonly Unit[];
}

/** Units that the baseline of so many rows is measured on. */
export function baselineUnits(rows: number): number {
  return rows < foldsBelow ? folds : 1;
}

/** A random choice of rows, in ascending order; all of them if there are no more. */
export function subset(rows: Uint32Array, most: number, random: Random): Uint32Array {
  if (rows.length <= most) return rows;
  return random
    .permutation(rows.length)
    .subarray(0, most)
    .map((i) => rows[i] as number)
    .sort();
}

/** Folds of a small table. */
function foldUnits(input: SplitInput, seed: number, random: Random): Units {
  const repeats = 3;
  const splits = repeatedFolds(input, { folds, repeats, seed });
  const units = splits.map(({ train, dev }, index) => {
    return { index, trainRows: train, devRows: dev, seed: random.fork(index).uint32() };
  });
  const counts = { baseline: baselineUnits(input.rows.length), firstLook: 2, decision: folds, confirmation: 2 * folds };
  return { kind: 'folds', about: `${repeats} x ${folds} folds`, ...counts, units };
}

/**
 * Folds for fewer than 2,000 rows, else random hold-outs, stratified. A unit trains on at most `mostRows` rows and judges on
 * at most half as many: what a plan is worth beside another shows on a part of a large table, and the search gets done.
 */
export function createUnits(
  input: SplitInput,
  seed: number,
  { mostRows = Number.POSITIVE_INFINITY, looks = manyLooks }: UnitOptions = {},
): Units {
  const random = createRandom(`units/${seed}`);
  if (input.rows.length < foldsBelow) return foldUnits(input, seed, random);
  let whole = 0;
  const units = Array.from({ length: holdOuts }, (_, index) => {
    const split = random.fork(`split/${index}`).uint32();
    const { train, dev } = holdOut(input, { dev: heldOut, test: 0, seed: split });
    whole = train.length;
    const trainRows = subset(train, mostRows, random.fork(`train/${index}`));
    const devRows = subset(dev, Math.ceil(mostRows / 2), random.fork(`dev/${index}`));
    return { index, trainRows, devRows, seed: random.fork(index).uint32() };
  });
  const part = whole > mostRows ? `, each trained on ${mostRows} of ${whole} rows` : '';
  const about = `random hold-outs of ${100 * heldOut} %${part}`;
  return {
    kind: 'hold-out',
    about,
    baseline: baselineUnits(input.rows.length),
    firstLook: 1,
    ...looks,
    units,
  };
}
