// How fast tables are read and how much memory that takes. Generates the files in a temporary folder, reads each in
// fresh processes. In: options. Out: a table, and results/loading.json.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from '../../src/base/statistics.ts';
import { runScript } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { count, pinnedCore, readOptions } from '../lib/options.ts';
import { printTable, writeResults } from '../lib/output.ts';
import { columns, fileName, formats, generate, shapes } from './generate.ts';

const { options } = readOptions({ rows: '200000,1000000', repeats: '3', core: '0' });
const core = pinnedCore(options.core);
const repeats = count(options.repeats, 'repeats');

interface Reading {
  readonly seconds: number;
  readonly before: number;
  readonly peak: number;
  readonly rows: number;
  readonly columns: number;
}

async function measure(path: string) {
  const readings: Reading[] = [];
  for (let i = 0; i < repeats; i++) {
    const { result } = await runScript<Reading>(resolve(import.meta.dirname, 'one.ts'), [path], core);
    readings.push(result);
  }
  const [first] = readings;
  if (first === undefined || first.columns !== columns) throw new Error(`${path}: expected ${columns} columns.`);
  const matrixMb = (first.rows * columns * 4) / 2 ** 20;
  const seconds = median(readings.map((reading) => reading.seconds));
  const peak = Math.max(...readings.map((reading) => reading.peak));
  const grown = Math.max(...readings.map((reading) => reading.peak - reading.before));
  return {
    fileMb: statSync(path).size / 2 ** 20,
    seconds,
    rowsPerSecond: first.rows / seconds,
    matrixMb,
    /** Of the whole process, with Node and DuckDB. */
    peakMb: peak,
    peakOverMatrix: peak / matrixMb,
    /** What reading added to the process at most. */
    grownOverMatrix: grown / matrixMb,
    readings,
  };
}

const where = machine();
const folder = mkdtempSync(join(tmpdir(), 'fettle-loading-'));
const lines = [];
try {
  for (const rows of options.rows.split(',').map((text) => count(text, 'rows'))) {
    await generate(folder, rows);
    for (const shape of shapes) {
      for (const format of formats) {
        lines.push({ shape, format, rows, ...(await measure(join(folder, fileName(shape, rows, format)))) });
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
printTable(
  ['table', 'file, MB', 's', 'rows/s', 'matrix, MB', 'peak, MB', 'peak/matrix', 'added/matrix'],
  lines.map((line) => [
    `${line.rows} x ${columns} ${line.shape} ${line.format}`,
    line.fileMb.toFixed(0),
    line.seconds.toFixed(2),
    Math.round(line.rowsPerSecond).toLocaleString('en'),
    line.matrixMb.toFixed(1),
    line.peakMb.toFixed(0),
    line.peakOverMatrix.toFixed(2),
    line.grownOverMatrix.toFixed(2),
  ]),
);
writeResults('loading', { machine: where, core, options, lines });
