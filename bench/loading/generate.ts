// In: a number of rows. Out: the same table as CSV and as Parquet, made by DuckDB from a fixed seed.
// `numeric`: 30 columns of numbers with 17 digits. `mixed`: 22 numbers, 5 texts, a boolean, a date and an id, and
// one cell in ten of six columns empty.

import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Columns of every table. */
export const columns = 30;

/** Kinds of tables. */
export const shapes = ['numeric', 'mixed'] as const;

/** Formats of files. */
export const formats = ['csv', 'parquet'] as const;

/** The name of a generated file. */
export const fileName = (shape: string, rows: number, format: string): string => `${shape}-${rows}.${format}`;

const number = (i: number): string => `random() * 100 AS n${i}`;
const gappy = (i: number): string => `CASE WHEN random() < 0.1 THEN NULL ELSE random() END AS g${i}`;
const text = (i: number): string => `'level ' || floor(random() * ${4 ** (i + 1)})::INT AS t${i}`;
const range = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const selects: Readonly<Record<(typeof shapes)[number], readonly string[]>> = {
  numeric: range(columns, number),
  mixed: [
    'range AS id',
    ...range(16, number),
    ...range(6, gappy),
    ...range(5, text),
    'random() < 0.5 AS flag',
    `TIMESTAMP '2020-01-01' + to_seconds(floor(random() * 1e8)) AS moment`,
  ],
};

/** Writes the tables into a folder. */
export async function generate(folder: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const shape of shapes) {
    await connection.run('SELECT setseed(0.5)');
    await connection.run(`CREATE OR REPLACE TABLE t AS SELECT ${selects[shape].join(', ')} FROM range(${rows})`);
    for (const format of formats) {
      const path = join(folder, fileName(shape, rows, format)).replaceAll("'", "''");
      await connection.run(`COPY t TO '${path}' (FORMAT ${format}${format === 'csv' ? ', HEADER' : ''})`);
    }
  }
  connection.closeSync();
  instance.closeSync();
}
