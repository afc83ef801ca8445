// In: a file and its format. Out: what to ask DuckDB: a FROM clause, and per column its name, origin and likely kind.

import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { FettleError } from '../base/error.ts';
import { missingSpellings } from './cells.ts';
import { readDialect } from './csv-dialect.ts';
import { identifier, literal, queryRows } from './duckdb.node.ts';
import { type FileFormat, scanText } from './file-scan.node.ts';
import type { ColumnKind } from './table.ts';

/** What a column is in the file: text that may hold anything, text that is meant as text, or a typed value. */
export type Origin = 'any-text' | 'text' | 'numeric' | 'boolean' | 'date-time' | 'unusable';

/** A column of a source. */
export interface SourceColumn {
  readonly name: string;
  /** SQL expression of its cell. */
  readonly sql: string;
  readonly origin: Origin;
  /** The likely kind; null if the sample had no cell. */
  readonly guess: ColumnKind | null;
  /** Its type in the file's own words. */
  readonly type: string;
}

/** A file as DuckDB reads it. */
export interface Source {
  readonly from: string;
  readonly columns: readonly SourceColumn[];
  /** At least as many rows as the file has. */
  readonly capacity: number;
  readonly decimal: '.' | ',';
  readonly notes: readonly string[];
}

/** Opens a file of any format. Throws `file` and `data`. */
export async function openSource(
  connection: DuckDBConnection,
  file: FileFormat,
  signal?: AbortSignal,
): Promise<Source> {
  if (file.format === 'csv' || file.format === 'tsv') return openCsv(file, signal);
  return openTyped(connection, file, signal);
}

/** A path as an SQL literal. DuckDB takes * ? [ in a path as patterns; each is matched by itself inside brackets. */
export const pathLiteral = (path: string): string => literal(path.replace(/[*?[]/g, '[$&]'));

async function openCsv(file: FileFormat, signal: AbortSignal | undefined): Promise<Source> {
  const scan = await scanText(file, signal);
  const dialect = readDialect(scan.sample, {
    file: file.path,
    complete: scan.complete,
    ...(file.format === 'tsv' ? { delimiter: '\t' } : {}),
  });
  const nulls = missingSpellings.flatMap((text) => (text === '' ? [text] : [text, ` ${text}`]));
  const options = [
    'auto_detect = false',
    `header = ${dialect.header}`,
    `skip = ${dialect.blankLines}`,
    `delim = ${literal(dialect.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    // strict mode cannot read files in which some lines end in \r\n and others in \n; the widths are still checked
    `strict_mode = ${!scan.mixedLineEnds}`,
    'null_padding = false',
    // the defaults take four times the memory for buffers
    'max_line_size = 2097152',
    'buffer_size = 4194304',
    `compression = '${file.gzip ? 'gzip' : 'none'}'`,
    `columns = {${dialect.names.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ')}}`,
    `nullstr = [${nulls.map(literal).join(', ')}]`,
  ];
  return {
    from: `read_csv(${pathLiteral(file.path)}, ${options.join(', ')})`,
    columns: dialect.names.map((name, i) => ({
      name,
      sql: `c${i}`,
      origin: 'any-text',
      guess: dialect.kinds[i] ?? null,
      type: 'text',
    })),
    capacity: scan.lines,
    decimal: dialect.decimal,
    notes: dialect.notes,
  };
}

async function openTyped(
  connection: DuckDBConnection,
  file: FileFormat,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const isJson = file.format !== 'parquet';
  if (isJson) await scanText(file, signal);
  const json = `sample_size = -1, records = true, maximum_object_size = 67108864, compression = '${file.gzip ? 'gzip' : 'uncompressed'}'`;
  const from = isJson ? `read_json(${pathLiteral(file.path)}, ${json})` : `read_parquet(${pathLiteral(file.path)})`;
  const reader = await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT 0`);
  const types = reader.columnTypes();
  const columns = reader.columnNames().map((name, i) => typedColumn(name, types[i] as DuckDBType, isJson));
  const counted = await queryRows(connection, `SELECT count(*) FROM ${from}`);
  return { from, columns, capacity: Number(counted[0]?.[0] ?? 0), decimal: '.', notes: [] };
}

function typedColumn(name: string, type: DuckDBType, isJson: boolean): SourceColumn {
  const text = type.toString();
  const sql = identifier(name);
  if (type.alias === 'JSON') return { name, sql: `(${sql} ->> '$')`, origin: 'any-text', guess: null, type: 'JSON' };
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U[A-Z]*INT[A-Z]*|BIGNUM|FLOAT|DOUBLE|DECIMAL.*)$/.test(text))
    return { name, sql, origin: 'numeric', guess: 'numeric', type: text };
  if (text === 'BOOLEAN') return { name, sql, origin: 'boolean', guess: 'boolean', type: text };
  if (/^(DATE|TIMESTAMP.*)$/.test(text)) return { name, sql, origin: 'date-time', guess: 'date-time', type: text };
  if (/^TIME\b/.test(text)) return { name, sql: `epoch(${sql})`, origin: 'numeric', guess: 'numeric', type: text };
  if (/^VARCHAR/.test(text))
    return { name, sql, origin: isJson ? 'any-text' : 'text', guess: isJson ? null : 'text', type: text };
  if (/^(ENUM|UUID)/.test(text)) return { name, sql: `${sql}::VARCHAR`, origin: 'text', guess: 'text', type: text };
  return { name, sql, origin: 'unusable', guess: null, type: text };
}

/** DuckDB's error about a file in this project's words. */
export function explainReadError(file: FileFormat, error: unknown): unknown {
  if (error instanceof FettleError || !(error instanceof Error)) return error;
  const text = error.message;
  const line = Number(/CSV Error on Line: (\d+)/.exec(text)?.[1] ?? 0);
  const original = /Original Line: ?(.*)/.exec(text)?.[1] ?? '';
  const shown = original.length > 80 ? `${original.slice(0, 77)}...` : original;
  const ragged = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (ragged)
    return new FettleError(
      'data',
      `${file.path}: ragged row: line ${line} has ${ragged[2]} cells, but the first line has ${ragged[1]}: ${shown}\nGive every line the same number of cells; a cell that contains the delimiter must be in double quotes.`,
      { cause: error },
    );
  if (/unterminated quote/.test(text))
    return new FettleError(
      'data',
      `${file.path}: line ${line} has a double quote that is not closed, or text after a closing one: ${shown}\nWrite a quote inside a quoted cell twice ("").`,
      { cause: error },
    );
  if (/Maximum line size/.test(text))
    return new FettleError(
      'data',
      `${file.path}: line ${line} is longer than 2 MiB. A quote that is not closed is the usual reason.`,
      { cause: error },
    );
  const words = { csv: 'CSV', tsv: 'TSV', parquet: 'Parquet', json: 'JSON', 'json-lines': 'JSON lines' }[file.format];
  const first = text.split('\n')[0] ?? text;
  const hint =
    file.format === 'json' || file.format === 'json-lines'
      ? ' Expected an array of objects, or one object per line.'
      : '';
  return new FettleError('data', `${file.path} cannot be read as ${words}: ${first}${hint}`, { cause: error });
}
