// In: a fitted preprocessing of a column, the column, rows. Out: its outputs written into the rows of a matrix.

import { FettleError } from '../base/error.ts';
import { nearestNames } from '../base/nearest-name.ts';
import { calendarOf } from './calendar.ts';
import type { PreparedColumn, PreparedDateTime, PreparedNumeric } from './prepared-column.ts';
import { clipped } from './scaling.ts';
import { type Column, type ColumnKind, countMissing, findColumn, type Table } from './table.ts';

/** Where a column's outputs go: `values[i * width + offset]` and on, for the i-th of `rows`. */
export interface Destination<T extends Float32Array | Int32Array> {
  readonly values: T;
  readonly width: number;
  readonly offset: number;
}

/** The kind of table column that a fitted preprocessing needs. */
export function neededKind(prepared: PreparedColumn): ColumnKind {
  return prepared.kind === 'one-hot' || prepared.kind === 'embedding' ? 'text' : prepared.kind;
}

/** The table's column for a fitted one. A column without any cell fits every kind. Throws `data` if it is absent or of another kind. */
export function neededColumn(table: Table, prepared: PreparedColumn): Column {
  const column = findColumn(table, prepared.name);
  const kind = neededKind(prepared);
  if (column === undefined) {
    const near = nearestNames(
      prepared.name,
      table.columns.map((candidate) => candidate.name),
    );
    const hint = near.length > 0 ? ` (did you mean ${near.map((name) => `"${name}"`).join(' or ')}?)` : '';
    throw new FettleError(
      'data',
      `The table has no column "${prepared.name}", which the model was trained with${hint}. Add it; cells may be empty where the value is unknown.`,
    );
  }
  if (column.kind === kind) return column;
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  if (countMissing(column) === rows) return emptyColumn(column.name, kind, rows);
  throw new FettleError(
    'data',
    `Column "${prepared.name}" is ${column.kind}, but the model was trained with ${kind} cells there. Write its cells as in the training table.`,
  );
}

function emptyColumn(name: string, kind: ColumnKind, rows: number): Column {
  if (kind === 'text') return { name, kind, codes: new Int32Array(rows).fill(-1), levels: [], overflow: 0 };
  if (kind === 'date-time') return { name, kind, values: new Float64Array(rows).fill(Number.NaN) };
  return { name, kind, values: new Float32Array(rows).fill(Number.NaN) };
}

/** Writes the numeric outputs of one column. */
export function writeColumn(
  prepared: PreparedColumn,
  column: Column,
  rows: Uint32Array,
  to: Destination<Float32Array>,
): void {
  if (prepared.kind === 'numeric' && column.kind === 'numeric') writeNumeric(prepared, column.values, rows, to);
  else if (prepared.kind === 'boolean' && column.kind === 'boolean') writeBoolean(column.values, rows, to);
  else if (prepared.kind === 'one-hot' && column.kind === 'text') {
    const codes = codeMap(prepared.levels, column.levels);
    writeOneHot(prepared.levels.length, codes, column.codes, rows, to);
  } else if (prepared.kind === 'date-time' && column.kind === 'date-time')
    writeDateTime(prepared, column.values, rows, to);
  if ('missingFlag' in prepared && prepared.missingFlag)
    writeMissing(column, rows, { ...to, offset: to.offset + prepared.outputs - 1 });
}

/** Writes the codes of a column for an embedding. */
export function writeCodes(
  levels: readonly string[],
  column: Column,
  rows: Uint32Array,
  to: Destination<Int32Array>,
): void {
  if (column.kind !== 'text') return;
  const codes = codeMap(levels, column.levels);
  for (let i = 0, at = to.offset; i < rows.length; i++, at += to.width)
    to.values[at] = codes[column.codes[rows[i] as number] as number] ?? 0;
}

/** For each level of a table's column, 1 + its index in the fitted levels; 0 if unseen. */
function codeMap(fitted: readonly string[], levels: readonly string[]): Int32Array {
  const index = new Map(fitted.map((level, i) => [level, i + 1]));
  return Int32Array.from(levels, (level) => index.get(level) ?? 0);
}

function writeNumeric(
  prepared: PreparedNumeric,
  values: Float32Array,
  rows: Uint32Array,
  to: Destination<Float32Array>,
): void {
  const { fill, center, factor, clip } = prepared;
  for (let i = 0, at = to.offset; i < rows.length; i++, at += to.width) {
    const cell = values[rows[i] as number] as number;
    const x = Number.isNaN(cell) ? fill : cell;
    to.values[at] = clipped(Math.fround(Math.fround(x - center) * factor), clip);
  }
}

function writeBoolean(values: Float32Array, rows: Uint32Array, to: Destination<Float32Array>): void {
  for (let i = 0, at = to.offset; i < rows.length; i++, at += to.width) {
    const cell = values[rows[i] as number] as number;
    to.values[at] = Number.isNaN(cell) ? 0 : 2 * cell - 1;
  }
}

function writeOneHot(
  levels: number,
  map: Int32Array,
  codes: Int32Array,
  rows: Uint32Array,
  to: Destination<Float32Array>,
): void {
  for (let i = 0, at = to.offset; i < rows.length; i++, at += to.width) {
    const level = map[codes[rows[i] as number] as number] ?? 0;
    if (level === 0) continue;
    if (levels === 2) to.values[at] = level === 1 ? -1 : 1;
    else to.values[at + level - 1] = 1;
  }
}

function writeDateTime(
  prepared: PreparedDateTime,
  values: Float64Array,
  rows: Uint32Array,
  to: Destination<Float32Array>,
): void {
  for (let i = 0, start = to.offset; i < rows.length; i++, start += to.width) {
    const seconds = values[rows[i] as number] as number;
    if (Number.isNaN(seconds)) continue;
    const calendar = calendarOf(seconds);
    let at = start;
    for (const part of prepared.parts) {
      if ('center' in part) {
        const x = part.part === 'time' ? seconds : calendar.year;
        to.values[at++] = clipped(Math.fround(Math.fround(x - part.center) * part.factor), prepared.clip);
      } else {
        const angle = Math.fround(calendar[part.part] * Math.fround((2 * Math.PI) / part.period));
        to.values[at++] = Math.sin(angle);
        to.values[at++] = Math.cos(angle);
      }
    }
  }
}

function writeMissing(column: Column, rows: Uint32Array, to: Destination<Float32Array>): void {
  for (let i = 0, at = to.offset; i < rows.length; i++, at += to.width) {
    const row = rows[i] as number;
    const missing = column.kind === 'text' ? column.codes[row] === -1 : Number.isNaN(column.values[row]);
    to.values[at] = missing ? 1 : 0;
  }
}
