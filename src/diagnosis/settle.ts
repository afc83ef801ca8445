import { type Interval, smallestCount, smallestVisibleDifference, smallestVisibleExcess } from '../base/statistics.ts';
import { type Ends, rowInterval } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { scaleOf, tidy } from './scale.ts';
import type { Settings } from './settings.ts';

/** How many rows a set has and would need. `all`: training and held-out rows together, for repeated runs. */
export interface Need {
  readonly set: 'train' | 'train-dev' | 'dev' | 'all';
  readonly have: number;
  readonly need: number;
}

/** Beyond this many rows nothing is settled by rows: the gap is the tolerance. */
const MOST_ROWS = 1e9;

/**
 * The smallest gap that would count with these rows. For the error exactly, at the train error (or the optimal error)
 * that was measured; for other metrics and repeats as the tolerance and the lower half of the measured interval.
 */
export function smallestVisible(ends: Ends, interval: Interval, evidence: Evidence, settings: Settings): number | null {
  const { factor } = scaleOf(evidence.metric);
  const { tolerance, confidence } = settings;
  const margin = tolerance / factor;
  if (evidence.metric === 'error' && evidence.repeats === undefined && ends.to.count !== null) {
    if (ends.from === null) {
      const gap = smallestVisibleExcess(settings.optimalError / factor, ends.to.count, margin, confidence);
      return gap === null ? null : tidy(gap * factor);
    }
    if (ends.from.count !== null) {
      const gap = smallestVisibleDifference(ends.from.value, ends.from.count, ends.to.count, margin, confidence);
      return gap === null ? null : tidy(gap * factor);
    }
  }
  return tidy(tolerance + interval.value - interval.low);
}

function settled(interval: Interval | null, tolerance: number): boolean {
  return interval !== null && (interval.low > tolerance || interval.high <= tolerance);
}

/** Repeats: the width falls with the root of the rows. */
function byRepeats(interval: Interval, evidence: Evidence, tolerance: number): readonly Need[] {
  const have = [evidence.train, evidence.trainDev, evidence.dev].reduce((most, s) => Math.max(most, s?.count ?? 0), 0);
  const distance = Math.abs(interval.value - tolerance);
  const half = interval.value > tolerance ? interval.value - interval.low : interval.high - interval.value;
  const need = Math.ceil(have * (half / distance) ** 2 * (1 + 1e-9));
  return have > 0 && need <= MOST_ROWS ? [{ set: 'all', have, need }] : [];
}

/**
 * The rows that would settle a gap which straddles the tolerance, if the errors stay as measured: held-out rows alone
 * where they suffice, else both sets grown by the same factor. Empty when a billion rows would not do.
 */
export function rowsToSettle(ends: Ends, interval: Interval, evidence: Evidence, settings: Settings): readonly Need[] {
  const { tolerance } = settings;
  if (evidence.repeats !== undefined) return byRepeats(interval, evidence, tolerance);
  const { from, to } = ends;
  const isSettled = (fromCount: number | null, toCount: number | null): boolean =>
    settled(rowInterval(ends, evidence, settings, { from: fromCount, to: toCount }).interval, tolerance);
  const fromHave = from?.count ?? null;
  if (to.count !== null) {
    const need = smallestCount(to.count, MOST_ROWS, (n) => isSettled(fromHave, n));
    // Held-out rows that outnumber the training rows a hundred times are no advice.
    if (need !== null && (fromHave === null || need <= 100 * fromHave)) {
      return [{ set: ends.toSet, have: to.count, need }];
    }
  }
  if (fromHave === null || ends.fromSet === null) return [];
  if (to.count === null) {
    const need = smallestCount(fromHave, MOST_ROWS, (n) => isSettled(n, null));
    return need === null ? [] : [{ set: ends.fromSet, have: fromHave, need }];
  }
  const toHave = to.count;
  const grow = (n: number): number => Math.ceil((n * fromHave) / toHave);
  const need = smallestCount(toHave, MOST_ROWS, (n) => isSettled(grow(n), n));
  if (need === null) return [];
  return [
    { set: ends.fromSet, have: fromHave, need: grow(need) },
    { set: ends.toSet, have: toHave, need },
  ];
}
