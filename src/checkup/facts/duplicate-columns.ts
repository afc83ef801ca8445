import type { Column } from '../../data/table.ts';
import type { InputFacts } from '../../record/data-facts.ts';
import { spreadRows } from './spread-rows.ts';

/** Cells that columns are told apart by before all are compared. */
const probes = 64;

/** Columns that hold the same cell as an earlier one in each of the rows, however it is stored. */
export function duplicateColumns(columns: readonly Column[], rows: Uint32Array): InputFacts['duplicate'] {
  const probed = spreadRows(rows, probes);
  const alike = new Map<string, Column[]>();
  const found: { column: string; of: string }[] = [];
  for (const column of columns) {
    const key = `${column.kind}:${Array.from(probed, (row) => cellOf(column, row)).join('\n')}`;
    const earlier = alike.get(key) ?? [];
    const same = earlier.find((other) => rows.every((row) => Object.is(cellOf(other, row), cellOf(column, row))));
    if (same === undefined) alike.set(key, [...earlier, column]);
    else found.push({ column: column.name, of: same.name });
  }
  return found;
}

/** A text, or a number; missing cells equal each other. */
function cellOf(column: Column, row: number): string | number {
  if (column.kind !== 'text') return (column.values[row] as number) + 0;
  const code = column.codes[row] as number;
  // a text that was not stored may be any, so it equals none
  return code === -2 ? `\u0000${column.name}` : (column.levels[code] ?? Number.NaN);
}
