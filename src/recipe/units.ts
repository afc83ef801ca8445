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

/** Hold-outs there are when nobody says how many. */
const usualHoldOuts = 5;

/** Hold-outs that a decision takes, and that its winner has to win again on. */
export type Looks = Pick<Units, 'decision' | 'confirmation'>;

/** Trainings on tables take seconds, and their gains are small: three hold-outs decide. */
const manyLooks: Looks = { decision: 3, confirmation: usualHoldOuts };

/** Trainings on images take minutes, and their gains are large: one hold-out decides, and the winner alone is seen on more. */
export const fewLooks: Looks = { decision: 1, confirmation: 3 };

/** How the units of a table of 2,000 rows and more are made. */
export interface UnitOptions {
  /** Rows that a training uses, at most. Default: all. */
  readonly mostRows?: number;
  readonly looks?: Looks;
  /** Judges on so many random hold-outs, whatever the number of rows. Default: folds below 2,000 rows, else five. */
  readonly holdOuts?: number | null;
  /**
   * Rows of a file of their own that plans are judged on. A tenth of the other rows is then not trained on, so that what is
   * another distribution is not taken for overfitting.
   */
  readonly dev?: Uint32Array | null;
}

/** Rows that one training is made and judged on; `seed` goes into the plan of that training. */
export interface Unit {
  readonly index: number;
  readonly trainRows: Uint32Array;
  readonly devRows: Uint32Array;
  /** Rows like the training rows that are not trained on; null where the dev rows are such rows themselves. */
  readonly trainDevRows: Uint32Array | null;
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
export function baselineUnits(rows: number, holdOuts: number | null = null): number {
  return rows < foldsBelow && holdOuts === null ? folds : 1;
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
    return { index, trainRows: train, devRows: dev, trainDevRows: null, seed: random.fork(index).uint32() };
  });
  const counts = { baseline: baselineUnits(input.rows.length), firstLook: 2, decision: folds, confirmation: 2 * folds };
  return { kind: 'folds', about: `${repeats} x ${folds} folds`, ...counts, units };
}

/** Share of the rows that is set aside beside dev rows from elsewhere. */
export const trainDevShare = 0.1;

/** Random hold-outs, or units that are all judged on the same dev rows and trained on other nine tenths of the others. */
function holdOutUnits(input: SplitInput, random: Random, options: UnitOptions): Units {
  const { mostRows = Number.POSITIVE_INFINITY, looks = manyLooks, holdOuts = null, dev = null } = options;
  const count = holdOuts ?? usualHoldOuts;
  const share = dev === null ? heldOut : trainDevShare;
  const most = Math.ceil(mostRows / 2);
  let whole = 0;
  const units = Array.from({ length: count }, (_, index) => {
    const split = random.fork(`split/${index}`).uint32();
    const { train, dev: beside } = holdOut(input, { dev: share, test: 0, seed: split });
    whole = train.length;
    return {
      index,
      trainRows: subset(train, mostRows, random.fork(`train/${index}`)),
      devRows: dev === null ? subset(beside, most, random.fork(`dev/${index}`)) : subset(dev, most, random.fork('dev')),
      trainDevRows: dev === null ? null : subset(beside, most, random.fork(`train-dev/${index}`)),
      seed: random.fork(index).uint32(),
    };
  });
  const part = whole > mostRows ? `, each trained on ${mostRows} of ${whole} rows` : '';
  const about =
    dev === null
      ? `random hold-outs of ${100 * heldOut} %${part}`
      : `the dev rows, each time trained on other ${100 * (1 - trainDevShare)} % of the rows`;
  const counts = { decision: Math.min(count, looks.decision), confirmation: Math.min(count, looks.confirmation) };
  return { kind: 'hold-out', about, baseline: 1, firstLook: 1, ...counts, units };
}

/**
 * Folds for fewer than 2,000 rows, else random hold-outs, stratified. A unit trains on at most `mostRows` rows and judges on
 * at most half as many: what a plan is worth beside another shows on a part of a large table, and the search gets done.
 */
export function createUnits(input: SplitInput, seed: number, options: UnitOptions = {}): Units {
  const { holdOuts = null, dev = null } = options;
  const random = createRandom(`units/${seed}`);
  const small = input.rows.length < foldsBelow && holdOuts === null && dev === null;
  return small ? foldUnits(input, seed, random) : holdOutUnits(input, random, options);
}
