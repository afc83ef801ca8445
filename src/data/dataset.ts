// In: a fitted preprocessing and table rows. Out: the arrays that a network is fed with.

import type { Task } from '../plan/plan.ts';
import type { ImageShape } from './table.ts';

/** How pixels 0 .. 255 become what a network sees, per channel: (pixel - center) * factor, float32. */
export interface ImageScaling {
  readonly center: readonly number[]; // C entries
  readonly factor: readonly number[]; // C entries
}

/** The images of a dataset's rows, as they lie in the store; they are scaled inside the network's graph. */
export interface DatasetImages extends ImageShape, ImageScaling {
  /** The whole store's pixels, not copied. */
  readonly pixels: Uint8Array; // [rows of the store, C, H, W]
  /** Which image of the store each row of the dataset is. */
  readonly index: Uint32Array; // [N]
}

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
  /** One image per row; null for tables. With images `width` and `cardinalities` are empty. */
  readonly images: DatasetImages | null;
  /** Which of the D columns are continuous (numeric embeddings apply), the others are one-hot, boolean or missing flags. */
  readonly continuous: readonly boolean[]; // D entries
  /** Class codes (0 .. classes-1), or target values in the target's own unit. */
  readonly target: Int32Array | Float32Array; // [N]
  readonly classes: readonly string[] | null;
  /** Regression: the network is trained on (y - mean) / deviation, fitted on training rows; 0 and 1 when off. */
  readonly targetMean: number;
  readonly targetDeviation: number;
}
