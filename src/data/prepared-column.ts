// The fitted preprocessing of one input column: plain JSON that says all of its arithmetic. Float32 unless noted.

import type { PreprocessingPlan } from '../plan/plan.ts';
import type { CyclicPart } from './calendar.ts';

type Clip = PreprocessingPlan['clip'];

/** y = (x - center) * factor, then the clip; NaN is replaced by `fill` before. */
export interface PreparedNumeric {
  readonly name: string;
  readonly kind: 'numeric';
  readonly fill: number;
  readonly center: number;
  readonly factor: number;
  readonly clip: Clip;
  /** A second output: 1 where the cell is missing, else 0. Only if cells were missing in the training rows. */
  readonly missingFlag: boolean;
  readonly outputs: number;
}

/** false -1, true 1, missing 0; then the missing flag. Not scaled. */
export interface PreparedBoolean {
  readonly name: string;
  readonly kind: 'boolean';
  readonly missingFlag: boolean;
  readonly outputs: number;
}

/**
 * One output per level, 1 for the cell's level and 0 for the others; with exactly two levels one output, -1 for the first
 * and 1 for the second. Missing and unseen levels are all zero (RealMLP, NeurIPS 2024, section 3). Not scaled.
 */
export interface PreparedOneHot {
  readonly name: string;
  readonly kind: 'one-hot';
  /** Levels of the training rows by code unit. */
  readonly levels: readonly string[];
  readonly outputs: number;
}

/** A code for an embedding instead of numeric outputs: 1 + index of the level; 0 = missing or unseen. */
export interface PreparedEmbedding {
  readonly name: string;
  readonly kind: 'embedding';
  readonly levels: readonly string[];
  readonly outputs: 0;
}

/**
 * One output, or two of a cyclic part. `time`: (seconds - center) in float64, rounded to float32, * factor, clip.
 * `year`: (year - center) * factor, clip. Cyclic: a = value * (2 pi / period), then sin a and cos a.
 */
export type PreparedDatePart =
  | { readonly part: 'time' | 'year'; readonly center: number; readonly factor: number }
  | { readonly part: CyclicPart; readonly period: number };

/** The parts that vary in the training rows, in calendar order (see calendar.ts); a missing cell is all zero. */
export interface PreparedDateTime {
  readonly name: string;
  readonly kind: 'date-time';
  readonly parts: readonly PreparedDatePart[];
  readonly clip: Clip;
  readonly missingFlag: boolean;
  readonly outputs: number;
}

/** A fitted column: everything that turns its raw cells into numbers or codes. */
export type PreparedColumn = PreparedNumeric | PreparedBoolean | PreparedOneHot | PreparedEmbedding | PreparedDateTime;
