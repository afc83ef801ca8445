import { fitLine, type Interval, median, newcombeInterval } from '../../base/statistics.ts';
import type { Evidence, RunTrace } from '../evidence.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit, scaleOf, tidy } from '../scale.ts';
import { gapText, plainText } from '../words.ts';

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
  const { lastShare, fewestPoints } = stillFalling.options as { lastShare: number; fewestPoints: number };
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
  if (points.length < (stillFalling.options.fewestPoints as number)) {
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

function judge({ evidence, settings }: Case): Finding<'still-falling'> | null {
  const factor = factorOf(evidence);
  const runs = (evidence.runs ?? []).filter(({ status }) => status !== 'diverged');
  if (factor === null) return null;
  const least = settings.tolerance * (stillFalling.options.toleranceShare as number);
  const falls = runs
    .map((run) => fallOf(run, evidence, factor, settings.confidence))
    .filter((fall) => fall !== null)
    .filter(({ value, low }) => (low ?? value) > least);
  // Of several runs more than half must agree.
  if (falls.length === 0 || falls.length * 2 <= runs.length) return null;
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

const plainEpochs = (epochs: number): string => (epochs === 1 ? 'epoch' : `${tidy(Number(epochs.toFixed(1)))} epochs`);

/** The run ended before the training was done. */
export const stillFalling: Rule<'still-falling'> = {
  id: 'still-falling',
  about: 'The train error was still falling by more than its noise when the run ended.',
  kind: 'training',
  options: {
    /** The end of a run is its last quarter ... */
    lastShare: 0.25,
    /** ... but at least so many points, of which a line leaves residuals. */
    fewestPoints: 4,
    /** A quarter of the tolerance in a quarter of the run: the same run once more would be worth a whole tolerance. */
    toleranceShare: 0.25,
  },
  actions: ['longer-training'],
  judge,
};
