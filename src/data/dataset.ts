// In: a fitted preprocessing and table rows. Out: the arrays that a network is fed with.

import type { Task } from '../plan/plan.ts';

/** Rows ready for a network. Numeric, boolean, date-time and one-hot columns are scaled float32; wide categories are codes. */
export interface Dataset {
  readonly task: Task;
  readonly rows: number; // N
  /** Columns of `numeric`. */
  readonly width: number; // D
  readonly numeric: Float32Array; // [N, D], row-major
  /** Levels per embedded categorical column, the unknown level 0 included. */
  readonly cardinalities: readonly number[]; // C entries
  readonly categories: Int32Array; // [N, C], row-major, 0 = missing or unseen
  /** Which of the D columns are continuous (numeric embeddings apply), the others are one-hot, boolean or missing flags. */
  readonly continuous: readonly boolean[]; // D entries
  /** Class codes (0 .. classes-1), or target values in the target's own unit. */
  readonly target: Int32Array | Float32Array; // [N]
  readonly classes: readonly string[] | null;
  /** Regression: the network is trained on (y - mean) / deviation, fitted on training rows; 0 and 1 when off. */
  readonly targetMean: number;
  readonly targetDeviation: number;
}
