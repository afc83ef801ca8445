// In: cells and rows. Out: the same cells with something changed. Faults are made of these; nothing is changed in place.

import { type ImageStore, type Table, tableFromColumns, tableFromImages } from '../../src/data/table.ts';

/** A cell; null is missing. */
export type Cell = number | string | null;

/** A table whose columns can be changed one by one. Targets of classes are texts. */
export interface Sheet {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
  readonly images: ImageStore | null;
}

/** The cells of a table. */
export function sheetOf({ rows, columns, images }: Table): Sheet {
  const cells = columns.map((column): [string, readonly Cell[]] => {
    if (column.kind === 'text') return [column.name, Array.from(column.codes, (code) => column.levels[code] ?? null)];
    return [column.name, Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))];
  });
  return { rows, columns: Object.fromEntries(cells), images };
}

/** The table of a sheet. */
export function tableOf({ columns, images }: Sheet): Table {
  return images === null ? tableFromColumns(columns) : tableFromImages(images, columns);
}

/** The sheet with one column changed, row by row. */
export function mapColumn(sheet: Sheet, name: string, change: (cell: Cell, row: number) => Cell): Sheet {
  const cells = sheet.columns[name];
  if (cells === undefined) throw new Error(`The sheet has no column "${name}".`);
  return { ...sheet, columns: { ...sheet.columns, [name]: cells.map(change) } };
}

/** Names of the numeric columns beside the target. */
export function numericColumns(sheet: Sheet, target: string): readonly string[] {
  return Object.entries(sheet.columns)
    .filter(([name, cells]) => name !== target && cells.some((cell) => typeof cell === 'number'))
    .map(([name]) => name);
}

/** Mean and standard deviation of a numeric column. */
export function momentsOf(cells: readonly Cell[]): { readonly mean: number; readonly deviation: number } {
  const values = cells.filter((cell) => typeof cell === 'number');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(square) };
}

/** Some rows of a sheet, in the given order. */
export function pickRows(sheet: Sheet, rows: readonly number[]): Sheet {
  const columns = Object.fromEntries(
    Object.entries(sheet.columns).map(([name, cells]) => [name, rows.map((row) => cells[row] ?? null)]),
  );
  return { rows: rows.length, columns, images: sheet.images && pickImages(sheet.images, sheet.rows, rows) };
}

function pickImages(images: ImageStore, count: number, rows: readonly number[]): ImageStore {
  const size = images.pixels.length / count;
  const pixels = new Uint8Array(size * rows.length);
  rows.forEach((row, i) => {
    pixels.set(images.pixels.subarray(row * size, (row + 1) * size), i * size);
  });
  return { ...images, pixels };
}

/** Both sheets, one below the other; they have the same columns. */
export function joinRows(a: Sheet, b: Sheet): Sheet {
  const columns = Object.entries(a.columns).map(([name, cells]) => [name, [...cells, ...(b.columns[name] ?? [])]]);
  const images =
    a.images === null || b.images === null
      ? null
      : { ...a.images, pixels: Uint8Array.from([...a.images.pixels, ...b.images.pixels]) };
  return { rows: a.rows + b.rows, columns: Object.fromEntries(columns), images };
}
