import { type Column, findColumn, type Table } from '../../../src/data/table.ts';

/** The column of this name. */
export function column(table: Table, name: string): Column {
  const found = findColumn(table, name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

/** Cells as plain values, null where missing. */
export function cells(table: Table, name: string): (number | string | null)[] {
  const found = column(table, name);
  if (found.kind === 'text') return Array.from(found.codes, (code) => found.levels[code] ?? null);
  return Array.from(found.values, (value) => (Number.isNaN(value) ? null : value));
}
