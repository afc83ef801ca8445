import type { Evidence } from '../evidence.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { baselineOf, inUnit, scaleOf, scoreInterval } from '../scale.ts';
import { errorText } from '../words.ts';

const KNOWING_NOTHING: { readonly [K in Evidence['metric']]: string } = {
  error: 'always predicting the commonest class',
  'log-loss': 'always predicting the shares of the classes',
  rmse: 'always predicting the mean',
  mae: 'always predicting the median',
};

function judge({ evidence, gaps, settings }: Case): Finding<'stalled'> | null {
  const { metric, train } = evidence;
  const baseline = baselineOf(evidence);
  const value = inUnit(train, metric);
  if (train === null || baseline === null || value === null) return null;
  // A run that diverged lost what it knew; the rule about that speaks for it.
  const runs = evidence.runs ?? [];
  if (runs.length > 0 && runs.every(({ status }) => status === 'diverged')) return null;
  // Where the best possible predictor knows nothing either, there was nothing to learn.
  const bias = gaps.find(({ id }) => id === 'bias');
  if (bias?.state === 'inside') return null;
  const interval = scoreInterval(train, metric, settings.confidence);
  if ((interval?.high ?? value) < baseline) return null;
  const { unit } = scaleOf(metric);
  const exact = (evidence.baseline ?? null) !== null || metric === 'rmse';
  return {
    id: 'stalled',
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    unit,
    because:
      `The train error of ${errorText(value, unit, interval?.low, interval?.high)} is no better than the ` +
      `${errorText(baseline, unit)} of ${KNOWING_NOTHING[metric]}${exact ? '' : ' at most'}, which takes no learning.`,
    confidence: interval === null ? null : settings.confidence,
    actions: stalled.actions,
  };
}

/** Nothing was learned. */
export const stalled: Rule<'stalled'> = {
  id: 'stalled',
  about: 'The train error is no better than that of predicting the commonest class or the mean.',
  kind: 'training',
  options: {},
  actions: ['learning-rate', 'normalize-variance', 'random-initialization'],
  judge,
};
