import { differenceInterval, type Interval, shiftInterval } from '../base/statistics.ts';
import type { Evidence, EvidenceScore, ScoreSet } from './evidence.ts';
import { inUnit, scoreInterval, tidy } from './scale.ts';
import type { Settings } from './settings.ts';

/** Avoidable bias, variance, mismatch. */
export type GapId = 'bias' | 'variance' | 'mismatch';

/** Whose noise an interval holds: of all errors in it, of a part (the other was taken as exact), or there is none. */
export type Noise = 'all' | 'part' | 'none';

/** The two ends of a gap; `from` null is the optimal error, which is exact. */
export interface Ends {
  readonly id: GapId;
  readonly from: EvidenceScore | null;
  readonly to: EvidenceScore;
  readonly fromSet: 'train' | 'train-dev' | null;
  readonly toSet: 'train' | 'train-dev' | 'dev';
}

/** Which two errors a gap lies between; null when one of them is unknown. */
export function endsOf(id: GapId, { train, trainDev, dev }: ScoreSet): Ends | null {
  switch (id) {
    case 'bias':
      return train === null ? null : { id, from: null, to: train, fromSet: null, toSet: 'train' };
    case 'variance': {
      const to = trainDev ?? dev;
      if (train === null || to === null) return null;
      return { id, from: train, to, fromSet: 'train', toSet: trainDev === null ? 'dev' : 'train-dev' };
    }
    case 'mismatch':
      if (trainDev === null || dev === null) return null;
      return { id, from: trainDev, to: dev, fromSet: 'train-dev', toSet: 'dev' };
  }
}

/** The gap as measured, in the unit of the diagnosis; null if a share is unknown. */
export function gapValue(ends: Ends, evidence: Evidence, settings: Settings): number | null {
  const to = inUnit(ends.to, evidence.metric);
  const from = ends.from === null ? settings.optimalError : inUnit(ends.from, evidence.metric);
  return to === null || from === null ? null : tidy(to - from);
}

/** The interval from the rows alone, and of how many ends it holds the noise. */
export function rowInterval(
  ends: Ends,
  evidence: Evidence,
  settings: Settings,
  counts: { readonly from: number | null; readonly to: number | null } = {
    from: ends.from?.count ?? null,
    to: ends.to.count,
  },
): { readonly interval: Interval | null; readonly noise: Noise } {
  const { metric } = evidence;
  const to = scoreInterval(ends.to, metric, settings.confidence, counts.to);
  if (ends.from === null) {
    return { interval: to && shiftInterval(to, -settings.optimalError), noise: to === null ? 'none' : 'all' };
  }
  const from = scoreInterval(ends.from, metric, settings.confidence, counts.from);
  const exact = (score: EvidenceScore): Interval | null => {
    const value = inUnit(score, metric);
    return value === null ? null : { value, low: value, high: value };
  };
  const toOrExact = to ?? exact(ends.to);
  const fromOrExact = from ?? exact(ends.from);
  if ((to === null && from === null) || toOrExact === null || fromOrExact === null) {
    return { interval: null, noise: 'none' };
  }
  return {
    interval: differenceInterval(toOrExact, fromOrExact),
    noise: to !== null && from !== null ? 'all' : 'part',
  };
}
