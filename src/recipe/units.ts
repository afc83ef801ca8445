// In: the rows that may be trained on. Out: the units that a plan is judged on: folds of small tables, hold-outs of larger ones.
// Every plan is judged on the same units with the same seeds, so that two plans are compared in pairs.

import { createRandom } from '../base/random.ts';
import { holdOut, repeatedFolds, type SplitInput } from '../data/splits.ts';

/** Below this many rows a single hold-out misleads: repeated folds are used instead. */
export const foldsBelow = 2000;

/** Folds of one repeat. */
const folds = 5;

/** Share of rows that a hold-out keeps for judging. */
const heldOut = 0.2;

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

/** Folds for fewer than 2,000 rows, else random hold-outs, stratified. */
export function createUnits(input: SplitInput, seed: number): Units {
  const random = createRandom(`units/${seed}`);
  if (input.rows.length < foldsBelow) {
    const repeats = 3;
    const splits = repeatedFolds(input, { folds, repeats, seed });
    const units = splits.map(({ train, dev }, index) => {
      return { index, trainRows: train, devRows: dev, seed: random.fork(index).uint32() };
    });
    return {
      kind: 'folds',
      about: `${repeats} x ${folds} folds`,
      baseline: folds,
      firstLook: 2,
      decision: folds,
      confirmation: 2 * folds,
      units,
    };
  }
  const count = 5;
  const units = Array.from({ length: count }, (_, index) => {
    const split = random.fork(`split/${index}`).uint32();
    const { train, dev } = holdOut(input, { dev: heldOut, test: 0, seed: split });
    return { index, trainRows: train, devRows: dev, seed: random.fork(index).uint32() };
  });
  return {
    kind: 'hold-out',
    about: `random hold-outs of ${100 * heldOut} %`,
    baseline: 1,
    firstLook: 1,
    decision: 3,
    confirmation: count,
    units,
  };
}
