import { cellsOf, delimiterOf, loggedNumber, namesOf } from './csv-rows.ts';
import { firstLine, lineParser } from './lines.ts';
import { axisOf, meaningOf } from './names.ts';
import type { LogReader } from './reader.ts';
import type { LogSeries } from './series.ts';
import { wandbAdder } from './wandb-entry.ts';

/** One column of a chart's export; those of the limits of its band are none. */
interface ChartColumn {
  readonly index: number;
  readonly run: string;
  readonly metric: string;
}

const BAND = /__(MIN|MAX)$/;

/**
 * The columns of an exported chart, `run - metric`; null for another file. A run's name may hold ` - ` itself, a
 * metric's rarely does, so the last one divides them.
 */
function chartColumns(names: readonly string[]): readonly ChartColumn[] | null {
  const band = new Set(names.filter((name) => BAND.test(name)));
  const columns: ChartColumn[] = [];
  for (const [index, name] of names.entries()) {
    if (index === 0 || band.has(name)) continue;
    const at = name.lastIndexOf(' - ');
    if (at <= 0) return null;
    columns.push({ index, run: name.slice(0, at), metric: name.slice(at + 3) });
  }
  const [first = ''] = names;
  const isChart = band.size > 0 ? columns.length > 0 : columns.some(({ metric }) => meaningOf(metric) !== null);
  return isChart && !first.includes(' - ') && !BAND.test(first) ? columns : null;
}

/** Whether a table is the history of one run: pandas' to_csv() may put a column of row numbers without a name first. */
const isHistory = (names: readonly string[]): boolean => names.includes('_step');

/** What a first column counts. Times of day and other metrics count entries in their order. */
function chartAxis(name: string): 'epoch' | 'step' | 'seconds' | null {
  if (/^relative time/i.test(name)) return 'seconds';
  if (/^wall time|_timestamp$/i.test(name)) return null;
  return axisOf(name) ?? axisOf(name.split(/[/.]/).at(-1) ?? '') ?? 'step';
}

/** Takes one run's columns of a chart, row by row. */
function chartAdder(names: readonly string[], run: string | null, series: LogSeries) {
  const all = chartColumns(names) ?? [];
  const own = all.filter((column) => column.run === (run ?? all[0]?.run));
  const columns = own.filter(({ metric }, i) => own.findIndex((other) => other.metric === metric) === i);
  if (columns.length < own.length)
    series.remark(`Several runs are named "${run}": the columns of the first were read.`);
  const axis = chartAxis(names[0] ?? '');
  return (cells: readonly string[]): void => {
    const x = loggedNumber(cells[0] ?? '');
    const position = { epoch: null as number | null, step: null as number | null, seconds: null as number | null };
    if (axis !== null) {
      if (x === undefined || !Number.isFinite(x)) {
        series.skip(`rows without a number under ${names[0]}`);
        return;
      }
      position[axis] = x;
    }
    for (const { index, metric } of columns) {
      const cell = cells[index] ?? '';
      if (cell === '') continue;
      const value = loggedNumber(cell);
      if (value === undefined) series.skip(`cells of ${metric} that are no number`);
      else series.add(metric, position, value);
    }
  };
}

/** Takes the rows of one run's history. */
function historyAdder(names: readonly string[], series: LogSeries) {
  const add = wandbAdder(series);
  return (cells: readonly string[]): void => {
    const numbers = cells.map((cell, i) => [names[i] ?? '', loggedNumber(cell)] as const);
    add(Object.fromEntries(numbers.filter(([name, value]) => name !== '' && value !== undefined)));
  };
}

/** What W&B exports as CSV: a chart with one run beside the other, or a run's history. */
export const wandbCsv: LogReader<'wandb-csv'> = {
  id: 'wandb-csv',
  about: "W&B: a chart's CSV export (columns `run - metric`, with __MIN and __MAX), or a run's history() as CSV.",
  firstEpoch: 1,
  runningTrainError: false,
  detects({ head }) {
    if (head.includes(0)) return false;
    const names = namesOf(firstLine(head));
    return names.length > 1 && (isHistory(names) || chartColumns(names) !== null);
  },
  runsIn({ head }) {
    const names = namesOf(firstLine(head));
    return isHistory(names) ? [] : [...new Set((chartColumns(names) ?? []).map(({ run }) => run))];
  },
  runOf: (path) => path,
  aboutFiles: (paths) =>
    paths.length < 2
      ? null
      : `The columns of this run were taken from ${paths.length} files: ${paths.slice(0, 4).join(', ')}${paths.length > 4 ? ', ...' : ''}.`,
  open(_, series, run) {
    let columns = 0;
    let delimiter = ',';
    let add: ((cells: readonly string[]) => void) | null = null;
    return lineParser(series, (line) => {
      if (line.trim() === '') return;
      if (add === null) {
        const names = namesOf(line);
        columns = names.length;
        delimiter = delimiterOf(line);
        add = isHistory(names) ? historyAdder(names, series) : chartAdder(names, run, series);
        return;
      }
      const cells = cellsOf(line, delimiter);
      if (cells.length === columns) add(cells);
      else series.skip(`rows with another number of cells than the header's ${columns}`);
    });
  },
};
