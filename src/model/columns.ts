// In: a fitted preprocessing and the table it was fitted on. Out: what each input of the exported model takes, in words and numbers.

import { FettleError } from '../base/error.ts';
import type { PreparedColumn } from '../data/prepared-column.ts';
import type { Preprocessing } from '../data/preprocessing.ts';
import { findColumn, isMissing, type Table } from '../data/table.ts';

/** Smallest and largest value of a column in the training rows, and the share of its cells that were missing. */
export interface ColumnRange {
  /** Null for text, and for a column without values. Date-times in seconds since 1970 UTC. */
  readonly low: number | null;
  readonly high: number | null;
  readonly missingShare: number;
}

/** One input of the exported model: a raw column of the table as a tensor [N, 1]. */
export interface ModelColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'boolean' | 'categorical' | 'date-time';
  /** Type of the tensor's elements. Booleans: 0 and 1; date-times: seconds since 1970-01-01 UTC. */
  readonly type: 'float32' | 'float64' | 'string';
  /** What stands for a missing cell: `NaN`, or a text that is no level (the empty text where possible). */
  readonly missing: string;
  /** Different texts in the training rows; null for other kinds. Any other text counts as missing. */
  readonly levelCount: number | null;
  /** The first fifty of them. */
  readonly levels: readonly string[] | null;
  /** Null where the training rows were not looked at. */
  readonly range: ColumnRange | null;
}

const shownLevels = 50;

/** The text that stands for a missing cell: empty, unless the empty text is a level. */
export function missingText(levels: readonly string[]): string {
  let text = '';
  while (levels.includes(text)) text = text === '' ? '<missing>' : `${text}>`;
  return text;
}

/** The range of every used column over the training rows (all rows by default). */
export function columnRanges(
  preprocessing: Preprocessing,
  table: Table,
  rows?: Uint32Array,
): Readonly<Record<string, ColumnRange>> {
  const chosen = rows ?? Uint32Array.from({ length: table.rows }, (_, row) => row);
  return Object.fromEntries(preprocessing.columns.map(({ name }) => [name, rangeOf(table, name, chosen)]));
}

function rangeOf(table: Table, name: string, rows: Uint32Array): ColumnRange {
  const column = findColumn(table, name);
  if (column === undefined) {
    throw new FettleError(
      'data',
      `The table has no column "${name}", which the preprocessing was fitted on. Pass the training table.`,
    );
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (const row of rows) {
    if (isMissing(column, row)) missing++;
    else if (column.kind !== 'text') {
      low = Math.min(low, column.values[row] as number);
      high = Math.max(high, column.values[row] as number);
    }
  }
  const known = low <= high;
  return {
    low: known ? low : null,
    high: known ? high : null,
    missingShare: rows.length === 0 ? 0 : missing / rows.length,
  };
}

/** The inputs of the exported model, in the preprocessing's order. */
export function modelColumns(
  preprocessing: Preprocessing,
  ranges: Readonly<Record<string, ColumnRange>> = {},
): readonly ModelColumn[] {
  return preprocessing.columns.map((column) => describe(column, ranges[column.name] ?? null));
}

function describe(column: PreparedColumn, range: ColumnRange | null): ModelColumn {
  const { name, kind } = column;
  if (kind === 'one-hot' || kind === 'embedding') {
    const { levels } = column;
    return {
      name,
      kind: 'categorical',
      type: 'string',
      missing: missingText(levels),
      levelCount: levels.length,
      levels: levels.slice(0, shownLevels),
      range,
    };
  }
  const type = kind === 'date-time' ? 'float64' : 'float32';
  return { name, kind, type, missing: 'NaN', levelCount: null, levels: null, range };
}
