// Where a trained network is wrong: on dev rows, and on training rows where the bias is high.

import type { ShareFact } from './data-facts.ts';

/** A part of the rows by the value of one column. */
export interface Slice {
  readonly column: string;
  /** `red`, `12.5 to below 18`, `missing`. */
  readonly value: string;
  readonly rows: number;
  /** Share of wrong rows, or rmse as a share of the target's deviation, with limits corrected for all slices looked at. */
  readonly error: ShareFact;
  /** Error of the other rows. */
  readonly others: number;
}

/** One row with its prediction. */
export interface WrongRow {
  /** Number of the row in its table. */
  readonly row: number;
  readonly truth: string;
  readonly prediction: string;
  /** Probability of the predicted class, or |error| as a share of the target's deviation. */
  readonly weight: number;
}

/** What is known about the errors on one set of rows. */
export interface ErrorAnalysis {
  readonly set: 'train' | 'dev';
  readonly rows: number;
  /** [truth][prediction] counts in the order of the record's classes; null for a number, or above 100 classes. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Slices that are worse than the others by more than noise, worst first, at most ten. */
  readonly slices: readonly Slice[];
  /** Slices that were looked at: what the limits are corrected for. */
  readonly looked: number;
  /** Wrong with the most certainty, at most 20. */
  readonly mostWrong: readonly WrongRow[];
  /** Rows whose label is likely the mistake, as the prediction is as certain as on its own class' rows, at most 20. */
  readonly likelyLabelErrors: readonly WrongRow[];
}
