// In: scores of train, train-dev and dev rows, and the optimal error. Out: the three gaps between them, each with its
// interval, and whether it counts against the tolerance.
// bias = train - optimal, variance = (train-dev, or dev) - train, mismatch = dev - train-dev.

import {
  type Interval,
  mapInterval,
  normalCdf,
  normalQuantile,
  repeatedInterval,
  resampledInterval,
} from '../base/statistics.ts';
import { endsOf, type GapId, gapValue, type Noise, rowInterval } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { scaleOf, tidy, type Unit } from './scale.ts';
import type { Settings } from './settings.ts';
import { type Need, rowsToSettle, smallestVisible } from './settle.ts';

/** `counts`: above the tolerance; `inside` it; `straddles`: the interval holds the tolerance; `unknown`: not measured. */
export type GapState = 'counts' | 'inside' | 'straddles' | 'unknown';

/** One gap between two errors, all numbers in `unit`. */
export interface Gap {
  readonly id: GapId;
  readonly value: number | null;
  /** Limits at the diagnosis' confidence; null when the rows are unknown. */
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: Unit;
  readonly state: GapState;
  readonly noise: Noise;
  /** The smallest gap that these rows could show to be above the tolerance; null if unknown or none could be shown. */
  readonly smallestVisible: number | null;
  /** How likely the gap lies on its side of the tolerance (normal approximation); null without an interval. */
  readonly confidence: number | null;
  /** For a gap that straddles: how many rows each set would need if the errors stay; empty if no number would do. */
  readonly settledBy: readonly Need[];
}

/** The interval over folds or seeds, around the mean gap; null when a part lacks one of the errors. */
function repeatInterval(id: GapId, evidence: Evidence, settings: Settings): Interval | null {
  const { repeats } = evidence;
  if (repeats === undefined) return null;
  const values: number[] = [];
  for (const part of repeats.parts) {
    const ends = endsOf(id, part);
    const value = ends === null ? null : gapValue(ends, evidence, settings);
    if (value === null) return null;
    values.push(value);
  }
  return repeats.kind === 'folds'
    ? resampledInterval(values, repeats.devPerTrainRow, settings.confidence)
    : repeatedInterval(values, settings.confidence);
}

/**
 * Rows and repeats together. Folds: the wider limit of the two, since each sees the noise of the rows in its own way
 * and folds that happen to agree prove nothing. Seeds: the noise of training comes on top of that of the rows.
 */
function combine(rows: Interval | null, repeated: Interval, kind: 'folds' | 'seeds'): Interval {
  if (rows === null) return repeated;
  const { value } = repeated;
  const join = kind === 'folds' ? Math.max : Math.hypot;
  return {
    value,
    low: value - join(rows.value - rows.low, value - repeated.low),
    high: value + join(rows.high - rows.value, repeated.high - value),
  };
}

function stateOf(value: number, interval: Interval | null, tolerance: number): GapState {
  if (interval === null) return value > tolerance ? 'counts' : 'inside';
  if (interval.low > tolerance) return 'counts';
  return interval.high <= tolerance ? 'inside' : 'straddles';
}

/** One-sided normal probability that the true gap is on the same side of the tolerance as the measured one. */
function sideConfidence({ value, low, high }: Interval, { tolerance, confidence }: Settings): number {
  const half = value > tolerance ? value - low : high - value;
  if (half === 0) return 1;
  return tidy(normalCdf((normalQuantile((1 + confidence) / 2) * Math.abs(value - tolerance)) / half));
}

function gapOf(id: GapId, evidence: Evidence, settings: Settings): Gap {
  const { unit } = scaleOf(evidence.metric);
  const ends = endsOf(id, evidence);
  const value = ends === null ? null : gapValue(ends, evidence, settings);
  if (ends === null || value === null) {
    const nothing = { value: null, low: null, high: null, smallestVisible: null, confidence: null };
    return { id, ...nothing, unit, state: 'unknown', noise: 'none', settledBy: [] };
  }
  const rows = rowInterval(ends, evidence, settings);
  const repeated = repeatInterval(id, evidence, settings);
  const raw = repeated === null ? rows.interval : combine(rows.interval, repeated, evidence.repeats?.kind ?? 'folds');
  const interval = raw && { ...mapInterval(raw, tidy), value };
  const noise = repeated !== null && evidence.repeats?.kind === 'folds' ? 'all' : rows.noise;
  const state = stateOf(value, interval, settings.tolerance);
  return {
    id,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    unit,
    state,
    noise: repeated !== null && noise === 'none' ? 'part' : noise,
    smallestVisible: interval && smallestVisible(ends, interval, evidence, settings),
    confidence: interval && sideConfidence(interval, settings),
    settledBy: state === 'straddles' && interval ? rowsToSettle(ends, interval, evidence, settings) : [],
  };
}

/** The gaps in the order bias, variance, mismatch; those that cannot be measured are `unknown`, not 0. */
export function gapsOf(evidence: Evidence, settings: Settings): readonly Gap[] {
  return (['bias', 'variance', 'mismatch'] as const).map((id) => gapOf(id, evidence, settings));
}
