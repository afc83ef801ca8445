// In: a table and its roles. Out: the target of every row, as class codes or numbers.

import { FettleError } from '../base/error.ts';
import type { Roles } from './roles.ts';
import { cellLabel, findColumn, type Table } from './table.ts';

/** Class codes (-1: missing, or a class that the roles do not know), or numbers (NaN: missing), one per row of the table. */
export function targetValues(table: Table, roles: Pick<Roles, 'target' | 'classes'>): Int32Array | Float32Array {
  const column = findColumn(table, roles.target);
  if (column === undefined) {
    throw new FettleError('data', `The table has no column "${roles.target}", which is the target. Add it.`);
  }
  if (roles.classes !== null) {
    const codes = new Map(roles.classes.map((name, code) => [name, code]));
    return Int32Array.from({ length: table.rows }, (_, row) => codes.get(cellLabel(column, row) ?? '') ?? -1);
  }
  if (column.kind === 'text') {
    throw new FettleError(
      'data',
      `The target "${roles.target}" holds text, but numbers are expected. Mend the column.`,
    );
  }
  return Float32Array.from(column.values);
}
