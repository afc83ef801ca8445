import { formatCount, formatPercent, plural } from '../../base/format.ts';
import { fitLine, type Interval, mean, median, newcombeInterval } from '../../base/statistics.ts';
import type { Evidence, RunTrace } from '../evidence.ts';
import { behindReference, mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit, scaleOf, tidy } from '../scale.ts';
import { medianOf, shownByMost } from '../traces.ts';
import { gapText, plainText } from '../words.ts';

const options = {
  /** The end of a run is its last quarter ... */
  lastShare: 0.25,
  /** ... but at least so many points, of which a line leaves residuals. */
  fewestPoints: 4,
  /** A quarter of the tolerance in a quarter of the run: the same run once more would be worth a whole tolerance. */
  toleranceShare: 0.25,
  /** Stretches of losses in the last half of a run that a line is put through. */
  fewestStretches: 8,
  /** Fall of the loss over the last half of a run, as a share of its beginning. */
  lossFall: 0.05,
  /** Steps of the run, as a share of those of the usual plan that it is compared with. */
  stepShare: 0.25,
  /** Least fall of the loss over the run, and over its last half, as a share of its beginning. */
  learned: 0.01,
};

interface Point {
  readonly epoch: number;
  readonly error: number;
}

interface Fall {
  readonly value: number;
  /** Null without an interval. */
  readonly low: number | null;
  readonly high: number | null;
  readonly epochs: number;
}

/** From a curve's errors to the unit of the diagnosis; null if a regression's share is unknown. */
function factorOf(evidence: Evidence): number | null {
  if (evidence.task === 'classification') return scaleOf(evidence.metric).factor;
  const share = inUnit(evidence.train, evidence.metric);
  const value = evidence.train?.value ?? 0;
  return share === null || value === 0 ? null : share / value;
}

/** The points that the end of the run is judged by. */
function endOf(points: readonly Point[]): readonly Point[] {
  const { lastShare, fewestPoints } = options;
  return points.slice(-Math.max(fewestPoints, Math.ceil(points.length * lastShare)));
}

/** Two or three points have no residuals: the noise of the rows stands in, too wide since the rows are the same. */
function fallBetween(first: Point, last: Point, evidence: Evidence, factor: number, confidence: number): Fall {
  const count = evidence.train?.count ?? null;
  const epochs = last.epoch - first.epoch;
  const value = (first.error - last.error) * factor;
  if (evidence.metric !== 'error' || count === null) return { value, low: null, high: null, epochs };
  const interval: Interval = newcombeInterval(first.error, count, last.error, count, confidence);
  return { value, low: interval.low * factor, high: interval.high * factor, epochs };
}

/** How far the train error fell over the end of a run, if that run was still going somewhere. */
function fallOf(run: RunTrace, evidence: Evidence, factor: number, confidence: number): Fall | null {
  const points = run.curve.flatMap(({ epoch, trainError }) =>
    trainError !== null && Number.isFinite(trainError) ? [{ epoch, error: trainError }] : [],
  );
  const end = endOf(points);
  const [first] = end;
  const last = end.at(-1);
  if (first === undefined || last === undefined || last.epoch <= first.epoch) return null;
  // Where the dev error was best long before the end, more epochs would only overfit.
  const devKnown = run.curve.some(({ devError }) => devError !== null);
  if (devKnown && (run.bestEpoch === null || run.bestEpoch < first.epoch)) return null;
  if (points.length < options.fewestPoints) {
    return fallBetween(first, last, evidence, factor, confidence);
  }
  const line = fitLine(
    end.map(({ epoch }) => epoch),
    end.map(({ error }) => error),
    confidence,
  );
  const epochs = last.epoch - first.epoch;
  const scale = -epochs * factor;
  const { value, low, high } = line.slope;
  return { value: value * scale, low: high * scale, high: low * scale, epochs };
}

/** By the train errors of the runs' last points. */
function byErrors({ evidence, settings }: Case, runs: readonly RunTrace[]): Finding<'still-falling'> | null {
  const factor = factorOf(evidence);
  if (factor === null) return null;
  const least = settings.tolerance * options.toleranceShare;
  const falls = shownByMost(runs, (run) => {
    const fall = fallOf(run, evidence, factor, settings.confidence);
    return fall !== null && (fall.low ?? fall.value) > least ? fall : null;
  });
  if (falls.length === 0) return null;
  const { unit } = scaleOf(evidence.metric);
  const lows = falls.flatMap(({ low }) => (low === null ? [] : [low]));
  const highs = falls.flatMap(({ high }) => (high === null ? [] : [high]));
  const known = lows.length === falls.length;
  const value = tidy(median(falls.map((fall) => fall.value)));
  const low = known ? tidy(median(lows)) : null;
  const high = known ? tidy(median(highs)) : null;
  const epochs = median(falls.map((fall) => fall.epochs));
  return {
    id: 'still-falling',
    value,
    low,
    high,
    unit,
    because:
      `Over the last ${plainEpochs(epochs)} the train error still fell by ${gapText(value, unit, low, high)}, ` +
      `more than ${plainText(least, unit)}.`,
    confidence: known ? settings.confidence : null,
    actions: stillFalling.actions,
  };
}

/** How far the batches' losses fell over the last half of a run with few points, as a share of the first; or null. */
function lossFall({ losses, curve }: RunTrace, confidence: number): number | null {
  const [first] = losses ?? [];
  if (losses === null || first === undefined || curve.length >= options.fewestPoints) return null;
  const end = losses.slice(Math.floor(losses.length / 2));
  const begin = end[0];
  const last = end.at(-1);
  if (begin === undefined || last === undefined || end.length < options.fewestStretches || !(first.mean > 0))
    return null;
  const { slope } = fitLine(
    end.map(({ step }) => step),
    end.map((segment) => segment.mean),
    confidence,
  );
  const scale = -(last.step - begin.step) / first.mean;
  return slope.high * scale > options.lossFall ? slope.value * scale : null;
}

/** By the losses of the batches, where a run has too few points. */
function byLosses(input: Case, runs: readonly RunTrace[]): Finding<'still-falling'> | null {
  const falls = shownByMost(runs, (run) => lossFall(run, input.settings.confidence));
  const value = medianOf(falls);
  if (value === null) return null;
  return {
    id: 'still-falling',
    value,
    low: null,
    high: null,
    unit: 'of the first loss',
    because: `Over the last half of the run the train loss still fell by ${formatPercent(value)} of what it began with.`,
    confidence: input.settings.confidence,
    actions: stillFalling.actions,
  };
}

/** Whether the losses of a run's last quarter are below those of the quarter before it. */
function endsFalling(means: readonly number[]): boolean {
  const quarter = Math.floor(means.length * options.lastShare);
  const [first] = means;
  if (quarter === 0 || first === undefined) return false;
  const before = mean(means.slice(-2 * quarter, -quarter));
  return before - mean(means.slice(-quarter)) > options.learned * first;
}

/** How many steps a run made, if it learned at all and its best epoch is in its last quarter, or its loss still fell there. */
function stepsOf({ curve, bestEpoch, losses }: RunTrace): number | null {
  const last = curve.at(-1);
  if (last === undefined) return null;
  const means = losses?.map((segment) => segment.mean) ?? curve.flatMap(({ trainLoss }) => trainLoss ?? []);
  const [first] = means;
  if (first === undefined || Math.min(...means) > (1 - options.learned) * first) return null;
  const late = bestEpoch !== null && bestEpoch >= (1 - options.lastShare) * last.epoch;
  return late || endsFalling(means) ? last.step : null;
}

/** By a usual plan on the same rows that made many more steps and came to much less error on both sides. */
function byReference({ evidence, settings }: Case, runs: readonly RunTrace[]): Finding<'still-falling'> | null {
  const behind = behindReference(evidence, settings);
  const reference = evidence.probes?.reference ?? null;
  const rows = evidence.data?.rows.train ?? reference?.train.count ?? null;
  if (behind?.train == null || behind.dev === null || reference === null || rows === null) return null;
  const worse = behind.dev.low > 0 || behind.dev.value > settings.tolerance;
  if (!(behind.train.low > 0 && worse)) return null;
  const { epochs, batchSize } = reference.plan.training;
  const usual = epochs * Math.ceil(rows / Math.min(rows, batchSize));
  const few = shownByMost(runs, (run) => {
    const steps = stepsOf(run);
    return steps !== null && steps < options.stepShare * usual ? steps : null;
  });
  const steps = medianOf(few);
  if (steps === null) return null;
  const { unit } = scaleOf(evidence.metric);
  const { value, low, high } = behind.train;
  return {
    id: 'still-falling',
    value: tidy(value),
    low: tidy(low),
    high: tidy(high),
    unit,
    because:
      `The run was over after ${plural(steps, 'step')}, still on its way; a usual plan with ${formatCount(usual)} steps on the ` +
      `same rows has a train error that is lower by ${gapText(value, unit, low, high)}.`,
    confidence: settings.confidence,
    actions: stillFalling.actions,
  };
}

function judge(input: Case): Finding<'still-falling'> | null {
  // More epochs are no use to a network that already fits its training rows, nor to one that is as good as others.
  if (!mayUnderfit(input)) return null;
  const runs = (input.evidence.runs ?? []).filter(({ status }) => status !== 'diverged');
  return byErrors(input, runs) ?? byLosses(input, runs) ?? byReference(input, runs);
}

const plainEpochs = (epochs: number): string => (epochs === 1 ? 'epoch' : `${tidy(Number(epochs.toFixed(1)))} epochs`);

/** The run ended before the training was done. */
export const stillFalling: Rule<'still-falling'> = {
  id: 'still-falling',
  about: 'The train error was still falling by more than its noise when the run ended.',
  kind: 'training',
  options,
  actions: ['longer-training'],
  judge,
};
