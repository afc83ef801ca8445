// In: the lines of a CSV file whose columns are metrics. Out: its values in a run's series; empty cells are no values.

import { lineParser } from './lines.ts';
import { axisOf, isLearningRate, meaningOf } from './names.ts';
import type { LogFacts, LogParser } from './reader.ts';
import type { LogSeries } from './series.ts';

/** The delimiter of a header; Keras lets its users choose. */
export function delimiterOf(header: string): string {
  const counts = [',', ';', '\t'].map((delimiter) => [header.split(delimiter).length, delimiter] as const);
  return counts.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
}

/** The cells of one line; quotes are doubled inside quotes. */
export function cellsOf(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells = line.match(new RegExp(`("(?:[^"]|"")*"?|[^${delimiter}]*)(${delimiter}|$)`, 'g')) ?? [];
  return cells
    .slice(0, line.endsWith(delimiter) ? undefined : -1)
    .map((cell) => (cell.endsWith(delimiter) ? cell.slice(0, -1) : cell))
    .map((cell) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'));
}

/** The names of the columns in a header. */
export function namesOf(header: string): readonly string[] {
  return cellsOf(header.replace(/^\uFEFF/, ''), delimiterOf(header)).map((name) => name.trim());
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number as a log writes it: `1e-3`, `nan`, `-inf`, `Infinity`; undefined for other text. */
export function loggedNumber(text: string): number | undefined {
  const word = text.trim();
  if (NUMBER.test(word)) return Number(word);
  if (/^[+-]?nan$/i.test(word)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
  return infinite === null ? undefined : infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** The names of a CSV log's columns from its first line; null if it is none, or nothing in it is a metric. */
export function headerOf({ head, chosen }: LogFacts, first: string): readonly string[] | null {
  if (head.includes(0) || first.startsWith('{') || first.startsWith('[')) return null;
  const names = namesOf(first);
  if (names.some((name) => name === '' || loggedNumber(name) !== undefined)) return null;
  const known = names.some((name) => meaningOf(name) !== null);
  const axis = names.some((name) => axisOf(name) !== null);
  return known || (chosen && (axis || names.some(isLearningRate) || names.length > 1)) ? names : null;
}

interface Columns {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly epoch: number;
  readonly step: number;
  readonly seconds: number;
  readonly values: readonly number[];
}

function columnsOf(line: string): Columns {
  const names = namesOf(line);
  const axis = (which: 'epoch' | 'step' | 'seconds'): number => names.findIndex((name) => axisOf(name) === which);
  const values = names.flatMap((name, i) => (axisOf(name) === null ? [i] : []));
  return {
    delimiter: delimiterOf(line),
    names,
    epoch: axis('epoch'),
    step: axis('step'),
    seconds: axis('seconds'),
    values,
  };
}

const ANEW =
  'The epochs start anew inside the file, so it holds several trainings: the last one is judged. For one training ' +
  'that went on, number its epochs through (initial_epoch in Keras).';

function addRow(line: string, row: number, columns: Columns, series: LogSeries, before: number | null): number | null {
  const cells = cellsOf(line, columns.delimiter);
  if (cells.length !== columns.names.length) {
    series.skip(`rows with another number of cells than the header's ${columns.names.length}`);
    return before;
  }
  const at = (i: number): number | null => {
    const value = i === -1 ? undefined : loggedNumber(cells[i] ?? '');
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const said = at(columns.epoch);
  const step = at(columns.step);
  if (columns.epoch !== -1 && said === null && step === null) {
    series.skip('rows without an epoch');
    return before;
  }
  if (said !== null && before !== null && said < before) {
    series.restart();
    series.remark(ANEW);
  }
  const epoch = columns.epoch === -1 && columns.step === -1 ? row : said;
  for (const i of columns.values) {
    const cell = cells[i] ?? '';
    if (cell === '') continue;
    const value = loggedNumber(cell);
    if (value !== undefined) series.add(columns.names[i] ?? '', { epoch, step, seconds: at(columns.seconds) }, value);
    else if (meaningOf(columns.names[i] ?? '') !== null) series.skip(`cells of ${columns.names[i]} that are no number`);
  }
  return said ?? before;
}

/** A parser of a CSV log; without a column for epochs or steps each row is an epoch, counted from 0. */
export function csvParser(series: LogSeries): LogParser {
  let columns: Columns | null = null;
  let header = '';
  let row = 0;
  let before: number | null = null;
  return lineParser(series, (line) => {
    if (line.trim() === '') return;
    if (columns === null) {
      columns = columnsOf(line);
      header = line;
    } else if (line === header) {
      // Appended to by a training that wrote its header again.
      series.restart();
      series.remark(ANEW);
      before = null;
      row = 0;
    } else {
      before = addRow(line, row++, columns, series, before);
    }
  });
}
