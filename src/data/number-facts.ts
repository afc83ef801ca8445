import type { NumericColumn } from './table.ts';

/** What the values of a numeric column have in common. */
export interface NumberFacts {
  readonly present: number;
  readonly minimum: number;
  readonly maximum: number;
  /** All values are whole numbers. */
  readonly integer: boolean;
  /** Each value is larger than the one before it (or each is smaller), in the order of the rows. */
  readonly monotone: boolean;
}

/** One pass over a numeric column; minimum and maximum are NaN when every cell is missing. */
export function numberFacts(column: NumericColumn): NumberFacts {
  let present = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let integer = column.exact?.integer ?? true;
  let rises = true;
  let falls = true;
  let last = Number.NaN;
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    if (integer && !Number.isInteger(value)) integer = false;
    // from 2^24 on neighbours may be equal in float32, so equal values do not break the order there
    const strict = Math.abs(value) < 16_777_216;
    if (value < last || (strict && value === last)) rises = false;
    if (value > last || (strict && value === last)) falls = false;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    last = value;
    present++;
  }
  if (present === 0) return { present, minimum: Number.NaN, maximum: Number.NaN, integer: false, monotone: false };
  return { present, minimum, maximum, integer, monotone: rises || falls };
}

/** Different values of a numeric column, missing ones apart; counting stops above `limit`. */
export function countDistinct(column: NumericColumn, limit = Number.POSITIVE_INFINITY): number {
  if (column.exact) return column.exact.distinct;
  const seen = new Set<number>();
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    seen.add(value);
    if (seen.size > limit) break;
  }
  return seen.size;
}
