// In: the path of a CSV, TSV, Parquet, JSON or JSON lines file (text formats also as .gz). Out: a Table.
// DuckDB parses; numbers go chunk by chunk straight into shared arrays. A column's kind holds for every row of the file:
// what the first rows suggest is checked on all of them, and a column that disagrees is read a second time as text.
// Missing: empty cells and the spellings in cells.ts, NaN; in Parquet only null and NaN. Infinity is an error.

import type { DuckDBConnection } from '@duckdb/node-api';
import { FettleError } from '../base/error.ts';
import { type QueryColumn, queryRows, type ReadColumn, readColumns, withDuckDb } from './duckdb.node.ts';
import { detectFormat, type FileFormat } from './file-scan.node.ts';
import { explainReadError, openSource, type Source, type SourceColumn } from './source.node.ts';
import { type Column, type ColumnKind, infiniteCell, type Table } from './table.ts';

/** How a file is read. */
export interface ReadTableOptions {
  /** Kinds that are known from elsewhere (a fitted preprocessing); cells that do not fit are an error. */
  readonly kinds?: Readonly<Record<string, ColumnKind>>;
  /** Read only the columns named in `kinds` (those that the file has); default false. */
  readonly only?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads a whole file. Throws `file` if it cannot be opened, `data` if it is not a table: empty, header only, not UTF-8,
 * ragged rows, duplicate column names, mixed types in a column, infinite numbers. One row is a table.
 * @example
 * const table = await readTable('examples/data/credit/train.csv')
 */
export async function readTable(path: string, options: ReadTableOptions = {}): Promise<Table> {
  const { signal } = options;
  signal?.throwIfAborted();
  const file = await detectFormat(path);
  return withDuckDb(async (connection) => {
    try {
      const source = await openSource(connection, file, signal);
      return await readSource(connection, file, source, options);
    } catch (error) {
      throw explainReadError(file, error);
    }
  }, signal);
}

/** A column on its way: what it is taken for, and the cells once they are certain. */
interface Candidate {
  readonly source: SourceColumn;
  readonly forced: ColumnKind | null;
  kind: ColumnKind;
  /** Every cell is known to be of the kind, so what cannot be cast is missing. */
  certain: boolean;
  cells: ReadColumn | null;
}

async function readSource(
  connection: DuckDBConnection,
  file: FileFormat,
  source: Source,
  options: ReadTableOptions,
): Promise<Table> {
  const notes = [...source.notes];
  const candidates = chooseColumns(source, options, notes);
  let rows = await readInto(connection, source, candidates);
  if (candidates.length === 0) rows = source.capacity;
  if (rows === 0)
    throw new FettleError(
      'data',
      `${file.path} has a header but no rows. Expected one row per example below the header.`,
    );
  const doubtful = candidates.filter((candidate) => isDoubtful(candidate));
  for (const candidate of doubtful) candidate.kind = 'text';
  await readInto(connection, source, doubtful);
  const settled = candidates.filter((candidate) => settle(candidate, notes));
  await readInto(connection, source, settled);
  const columns: Column[] = [];
  for (const candidate of candidates) columns.push(await finishColumn(connection, source, candidate, rows, notes));
  return { rows, columns, images: null, notes };
}

function chooseColumns(source: Source, options: ReadTableOptions, notes: string[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const column of source.columns) {
    const forced = options.kinds && Object.hasOwn(options.kinds, column.name) ? options.kinds[column.name] : undefined;
    if (options.only && forced === undefined) continue;
    if (column.origin === 'unusable') {
      if (forced !== undefined) throw unusable(column, forced);
      notes.push(
        `Column "${column.name}" is left out: its type ${column.type} is not a number, boolean, date-time or text.`,
      );
      continue;
    }
    if (forced !== undefined && forced !== 'text' && column.origin === 'date-time' && forced !== 'date-time')
      throw unusable(column, forced);
    if (forced === 'date-time' && (column.origin === 'numeric' || column.origin === 'boolean'))
      throw unusable(column, forced);
    const kind = forced ?? column.guess ?? 'text';
    candidates.push({ source: column, forced: forced ?? null, kind, certain: false, cells: null });
  }
  return candidates;
}

function unusable(column: SourceColumn, expected: ColumnKind): FettleError {
  return new FettleError(
    'data',
    `Column "${column.name}" is expected to be ${expected}, but its type in the file is ${column.type}. Write the column as ${expected}.`,
  );
}

/** Reads these columns in their current kinds; returns the number of rows. */
async function readInto(
  connection: DuckDBConnection,
  source: Source,
  candidates: readonly Candidate[],
): Promise<number> {
  if (candidates.length === 0) return 0;
  const query = candidates.map((candidate) => queryColumn(candidate, source.decimal));
  const spellings = candidates.some((candidate) => candidate.source.origin === 'any-text');
  const result = await readColumns(connection, source.from, query, source.capacity, {
    spellings,
    decimal: source.decimal,
  });
  candidates.forEach((candidate, i) => {
    candidate.cells = result.columns[i] ?? null;
  });
  return result.rows;
}

/**
 * The SQL of a cell. Numbers: a missing cell is NaN, and a cell that is there but is no number is infinity, so that one
 * pass over the file also finds every cell that does not fit.
 */
function queryColumn(candidate: Candidate, decimal: '.' | ','): QueryColumn {
  const { sql, origin } = candidate.source;
  const isText = origin === 'any-text' || origin === 'text';
  if (candidate.kind === 'text') return { expression: isText ? sql : `${sql}::VARCHAR`, storage: 'text' };
  const misfit = candidate.certain ? `'nan'` : `CASE WHEN ${sql} IS NULL THEN 'nan' ELSE 'inf' END`;
  if (candidate.kind === 'date-time') {
    const time = isText ? `epoch(try_cast(trim(${sql}) AS TIMESTAMPTZ))` : `epoch(${sql})`;
    return { expression: `coalesce(${time}::DOUBLE, (${misfit})::DOUBLE)`, storage: 'float64' };
  }
  const float =
    candidate.kind === 'boolean' && isText
      ? `CASE lower(trim(${sql})) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END::FLOAT`
      : `try_cast(${decimal === ',' && isText ? `replace(${sql}, ',', '.')` : sql} AS FLOAT)`;
  return { expression: `coalesce(${float}, (${misfit})::FLOAT)`, storage: 'float32' };
}

function findInfinite(values: Float32Array | Float64Array): number {
  for (let row = 0; row < values.length; row++) {
    if (Math.abs(values[row] as number) === Number.POSITIVE_INFINITY) return row;
  }
  return -1;
}

/** Whether some cells are not of the column's kind: text columns are read again as text, typed ones are an error. */
function isDoubtful(candidate: Candidate): boolean {
  const { cells, source } = candidate;
  if (cells === null || cells.storage === 'text') return false;
  const row = findInfinite(cells.values);
  if (row < 0) return false;
  if (source.origin === 'any-text' || source.origin === 'text') return true;
  throw infiniteCell(source.name, row, null);
}

/** Gives a column read as text its true kind; true if that is not text, so that it must be read once more. */
function settle(candidate: Candidate, notes: string[]): boolean {
  const { cells, source, forced } = candidate;
  if (cells === null || cells.storage !== 'text' || (source.origin !== 'any-text' && forced === null)) return false;
  const verdict = cells.accumulator.verdict(source.name, forced);
  if (verdict.note !== null) notes.push(verdict.note);
  candidate.kind = verdict.kind;
  candidate.certain = true;
  return verdict.kind !== 'text';
}

async function finishColumn(
  connection: DuckDBConnection,
  source: Source,
  candidate: Candidate,
  rows: number,
  notes: string[],
): Promise<Column> {
  const { cells, kind } = candidate;
  const { name } = candidate.source;
  if (cells === null) throw new FettleError('internal', `Column "${name}" was not read.`);
  if (cells.storage === 'text') return cells.accumulator.column(name, rows);
  if (cells.storage === 'float64') return { name, kind: 'date-time', values: cells.values };
  if (kind === 'boolean') return { name, kind, values: cells.values };
  if (!cells.values.some((value) => Math.abs(value) >= 16_777_216))
    return { name, kind: 'numeric', values: cells.values };
  return {
    name,
    kind: 'numeric',
    values: cells.values,
    exact: await exactFacts(connection, source, candidate.source, notes),
  };
}

/** Beyond 2^24 float32 merges neighbouring integers, so ids would not look unique; the file itself is asked. */
async function exactFacts(
  connection: DuckDBConnection,
  source: Source,
  column: SourceColumn,
  notes: string[],
): Promise<{ distinct: number; integer: boolean }> {
  const cell = source.decimal === ',' && column.origin === 'any-text' ? `replace(${column.sql}, ',', '.')` : column.sql;
  const value = `try_cast(${cell} AS DOUBLE)`;
  const facts = await queryRows(
    connection,
    `SELECT count(DISTINCT v), coalesce(bool_and(v = floor(v)), false) FROM (SELECT ${value} AS v FROM ${source.from})`,
  );
  notes.push(`Column "${column.name}" has values from 16,777,216 on, which are rounded to 7 digits (float32).`);
  return { distinct: Number(facts[0]?.[0] ?? 0), integer: facts[0]?.[1] === true };
}
