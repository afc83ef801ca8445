// In: per-row terms of two plans on the same units. Out: the paired difference of their scores, with its interval.

import { studentQuantile } from '../base/statistics.ts';
import type { Metric } from '../record/record.ts';
import type { Gain } from './journal.ts';

/** Per-row terms of one unit: `rows[i]` is the table row that `terms[i]` belongs to. */
export interface UnitTerms {
  readonly unit: number;
  readonly rows: Uint32Array;
  readonly terms: Float32Array;
}

/** Two-sided confidence of the intervals by which actions are accepted; see docs/decisions. */
export const acceptanceConfidence = 0.8;

function spread(values: readonly number[]): { mean: number; standardError: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const standardError =
    values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : Number.POSITIVE_INFINITY;
  return { mean, standardError };
}

/**
 * Score after minus score before; negative is better. Each row's difference is averaged over the units it was held out
 * in, so repeats do not count as new rows. The standard error is the larger of the one over rows and, from three units
 * on, the one over units, which also holds the noise of seeds and training rows.
 */
export function pairedGain(
  metric: Metric,
  before: readonly UnitTerms[],
  after: readonly UnitTerms[],
  confidence = acceptanceConfidence,
): Gain {
  const byRow = new Map<number, { sum: number; count: number }>();
  const byUnit: number[] = [];
  let sumBefore = 0;
  let sumAfter = 0;
  let terms = 0;
  for (const a of after) {
    const b = before.find(({ unit }) => unit === a.unit);
    if (b === undefined) continue;
    let sum = 0;
    for (let i = 0; i < a.rows.length; i++) {
      const difference = (a.terms[i] as number) - (b.terms[i] as number);
      const entry = byRow.get(a.rows[i] as number) ?? { sum: 0, count: 0 };
      byRow.set(a.rows[i] as number, { sum: entry.sum + difference, count: entry.count + 1 });
      sum += difference;
      sumBefore += b.terms[i] as number;
      sumAfter += a.terms[i] as number;
    }
    terms += a.rows.length;
    byUnit.push(sum / a.rows.length);
  }
  const rows = spread([...byRow.values()].map(({ sum, count }) => sum / count));
  const units = spread(byUnit);
  const wide = byUnit.length >= 3 && units.standardError > rows.standardError;
  const standardError = wide ? units.standardError : rows.standardError;
  const degrees = wide ? byUnit.length - 1 : Math.max(1, byRow.size - 1);
  const half = studentQuantile((1 + confidence) / 2, degrees) * standardError;
  // The root of a mean: d sqrt(m) = dm / (2 sqrt(m)), at the middle of the two.
  const middle = Math.sqrt(Math.max(1e-30, (sumBefore + sumAfter) / (2 * terms)));
  const slope = metric === 'rmse' ? 1 / (2 * middle) : 1;
  const value =
    metric === 'rmse' ? Math.sqrt(sumAfter / terms) - Math.sqrt(sumBefore / terms) : (sumAfter - sumBefore) / terms;
  return {
    value,
    low: value - half * slope,
    high: value + half * slope,
    confidence,
    rows: byRow.size,
    units: byUnit.length,
  };
}
