// In: what is known about a run and its data. Out: what the optimal error may be. Shown beside it, never applied.

import { coverHartBound, type Interval, mapInterval } from '../base/statistics.ts';
import type { NeighbourFacts } from '../record/data-facts.ts';
import type { Evidence, EvidenceScore } from './evidence.ts';
import { inUnit, scaleOf, scoreInterval, tidy } from './scale.ts';
import type { Settings } from './settings.ts';
import { errorText } from './words.ts';

/** One guess at the optimal error, in the unit of the diagnosis. */
export interface Suggestion {
  /** `label-noise` and `nearest-neighbour`: at least this; `best-reached`: at most this. */
  readonly source: 'label-noise' | 'nearest-neighbour' | 'best-reached';
  readonly value: number;
  /** Null where the noise is not known. */
  readonly low: number | null;
  readonly high: number | null;
  readonly because: string;
}

/** The tidied limits of a suggestion; an interval that is not known is null. */
const limits = (interval: Interval | null) => ({
  low: interval === null ? null : tidy(interval.low),
  high: interval === null ? null : tidy(interval.high),
});

function ofLabels({ data, metric }: Evidence): Suggestion | null {
  const share = data?.labelNoise?.share ?? null;
  if (share === null || metric !== 'error') return null;
  const inUnits = mapInterval(share, (x) => x * scaleOf(metric).factor);
  return {
    source: 'label-noise',
    value: tidy(inUnits.value),
    ...limits(inUnits),
    because: 'at least the share of labels that a classifier contradicts with confidence, and that may be wrong',
  };
}

/** The bound on the error's interval; null for a metric or for points that it does not hold for. */
function neighbourBound({ error, optimalErrorBound }: NeighbourFacts, { metric, classes }: Evidence): Interval | null {
  if (optimalErrorBound === null) return null;
  if (metric === 'rmse') return mapInterval(error, (x) => x / Math.SQRT2);
  if (metric !== 'error' || classes === undefined || classes === null || classes < 2) return null;
  return mapInterval(error, (x) => coverHartBound(x, classes) * scaleOf(metric).factor);
}

function ofNeighbours(evidence: Evidence): Suggestion | null {
  const facts = evidence.data?.neighbours ?? null;
  const bound = facts === null ? null : neighbourBound(facts, evidence);
  if (facts === null || bound === null) return null;
  const { factor, unit } = scaleOf(evidence.metric);
  return {
    source: 'nearest-neighbour',
    value: tidy(bound.value),
    ...limits(bound),
    because: `at least this by the bound of Cover and Hart, from the nearest neighbour's error of ${errorText(facts.error.value * factor, unit)}`,
  };
}

/** The lowest error on rows that were not trained on. */
function ofRuns({ metric, trainDev, dev, probes }: Evidence, confidence: number): Suggestion | null {
  const scores: readonly (readonly [string, EvidenceScore | null])[] = [
    ['the train-dev error of this plan', trainDev],
    ['the dev error of this plan', dev],
    ['the dev error of the usual plan on the same rows', probes?.reference?.dev ?? null],
  ];
  const known = scores.flatMap(([name, score]) => {
    const value = inUnit(score, metric);
    return score === null || value === null ? [] : [{ name, score, value }];
  });
  const [first, ...others] = known;
  if (first === undefined) return null;
  const best = others.reduce((low, one) => (one.value < low.value ? one : low), first);
  return {
    source: 'best-reached',
    value: tidy(best.value),
    ...limits(scoreInterval(best.score, metric, confidence)),
    because: `at most ${best.name}`,
  };
}

/**
 * What the optimal error may be, from the labels, from neighbours, and from the best error that was reached. A floor above
 * what was reached is none and is left out; this run's own error alone suggests nothing.
 */
export function suggestOptimalErrors(evidence: Evidence, confidence: number): readonly Suggestion[] {
  const best = ofRuns(evidence, confidence);
  const most = best === null ? Number.POSITIVE_INFINITY : (best.high ?? best.value);
  const floors = [ofLabels(evidence), ofNeighbours(evidence)]
    .filter((floor) => floor !== null)
    .filter(({ value, low }) => (low ?? value) <= most);
  const reference = evidence.probes?.reference ?? null;
  if (best === null || (floors.length === 0 && reference === null)) return floors;
  return [...floors, best];
}

/** Whether an optimal error cannot be, noise included: above what was reached, or below all floors. */
export function contradicts(suggestions: readonly Suggestion[], { optimalError }: Pick<Settings, 'optimalError'>) {
  const best = suggestions.find(({ source }) => source === 'best-reached');
  if (best !== undefined && optimalError > (best.high ?? best.value)) return true;
  const floors = suggestions.filter(({ source }) => source !== 'best-reached');
  return floors.length > 0 && floors.every(({ low, value }) => optimalError < (low ?? value));
}
