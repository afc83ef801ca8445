import { formatPercent, formatSignificant } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { medianOf, middleOf, shownByMost, whoText } from '../traces.ts';

const options = {
  /** Median deviation of the batches' losses in a stretch of steps, as a share of the loss of knowing nothing ... */
  deviation: 1,
  /** ... and of the stretch's own mean ... */
  ownShare: 0.25,
  /** ... while the loss of the run's second half is not below this share of that of knowing nothing. */
  end: 0.9,
  /** Batches of at most so few rows are a known cause: then ... */
  fewRows: 4,
  /** ... this deviation is enough. */
  fewRowsDeviation: 0.05,
  /** Where no batches were written down: all rises of the curve's train loss, as a multiple of its first value. */
  rises: 3,
};

interface Noise {
  /** Deviation as a share of the loss of knowing nothing, or the sum of the rises. */
  readonly value: number;
  readonly because: string;
}

/** Losses jump from batch to batch. */
function batchNoise({ losses, start, plan }: RunTrace): Noise | null {
  const known = (losses ?? []).filter(({ deviation, mean }) => deviation !== null && mean > 0);
  const unit = start?.expectedLoss ?? known[0]?.mean ?? 0;
  const deviation = medianOf(known.map((segment) => segment.deviation));
  const own = medianOf(known.map((segment) => (segment.deviation ?? 0) / segment.mean));
  if (deviation === null || own === null || !(unit > 0)) return null;
  const rows = plan?.training.batchSize ?? null;
  const few = rows !== null && rows <= options.fewRows;
  const value = deviation / unit;
  // Where batches are not small the rows themselves may be noisy: then the loss must also be no better than at the start.
  const end = medianOf(known.slice(Math.floor(known.length / 2)).map(({ mean }) => mean)) ?? 0;
  if (!few && end < options.end * unit) return null;
  if (value < (few ? options.fewRowsDeviation : options.deviation) || own < options.ownShare) return null;
  const size = few ? ` with ${rows === 1 ? 'a single row' : `${rows} rows`} per step` : '';
  return {
    value,
    because:
      `The loss jumps from batch to batch${size}: it deviates by ${formatPercent(own)} of its mean, ` +
      `${formatPercent(value)} of the loss of knowing nothing.`,
  };
}

/** The train loss goes up and down from point to point. */
function curveNoise({ losses, curve }: RunTrace): Noise | null {
  if (losses !== null) return null;
  const values = curve.flatMap(({ trainLoss }) =>
    trainLoss !== null && Number.isFinite(trainLoss) ? [trainLoss] : [],
  );
  const first = Math.abs(values[0] ?? 0);
  if (values.length < 4 || first === 0) return null;
  const rises = values.reduce((sum, value, i) => sum + Math.max(0, value - (values[i - 1] ?? value)), 0);
  const value = rises / first;
  const falls = values.filter((x, i) => x < (values[i - 1] ?? x)).length;
  if (value < options.rises || falls * 4 < values.length) return null;
  return {
    value,
    because: `The train loss goes up and down: its rises add up to ${formatSignificant(value)} times its first value.`,
  };
}

function judge(input: Case): Finding<'oscillating'> | null {
  const { evidence } = input;
  const runs = evidence.runs ?? [];
  const few = runs.every(({ plan }) => plan !== null && plan.training.batchSize <= options.fewRows);
  if (!few && !mayUnderfit(input)) return null;
  const [first, ...others] = shownByMost(runs, (run) => batchNoise(run) ?? curveNoise(run));
  if (first === undefined) return null;
  const { value, because } = middleOf([first, ...others], (noise) => noise.value);
  return {
    id: 'oscillating',
    value,
    low: null,
    high: null,
    unit: 'of the loss of knowing nothing',
    because: `${whoText(others.length + 1, runs.length)}${because}`,
    confidence: null,
    actions: oscillating.actions,
  };
}

/** The loss jumps instead of falling. */
export const oscillating: Rule<'oscillating'> = {
  id: 'oscillating',
  about: 'The loss jumps from step to step by a large part of itself: batches are too small, or steps too long.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'warm-up'],
  judge,
};
