// In: predictions on rows of a table. Out: the same row by row, as all parts of an error analysis look at them.

import { standardDeviation } from '../../base/statistics.ts';
import type { Roles } from '../../data/roles.ts';
import { shortestFloat32, type Table } from '../../data/table.ts';
import { targetValues } from '../../data/target-values.ts';
import type { WrongRow } from '../../record/error-analysis.ts';
import { type Predictions, predictedClass } from '../../training/score.ts';

/** Rows of a table with their predictions. */
export interface JudgedRows {
  readonly table: Table;
  readonly roles: Roles;
  /** Numbers of the table's rows, one per prediction. */
  readonly rows: Uint32Array;
  readonly predictions: Predictions;
  /** The target of each judged row: class codes (-1: a class that the network does not know), or numbers. */
  readonly truth: ArrayLike<number>;
  /** Classes: the predicted ones; null for a number. */
  readonly predicted: Int32Array | null;
  /** Of the target on these rows, the unit of a number's errors; 1 for classes. */
  readonly deviation: number;
  /** Wrong 0 or 1, or the squared error in units of `deviation`. */
  readonly terms: Float64Array;
}

/** Puts truth and prediction side by side. */
export function judgeRows(table: Table, roles: Roles, rows: Uint32Array, predictions: Predictions): JudgedRows {
  const all = targetValues(table, roles);
  const truth = Array.from(rows, (row) => all[row] as number);
  if (roles.classes !== null) {
    const predicted = Int32Array.from(rows, (_, i) => predictedClass(predictions, i));
    const terms = Float64Array.from(truth, (y, i) => (predicted[i] === y ? 0 : 1));
    return { table, roles, rows, predictions, truth, predicted, deviation: 1, terms };
  }
  const spread = truth.length < 2 ? 0 : standardDeviation(truth);
  const deviation = spread > 0 ? spread : 1;
  const terms = Float64Array.from(truth, (y, i) => (((predictions.values[i] as number) - y) / deviation) ** 2);
  return { table, roles, rows, predictions, truth, predicted: null, deviation, terms };
}

/** A judged row as people read it. */
export function wrongRow(judged: JudgedRows, i: number): WrongRow {
  const { roles, rows, predictions, truth, predicted, terms } = judged;
  const row = rows[i] as number;
  const y = truth[i] as number;
  if (roles.classes === null || predicted === null) {
    const text = (value: number): string => String(shortestFloat32(value));
    const prediction = text(predictions.values[i] as number);
    return { row, truth: text(y), prediction, weight: Math.sqrt(terms[i] as number) };
  }
  const k = predicted[i] as number;
  return {
    row,
    truth: roles.classes[y] ?? 'unknown',
    prediction: roles.classes[k] ?? 'unknown',
    weight: predictions.values[i * predictions.outputs + k] as number,
  };
}
