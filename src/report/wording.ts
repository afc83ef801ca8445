// In: scores, gains and limits in a metric. Out: how they are written in a terminal and in a report.

import {
  enumerate,
  formatInterval,
  formatNumber,
  formatPercent,
  formatPercentInterval,
  formatSignificant,
} from '../base/format.ts';
import type { Gain } from '../recipe/journal.ts';
import type { ReportedError } from '../recipe/summary.ts';
import type { Metric, Score } from '../record/record.ts';

/** A metric's name inside a sentence. */
export const metricNames = {
  error: 'error',
  'log-loss': 'log loss',
  rmse: 'root mean square error',
  mae: 'mean absolute error',
} as const satisfies { readonly [K in Metric]: string };

/** Whether the metric is in the target's unit, so that its share of the standard deviation says more. */
export function isInTargetUnit(metric: Metric): boolean {
  return metric === 'rmse' || metric === 'mae';
}

/** Decimals that show a number to about three digits. */
function decimalsOf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return 2;
  return Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
}

/** A score: `12.3 %`, `0.412`, `5.84 (35.2 % of the standard deviation)`. */
export function scoreText(score: Score, metric: Metric): string {
  if (metric === 'error') return formatPercent(score.value);
  const value = formatSignificant(score.value);
  return score.share === null ? value : `${value} (${formatPercent(score.share)} of the standard deviation)`;
}

/** A score in a narrow table: without the share of the standard deviation. */
export function shortScoreText(score: Score, metric: Metric): string {
  return metric === 'error' ? formatPercent(score.value) : formatSignificant(score.value);
}

/** A bare number in the metric's own scale: `12.3 %`, `0.412`, `5.84`. */
export function valueText(value: number, metric: Metric): string {
  return metric === 'error' ? formatPercent(value) : formatSignificant(value);
}

/** A number that is a share of rows, nats, or a share of the standard deviation, as the summary's errors are. */
export function sharedValueText(value: number, metric: Metric): string {
  if (metric === 'log-loss') return formatSignificant(value);
  return isInTargetUnit(metric) ? `${formatPercent(value)} of the standard deviation` : formatPercent(value);
}

/** An error with its interval; regression in the target's unit first, then as a share of the standard deviation. */
export function errorText(error: ReportedError, metric: Metric): string {
  const { value, low, high } = error;
  const own = error.rmse ?? error.mae;
  if (metric === 'log-loss') return formatInterval(value, low, high, decimalsOf(value));
  const share = formatPercentInterval(value, low, high);
  if (!isInTargetUnit(metric)) return share;
  const ofDeviation = `${share} of the standard deviation`;
  if (own === undefined) return ofDeviation;
  return `${formatInterval(own.value, own.low, own.high, decimalsOf(own.value))}, ${ofDeviation}`;
}

/** A signed number with a true minus sign: `−1.9`, `+0.3`, `0.0`. */
function signed(value: number, decimals: number): string {
  const text = formatNumber(Math.abs(value), decimals);
  if (!/[1-9]/.test(text)) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** A change of the held-out score with its limits, negative is better: `−1.9 points (−3.4 to −0.4)`. */
export function gainText(gain: Pick<Gain, 'value' | 'low' | 'high'>, metric: Metric): string {
  const factor = metric === 'error' ? 100 : 1;
  const [value, low, high] = [gain.value * factor, gain.low * factor, gain.high * factor];
  const widest = Math.max(...[value, low, high].filter(Number.isFinite).map(Math.abs));
  const decimals = metric === 'error' ? (widest < 1 ? 2 : 1) : decimalsOf(widest);
  const unit = metric === 'error' ? ' points' : '';
  // An evaluation on one unit of one row has no limits.
  if (!(Number.isFinite(low) && Number.isFinite(high))) return `${signed(value, decimals)}${unit}`;
  return `${signed(value, decimals)}${unit} (${signed(low, decimals)} to ${signed(high, decimals)})`;
}

/** Ids of verdicts as words: `high bias and high variance`. */
export function verdictText(ids: readonly string[]): string {
  return ids.length === 0 ? 'no verdict' : enumerate(ids.map((id) => id.replaceAll('-', ' ')));
}
