import {
  type Interval,
  mapInterval,
  meanInterval,
  rootMeanSquareInterval,
  wilsonInterval,
} from '../base/statistics.ts';
import type { Metric } from '../record/record.ts';
import type { Evidence, EvidenceScore } from './evidence.ts';

/** The unit in which a diagnosis counts gaps. */
export type Unit = 'percentage points' | 'nats' | 'standard deviations of the target';

/** How the scores of a metric are turned into the unit of the diagnosis. */
export interface Scale {
  readonly unit: Unit;
  /** Unit per share of rows, per nat, per share of the standard deviation: what options are multiplied by. */
  readonly factor: number;
}

const SCALES: { readonly [K in Metric]: Scale } = {
  error: { unit: 'percentage points', factor: 100 },
  'log-loss': { unit: 'nats', factor: 1 },
  rmse: { unit: 'standard deviations of the target', factor: 1 },
  mae: { unit: 'standard deviations of the target', factor: 1 },
};

/** The unit of a metric's gaps. */
export function scaleOf(metric: Metric): Scale {
  return SCALES[metric];
}

/** Twelve digits are kept, so that .3 - .1 and .2 are the same gap. */
export function tidy(x: number): number {
  return Number(x.toPrecision(12));
}

/** A score in the unit of the diagnosis; null if a regression's share is unknown. */
export function inUnit(score: EvidenceScore | null, metric: Metric): number | null {
  if (score === null) return null;
  const { factor, unit } = SCALES[metric];
  if (unit === 'standard deviations of the target') return score.share;
  return score.value * factor;
}

/**
 * The interval of a score in the unit of the diagnosis, as if it were measured on `count` rows like those that it was
 * measured on; null when its noise is not known.
 */
export function scoreInterval(
  score: EvidenceScore,
  metric: Metric,
  confidence: number,
  count: number | null = score.count,
): Interval | null {
  const value = inUnit(score, metric);
  if (value === null || count === null || score.count === null) return null;
  if (metric === 'error') {
    return mapInterval(wilsonInterval(score.value, count, confidence), (x) => x * SCALES.error.factor);
  }
  if (score.standardError === null || count < 2 || score.count < 2) return null;
  const standardError = score.standardError * Math.sqrt(score.count / count);
  if (metric === 'log-loss') return meanInterval(score.value, standardError, count, confidence);
  const interval =
    metric === 'rmse'
      ? rootMeanSquareInterval(score.value, standardError, count, confidence)
      : meanInterval(score.value, standardError, count, confidence);
  // The target's standard deviation is taken as exact: it only sets the unit, the same for every error.
  const perUnit = score.value === 0 ? 0 : value / score.value;
  return { ...mapInterval(interval, (x) => x * perUnit), value };
}

/** What knowing nothing costs by the rows of each class: all but the commonest class, or the entropy of the shares. */
function countedBaseline(counts: readonly number[], metric: Metric): number | null {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows === 0) return null;
  if (metric === 'error') return 1 - Math.max(...counts) / rows;
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / rows) * Math.log(count / rows)), 0);
}

/** The training error of knowing nothing, in the unit of the diagnosis; `exact` false where only its upper bound is known. */
export interface Baseline {
  readonly value: number;
  readonly exact: boolean;
}

/**
 * The training error of knowing nothing: as given, or by the counts of the classes; else its upper bound, 1 - 1/K and ln K
 * for K classes, and one standard deviation for a number. Null if the classes are not known.
 */
export function baselineOf(evidence: Evidence): Baseline | null {
  const { factor } = SCALES[evidence.metric];
  if (evidence.baseline !== undefined && evidence.baseline !== null) {
    return { value: evidence.baseline * factor, exact: true };
  }
  if (evidence.task === 'regression') return { value: 1, exact: evidence.metric === 'rmse' };
  const counts = evidence.data?.target.classCounts ?? null;
  const counted =
    counts === null
      ? null
      : countedBaseline(
          counts.map(({ rows }) => rows),
          evidence.metric,
        );
  if (counted !== null) return { value: counted * factor, exact: true };
  const classes = evidence.classes ?? null;
  if (classes === null || classes < 2) return null;
  return { value: evidence.metric === 'error' ? (1 - 1 / classes) * factor : Math.log(classes), exact: false };
}
