// In: the columns or images of training rows. Out: which columns say nothing or too much, and how large the inputs are.

import type { Roles } from '../../data/roles.ts';
import { type Column, findColumn, isMissing, type Table } from '../../data/table.ts';
import type { PreprocessingPlan } from '../../plan/plan.ts';
import type { InputFacts } from '../../record/data-facts.ts';
import { columnsAlone } from './alone.ts';
import { duplicateColumns } from './duplicate-columns.ts';
import { inputScale } from './scale.ts';
import { spreadRows } from './spread-rows.ts';

/** What is looked at. */
export interface InputFactsOptions {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  readonly preprocessing: PreprocessingPlan;
  readonly seed: number;
}

/** Rows that are looked at for the commonest value of a column, at most. */
const mostRows = 10_000;

/** With at most so many other values, as a share of the rows and as rows, a column is nearly constant. */
const others = { share: 0.01, rows: 3 };

/** Looks at the inputs of the training rows. Throws `data` if the table lacks a used column or the target. */
export function inputFacts({ table, roles, trainRows, preprocessing, seed }: InputFactsOptions): InputFacts {
  const columns = table.images === null ? usableColumns(table, roles) : [];
  const constant = columns.filter((column) => isConstant(column, trainRows));
  const varied = columns.filter((column) => !constant.includes(column));
  const looked = spreadRows(trainRows, mostRows);
  const fewOthers = Math.max(others.share * looked.length, others.rows);
  return {
    columns: columns.length,
    constant: constant.map(({ name }) => name),
    nearlyConstant: varied.filter((column) => rowsBesideCommonest(column, looked) <= fewOthers).length,
    duplicate: duplicateColumns(varied, trainRows),
    // What names images is not what is learned from.
    idLike: table.images === null ? roles.columns.filter(({ role }) => role === 'id-like').map(({ name }) => name) : [],
    missing: missingShares(varied, trainRows),
    scale: inputScale(preprocessing, table, roles, trainRows),
    alone: columnsAlone(table, roles, trainRows, seed),
  };
}

/** Columns that a network could use, also those that are left out since they never change. */
function usableColumns(table: Table, roles: Roles): readonly Column[] {
  return roles.columns
    .filter(({ used, role }) => used || role === 'constant' || role === 'all-missing')
    .flatMap(({ name }) => findColumn(table, name) ?? []);
}

/** The cell, where all missing ones are one value. */
const cellOf = (column: Column, row: number): number =>
  (column.kind === 'text' ? column.codes[row] : column.values[row]) as number;

const isSame = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

function isConstant(column: Column, rows: Uint32Array): boolean {
  const first = cellOf(column, rows[0] ?? 0);
  return rows.every((row) => isSame(cellOf(column, row), first));
}

/** Rows without the commonest value, if that holds a majority (Boyer and Moore, 1981); at least half of the rows if not. */
function rowsBesideCommonest(column: Column, rows: Uint32Array): number {
  let value = Number.NaN;
  let lead = 0;
  for (const row of rows) {
    const cell = cellOf(column, row);
    if (lead === 0) value = cell;
    lead += isSame(cell, value) ? 1 : -1;
  }
  return rows.reduce((sum, row) => sum + (isSame(cellOf(column, row), value) ? 0 : 1), 0);
}

function missingShares(columns: readonly Column[], rows: Uint32Array): InputFacts['missing'] {
  return columns
    .map((column) => {
      const missing = rows.reduce((sum, row) => sum + (isMissing(column, row) ? 1 : 0), 0);
      return { column: column.name, value: missing / rows.length };
    })
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
}
