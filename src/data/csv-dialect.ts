// In: the first records of a delimited text file. Out: its delimiter, decimal mark, column names and likely kinds.
// What is not certain is said in a note or refused; the kinds are checked against every row later.

import { FettleError } from '../base/error.ts';
import { classifyCell, isMissingSpelling } from './cells.ts';
import type { ColumnKind } from './table.ts';

/** How a delimited text file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  /** Blank lines before the first record. */
  readonly blankLines: number;
  /** Whether the first record holds the column names. */
  readonly header: boolean;
  readonly names: readonly string[];
  /** By the sample; null if the sample had no cell in that column. */
  readonly kinds: readonly (ColumnKind | null)[];
  readonly notes: readonly string[];
}

const delimiters = [',', '\t', ';', '|'] as const;

/**
 * Splits text into records by RFC 4180 (quotes doubled inside quotes, line ends \n, \r\n or \r), blank lines left out.
 * A last record without a line end is kept only when `complete`.
 */
export function parseRecords(text: string, delimiter: string, complete: boolean, limit = 20_000): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const end = text.length;
  const closeRecord = (): void => {
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  while (at < end && records.length < limit) {
    let cell = '';
    if (text[at] === '"') {
      const close = closingQuote(text, at);
      if (close < 0) return records;
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    }
    let stop = at;
    while (stop < end && text[stop] !== delimiter && text[stop] !== '\n' && text[stop] !== '\r') stop++;
    cell += text.slice(at, stop);
    if (stop === end && !complete) return records;
    record.push(cell);
    at = stop + 1;
    if (text[stop] === delimiter) {
      if (at === end) record.push('');
      if (at < end) continue;
    } else if (text[stop] === '\r' && text[at] === '\n') at++;
    closeRecord();
  }
  return records;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** The delimiter that splits most of the first 200 records into as many cells as the first record; null if none does. */
function findDelimiter(text: string, complete: boolean): string | null {
  let best: string | null = null;
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const records = parseRecords(text, delimiter, complete, 200);
    const width = records[0]?.length ?? 0;
    if (width < 2) continue;
    const score = records.filter((record) => record.length === width).length / records.length;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** A first record is data when half of its cells are numbers, unless those count up like 0, 1, 2 or 2019, 2020. */
function isHeader(first: readonly string[]): boolean {
  const numbers = first.map((cell) => cell.trim()).filter((cell) => classifyCell(cell) === 'number');
  if (numbers.length * 2 < first.length) return true;
  if (first.length < 2) return false;
  return numbers.every((cell, i) => i === 0 || Number(cell) === Number(numbers[i - 1]) + 1);
}

function checkDuplicates(names: readonly string[], file: string): void {
  const seen = new Map<string, number>();
  names.forEach((name, i) => {
    const earlier = seen.get(name);
    if (earlier !== undefined)
      throw new FettleError(
        'data',
        `${file}: duplicate column names: "${name}" names column ${earlier + 1} and column ${i + 1}. Give every column a name of its own (if the first line is data, add a line of names above it).`,
      );
    seen.set(name, i);
  });
}

function columnNames(first: readonly string[], header: boolean, notes: string[]): string[] {
  if (!header) {
    const shown = first.slice(0, 3).map((cell) => `"${cell}"`);
    notes.push(
      `The first line looks like data (${shown.join(', ')}), so the columns are named column_1, column_2, ...`,
    );
    return first.map((_, i) => `column_${i + 1}`);
  }
  return first.map((cell, i) => {
    const name = cell.trim();
    if (name !== '') return name;
    notes.push(`Column ${i + 1} has no name in the header and is called "column_${i + 1}".`);
    return `column_${i + 1}`;
  });
}

/**
 * Numbers like `3,14` in a file whose cells are split by something else; never when any cell holds `3.14`, and not when
 * every comma is followed by three digits, since `1,234` may be one thousand.
 */
function usesDecimalComma(records: readonly (readonly string[])[], delimiter: string): boolean {
  if (delimiter === ',') return false;
  let certain = 0;
  for (const record of records) {
    for (const cell of record) {
      if (/^\s*[+-]?\d*\.\d+\s*$/.test(cell)) return false;
      if (/^\s*[+-]?\d*,(\d{1,2}|\d{4,})\s*$/.test(cell)) certain++;
    }
  }
  return certain > 0;
}

function guessKind(records: readonly (readonly string[])[], column: number, decimal: '.' | ','): ColumnKind | null {
  let found: ColumnKind | null = null;
  for (const record of records) {
    const cell = record[column]?.trim() ?? '';
    if (isMissingSpelling(cell)) continue;
    const cellClass = classifyCell(cell, decimal);
    const kind = cellClass === 'number' || cellClass === 'infinite' ? 'numeric' : cellClass;
    if (kind === 'text' || (found !== null && found !== kind)) return 'text';
    found = kind;
  }
  return found;
}

/**
 * Reads the dialect off the beginning of a file. `complete`: the sample is the whole file. `delimiter` fixes the
 * delimiter (a tab for .tsv files). Throws `data` for an empty file and for duplicate column names.
 */
export function readDialect(
  sample: string,
  options: { readonly file: string; readonly complete: boolean; readonly delimiter?: string },
): CsvDialect {
  const text = sample.startsWith('\ufeff') ? sample.slice(1) : sample;
  const delimiter = options.delimiter ?? findDelimiter(text, options.complete) ?? ',';
  const records = parseRecords(text, delimiter, options.complete);
  const first = records[0];
  if (first === undefined)
    throw new FettleError(
      'data',
      `${options.file}: no line could be read. Expected a header with column names and one row per line; a quote that is not closed is the usual reason.`,
    );
  const notes: string[] = [];
  const header = isHeader(first);
  const names = columnNames(first, header, notes);
  checkDuplicates(names, options.file);
  const data = header ? records.slice(1) : records;
  const decimal = usesDecimalComma(data.slice(0, 200), delimiter) ? ',' : '.';
  if (decimal === ',') notes.push('Numbers are written with a decimal comma.');
  const blankLines = /^[\r\n]*/.exec(text)?.[0].match(/\r\n|\n|\r/g)?.length ?? 0;
  return {
    delimiter,
    decimal,
    blankLines,
    header,
    names,
    kinds: names.map((_, i) => guessKind(data, i, decimal)),
    notes,
  };
}
