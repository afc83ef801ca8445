import { formatPercent } from '../../base/format.ts';
import type { Evidence, RunTrace } from '../evidence.ts';
import { mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { baselineOf, inUnit, scaleOf, scoreInterval } from '../scale.ts';
import { medianOf, shownByMost, whoText } from '../traces.ts';
import { errorText } from '../words.ts';

const options = {
  /** Share of the baseline that the train error itself has not left: on few rows an upper limit alone says little. */
  near: 0.9,
  /** A loss that never falls by more than this share of its start stands still. */
  fall: 0.01,
  /** Fewer steps than this are no training that could have stood still. */
  steps: 10,
};

const KNOWING_NOTHING: { readonly [K in Evidence['metric']]: string } = {
  error: 'always predicting the commonest class',
  'log-loss': 'always predicting the shares of the classes',
  rmse: 'always predicting the mean',
  mae: 'always predicting the median',
};

/** What the train error says: no better than knowing nothing. */
function byError({ evidence, gaps, settings }: Case): Finding<'stalled'> | null {
  const { metric, train } = evidence;
  const baseline = baselineOf(evidence);
  const value = inUnit(train, metric);
  if (train === null || baseline === null || value === null) return null;
  // Where the best possible predictor knows nothing either, there was nothing to learn.
  const bias = gaps.find(({ id }) => id === 'bias');
  if (bias?.state === 'inside') return null;
  const interval = scoreInterval(train, metric, settings.confidence);
  if ((interval?.high ?? value) < baseline.value || value < options.near * baseline.value) return null;
  const { unit } = scaleOf(metric);
  return {
    id: 'stalled',
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    unit,
    because:
      `The train error of ${errorText(value, unit, interval?.low, interval?.high)} is no better than the ` +
      `${errorText(baseline.value, unit)} of ${KNOWING_NOTHING[metric]}${baseline.exact ? '' : ' at most'}, ` +
      'which takes no learning.',
    confidence: interval === null ? null : settings.confidence,
    actions: stalled.actions,
  };
}

/** How far the loss of the batches fell below that of the first ones, as a share of it; null if it fell, or nobody knows. */
function standstill({ losses, status }: RunTrace): number | null {
  const [first, ...others] = losses ?? [];
  const steps = losses?.at(-1)?.step ?? 0;
  if (first === undefined || others.length === 0 || steps < options.steps || status === 'diverged') return null;
  const fall = (first.mean - Math.min(...others.map(({ mean }) => mean))) / first.mean;
  return first.mean > 0 && fall < options.fall ? fall : null;
}

/** What the batches' losses say: they never fell. */
function byLoss(input: Case): Finding<'stalled'> | null {
  const runs = input.evidence.runs ?? [];
  const falls = shownByMost(runs, standstill);
  const fall = medianOf(falls);
  if (fall === null || !mayUnderfit(input)) return null;
  return {
    id: 'stalled',
    value: fall,
    low: null,
    high: null,
    unit: 'of the first loss',
    because:
      `${whoText(falls.length, runs.length)}The train loss never fell by more than ${formatPercent(Math.max(0, fall))} of ` +
      'what it was at the start.',
    confidence: null,
    actions: stalled.actions,
  };
}

function judge(input: Case): Finding<'stalled'> | null {
  // A run that diverged lost what it knew; the rule about that speaks for it.
  const runs = input.evidence.runs ?? [];
  if (runs.length > 0 && runs.every(({ status }) => status === 'diverged')) return null;
  return byError(input) ?? byLoss(input);
}

/** Nothing was learned. */
export const stalled: Rule<'stalled'> = {
  id: 'stalled',
  about:
    'The train error is no better than that of predicting the commonest class or the mean, or the loss never fell.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'normalize-variance', 'random-initialization'],
  judge,
};
