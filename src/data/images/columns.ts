// In: texts, or a column and some of its rows. Out: a column of a table of images.

import { type Column, sharedFloat32, sharedFloat64, sharedInt32, type TextColumn } from '../table.ts';

/**
 * A text column that keeps every text, however many there are: an image's path is all that tells a person which one it is.
 * Null is a missing cell.
 */
export function keepTexts(name: string, texts: readonly (string | null)[]): TextColumn {
  const index = new Map<string, number>();
  const codes = sharedInt32(texts.length);
  texts.forEach((text, row) => {
    const code = text === null ? -1 : (index.get(text) ?? index.size);
    if (text !== null) index.set(text, code);
    codes[row] = code;
  });
  return { name, kind: 'text', codes, levels: [...index.keys()], overflow: 0 };
}

/** The column with these rows only, in this order. */
export function takeRows(column: Column, rows: Uint32Array): Column {
  if (column.kind === 'text') return takeTexts(column, rows);
  if (column.kind === 'date-time') return { ...column, values: take(sharedFloat64(rows.length), column.values, rows) };
  return { ...column, values: take(sharedFloat32(rows.length), column.values, rows) };
}

function take<T extends Float32Array | Float64Array | Int32Array>(to: T, from: T, rows: Uint32Array): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i] as number] as number;
  return to;
}

/** Levels that no row has any more are gone, the others stand in order of appearance again. */
function takeTexts(column: TextColumn, rows: Uint32Array): TextColumn {
  const codes = take(sharedInt32(rows.length), column.codes, rows);
  const renamed = new Map<number, number>();
  const levels: string[] = [];
  let overflow = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code === -2) overflow++;
    if (code < 0) continue;
    const known = renamed.get(code);
    if (known === undefined) {
      renamed.set(code, levels.length);
      codes[i] = levels.push(column.levels[code] ?? '') - 1;
    } else codes[i] = known;
  }
  return { ...column, codes, levels, overflow };
}

/** The columns; one that is called `path` gets another name, since `path` says where each image comes from. */
export function withoutPath(columns: readonly Column[]): {
  readonly columns: readonly Column[];
  readonly notes: readonly string[];
} {
  if (!columns.some(({ name }) => name === 'path')) return { columns, notes: [] };
  let number = 2;
  while (columns.some(({ name }) => name === `path_${number}`)) number++;
  const other = `path_${number}`;
  return {
    columns: columns.map((column) => (column.name === 'path' ? { ...column, name: other } : column)),
    notes: [`Column "path" is called "${other}", since "path" says where each image comes from.`],
  };
}
