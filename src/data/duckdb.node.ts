// In: a query whose columns are float32, float64 or text. Out: its chunks copied into preallocated shared arrays.

import { availableParallelism } from 'node:os';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { FettleError } from '../base/error.ts';
import { sharedFloat32, sharedFloat64 } from './table.ts';
import { createTextAccumulator, type TextAccumulator } from './text-accumulator.ts';

/** How a column of a query is stored. */
export type Storage = 'float32' | 'float64' | 'text';

/** A column of a query: an SQL expression that is never null for numbers, and how it is stored. */
export interface QueryColumn {
  readonly expression: string;
  readonly storage: Storage;
}

/** A column as it was read. */
export type ReadColumn =
  | { readonly storage: 'float32'; readonly values: Float32Array }
  | { readonly storage: 'float64'; readonly values: Float64Array }
  | { readonly storage: 'text'; readonly accumulator: TextAccumulator };

/** Runs `use` with a database in memory of at most 1 GB and closes it afterwards. */
export async function withDuckDb<T>(
  use: (connection: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(Math.min(4, availableParallelism())),
    memory_limit: '1GB',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    return await use(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** All rows of a small query as JavaScript values. */
export async function queryRows(connection: DuckDBConnection, sql: string): Promise<readonly unknown[][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJS();
}

/**
 * Streams `SELECT columns FROM source` into arrays for at most `capacity` rows, in the order of the file.
 * @param text how text cells are understood
 */
export async function readColumns(
  connection: DuckDBConnection,
  source: string,
  columns: readonly QueryColumn[],
  capacity: number,
  text: { readonly spellings: boolean; readonly decimal: '.' | ',' },
): Promise<{ readonly rows: number; readonly columns: readonly ReadColumn[] }> {
  const targets = columns.map((column): ReadColumn => {
    if (column.storage === 'float32') return { storage: 'float32', values: sharedFloat32(capacity) };
    if (column.storage === 'float64') return { storage: 'float64', values: sharedFloat64(capacity) };
    return { storage: 'text', accumulator: createTextAccumulator(capacity, text) };
  });
  const list = columns.map((column) => column.expression).join(', ');
  const result = await connection.stream(`SELECT ${list} FROM ${source}`);
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if (rows + chunk.rowCount > capacity)
      throw new FettleError(
        'internal',
        `The file gave more than the ${capacity} rows counted before; it may have changed while it was read.`,
      );
    for (let i = 0; i < targets.length; i++) copyVector(chunk, i, targets[i] as ReadColumn, rows);
    rows += chunk.rowCount;
  }
  return {
    rows,
    columns: targets.map((target) =>
      target.storage === 'text' ? target : ({ ...target, values: target.values.subarray(0, rows) } as ReadColumn),
    ),
  };
}

function copyVector(chunk: DuckDBDataChunk, index: number, target: ReadColumn, offset: number): void {
  const vector = chunk.getColumnVector(index);
  if (target.storage === 'text') {
    for (let row = 0; row < chunk.rowCount; row++) {
      const cell = vector.getItem(row);
      target.accumulator.add(cell === null ? null : String(cell));
    }
  } else if ('items' in vector && (vector.items instanceof Float32Array || vector.items instanceof Float64Array)) {
    target.values.set(vector.items, offset);
  } else for (let row = 0; row < chunk.rowCount; row++) target.values[offset + row] = Number(vector.getItem(row));
}
