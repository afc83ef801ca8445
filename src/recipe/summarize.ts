// In: the events of a tuning. Out: the summary that is printed, stored and reported.

import { type Interval, meanInterval, rootMeanSquareInterval, wilsonInterval } from '../base/statistics.ts';
import type { Metric, Score } from '../record/record.ts';
import type { TuneEvent } from './journal.ts';
import { replay } from './state.ts';
import type { ReportedError, Summary } from './summary.ts';

/** Confidence of the reported intervals. */
const confidence = 0.95;

/** A score with its interval, as the summary shows it; regression as a share of the target's standard deviation. */
export function reportedError(metric: Metric, score: Score): ReportedError {
  const { value, count, standardError, share } = score;
  const intervalOf = (): Interval => {
    if (count !== null && metric === 'error') return wilsonInterval(value, count, confidence);
    if (count === null || count < 2 || standardError === null) return { value, low: value, high: value };
    const of = metric === 'rmse' ? rootMeanSquareInterval : meanInterval;
    return of(value, standardError, count, confidence);
  };
  const { low, high } = intervalOf();
  if (share === null || value === 0) return { value, low, high };
  const unit = share / value;
  return {
    value: share,
    low: low * unit,
    high: high * unit,
    [metric === 'mae' ? 'mae' : 'rmse']: { value, low, high },
  };
}

function lastOf<T extends TuneEvent['type']>(
  events: readonly TuneEvent[],
  type: T,
): (TuneEvent & { type: T }) | undefined {
  return events.findLast((event): event is TuneEvent & { type: T } => event.type === type);
}

/** The summary of a tuning that has a plan in force; null before that. */
export function summarize(events: readonly TuneEvent[], versions: Readonly<Record<string, string>>): Summary | null {
  const state = replay(events);
  const { started, incumbent, linear } = state;
  if (started === null || incumbent === null) return null;
  const { metric } = started;
  const error = (score: Score | null | undefined): ReportedError | null =>
    score === null || score === undefined ? null : reportedError(metric, score);
  const reported = lastOf(events, 'reported');
  const final = lastOf(events, 'final');
  const diagnosed = lastOf(events, 'diagnosed');
  return {
    version: 1,
    status: reported === undefined ? 'interrupted' : 'finished',
    data: started.data,
    task: started.task,
    metric,
    target: started.target,
    classes: started.classes,
    images: started.images,
    rows: started.rows,
    error: {
      train: error(reported?.train ?? incumbent.train),
      dev: error(incumbent.dev),
      test: error(reported?.test),
    },
    linear: error(reported?.linear ?? linear?.dev),
    optimalError: started.optimalError,
    verdicts: diagnosed?.diagnosis.verdicts.map(({ id }) => id) ?? [],
    steps: state.steps.map(({ action, change, before, after, gain, accepted, why }) => ({
      action,
      change,
      before: before.value,
      after: after.value,
      gain: { value: gain.value, low: gain.low, high: gain.high },
      accepted,
      why,
    })),
    trials: state.trials,
    devUses: state.steps.length,
    seconds: state.at,
    model:
      final === undefined
        ? null
        : { networks: final.networks, parameters: final.parameters, nonzero: final.nonzero, bytes: final.bytes },
    plan: final?.plan ?? incumbent.plan,
    seed: started.seed,
    threads: started.threads,
    versions,
  };
}
