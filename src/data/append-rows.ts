// In: two tables of the same columns. Out: one table with the rows of both, so that rows of either can be named by number.

import { FettleError } from '../base/error.ts';
import {
  type Column,
  findColumn,
  type ImageStore,
  sharedFloat32,
  sharedFloat64,
  sharedInt32,
  sharedUint8,
  type Table,
  type TextColumn,
} from './table.ts';

/** A column of missing cells, where the other table lacks it: such a column is not used. */
function cellsOf(column: Column, other: Column | undefined, rows: number): Column {
  if (other === undefined) {
    const base = { name: column.name };
    if (column.kind === 'text') {
      return { ...base, kind: 'text', codes: new Int32Array(rows).fill(-1), levels: [], overflow: 0 };
    }
    if (column.kind === 'date-time') {
      return { ...base, kind: 'date-time', values: new Float64Array(rows).fill(Number.NaN) };
    }
    return { ...base, kind: column.kind, values: new Float32Array(rows).fill(Number.NaN) };
  }
  if (other.kind === column.kind) return other;
  throw new FettleError(
    'data',
    `Expected column "${column.name}" to hold ${column.kind} cells in both tables, received ${other.kind} cells in the second. ` +
      'Write the column in the same way in both.',
  );
}

function textRows(first: TextColumn, second: TextColumn): TextColumn {
  const index = new Map(first.levels.map((level, code) => [level, code]));
  const codes = sharedInt32(first.codes.length + second.codes.length);
  codes.set(first.codes);
  const merged = second.levels.map((level) => {
    const code = index.get(level) ?? index.size;
    index.set(level, code);
    return code;
  });
  second.codes.forEach((code, row) => {
    codes[first.codes.length + row] = code < 0 ? code : (merged[code] as number);
  });
  return { ...first, codes, levels: [...index.keys()], overflow: first.overflow + second.overflow };
}

function columnRows(first: Column, second: Column): Column {
  if (first.kind === 'text' && second.kind === 'text') return textRows(first, second);
  if (first.kind === 'date-time' && second.kind === 'date-time') {
    const values = sharedFloat64(first.values.length + second.values.length);
    values.set(first.values);
    values.set(second.values, first.values.length);
    return { ...first, values };
  }
  if (first.kind === 'text' || second.kind === 'text' || first.kind === 'date-time' || second.kind === 'date-time') {
    throw new FettleError('internal', 'Columns of one kind were expected by now.');
  }
  const values = sharedFloat32(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { ...first, values };
}

function imageRows(first: ImageStore | null, second: ImageStore | null): ImageStore | null {
  if (first === null && second === null) return null;
  const shape = (store: ImageStore | null): string =>
    store === null ? 'no images' : `images of ${store.channels} x ${store.height} x ${store.width}`;
  if (first === null || second === null || shape(first) !== shape(second)) {
    throw new FettleError(
      'data',
      `Expected ${shape(first)} in both tables, received ${shape(second)} in the second. Read both with the same size.`,
    );
  }
  const pixels = sharedUint8(first.pixels.length + second.pixels.length);
  pixels.set(first.pixels);
  pixels.set(second.pixels, first.pixels.length);
  return { ...first, pixels };
}

/**
 * The rows of the first table, then those of the second: row i of the second is row `first.rows + i`. Columns are those of
 * the first; where the second lacks one its cells are missing. Throws `data` for columns of other kinds and images of another
 * shape.
 */
export function appendRows(first: Table, second: Table): Table {
  return {
    rows: first.rows + second.rows,
    columns: first.columns.map((column) =>
      columnRows(column, cellsOf(column, findColumn(second, column.name), second.rows)),
    ),
    images: imageRows(first.images, second.images),
    notes: first.notes,
  };
}
