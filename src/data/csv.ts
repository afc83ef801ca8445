import { FettleError } from '../base/error.ts';

/** A column to be written: numbers (NaN = empty cell), texts, booleans; null = empty cell. */
export interface OutputColumn {
  readonly name: string;
  readonly values: ArrayLike<number | string | boolean | null>;
}

/** A cell of a CSV file: quoted when it holds the delimiter, a quote, a line end or an outer space (RFC 4180). */
export function csvCell(value: number | string | boolean | null | undefined, delimiter = ','): string {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) return '';
  const text = String(value);
  const quoted = text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Columns as CSV text in pieces of about 1,000 rows, header first, each line ending in \n.
 * Throws `internal` for columns of unequal length.
 */
export function* csvText(columns: readonly OutputColumn[], delimiter = ','): Generator<string> {
  const rows = columns[0]?.values.length ?? 0;
  const uneven = columns.find((column) => column.values.length !== rows);
  if (uneven)
    throw new FettleError(
      'internal',
      `Column "${uneven.name}" has ${uneven.values.length} cells, but ${rows} are expected.`,
    );
  yield `${columns.map((column) => csvCell(column.name, delimiter)).join(delimiter)}\n`;
  for (let start = 0; start < rows; start += 1000) {
    let text = '';
    for (let row = start; row < Math.min(rows, start + 1000); row++)
      text += `${columns.map((column) => csvCell(column.values[row], delimiter)).join(delimiter)}\n`;
    yield text;
  }
}
