// In: the used columns of training rows. Out: how well each predicts the target by itself, on rows not used to predict it.

import { createRandom } from '../../base/random.ts';
import { fitLine } from '../../base/statistics.ts';
import type { Roles } from '../../data/roles.ts';
import { deviationOf, meanOf } from '../../data/scaling.ts';
import { type Column, findColumn, type Table } from '../../data/table.ts';
import { targetValues } from '../../data/target-values.ts';
import type { ColumnFact } from '../../record/data-facts.ts';

/** Rows that are looked at, at most. */
const mostRows = 5000;

/** Fewer rows than this say nothing. */
const fewestRows = 30;

const folds = 3;

/** A prediction stands for at least so many neighbouring rows; what suits a column best counts. */
const sizes = [6, 24, 96];

const mostColumns = 5;

/** Rows with their targets: class codes, or numbers. */
interface Rows {
  readonly rows: Uint32Array; // [N]
  readonly target: Float64Array; // [N]
  /** 0 for a number. */
  readonly classes: number;
  /** Error of knowing nothing: the share of other classes than the commonest, or the variance. */
  readonly nothing: number;
  /** What is predicted without knowing anything. */
  readonly usual: number;
}

/** The best five columns, best first; see `InputFacts.alone`. Empty for fewer than 30 rows, or one target only. */
export function columnsAlone(table: Table, roles: Roles, trainRows: Uint32Array, seed: number): readonly ColumnFact[] {
  const known = labelled(table, roles, trainRows, seed);
  if (known === null) return [];
  return roles.columns
    .filter(({ used }) => used)
    .map(({ name }) => {
      const column = findColumn(table, name);
      return { column: name, value: column === undefined ? 1 : shareLeft(column, known) };
    })
    .sort((a, b) => a.value - b.value)
    .slice(0, mostColumns);
}

/** Rows in a random order, so that every `folds`-th is a fold. */
function labelled(table: Table, roles: Roles, trainRows: Uint32Array, seed: number): Rows | null {
  const values = targetValues(table, roles);
  const order = createRandom(seed).fork('alone').permutation(trainRows.length);
  const classes = roles.classes?.length ?? 0;
  const rows = order
    .map((i) => trainRows[i] as number)
    .filter((row) => (classes > 0 ? values[row] !== -1 : !Number.isNaN(values[row])))
    .slice(0, mostRows);
  const target = Float64Array.from(rows, (row) => values[row] as number);
  const usual = classes > 0 ? commonest(target, classes) : meanOf(target);
  const nothing =
    classes > 0 ? target.filter((code) => code !== usual).length / target.length : deviationOf(target, usual) ** 2;
  return rows.length < fewestRows || !(nothing > 0) ? null : { rows, target, classes, nothing, usual };
}

function commonest(codes: Float64Array, classes: number): number {
  const counts = new Uint32Array(classes);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
}

/** The share of the error of knowing nothing that is left: of wrong rows, or of the root of the mean square. */
function shareLeft(column: Column, known: Rows): number {
  const order =
    column.kind === 'text' ? orderOfLevels(column.codes, known.rows) : orderOfNumbers(column.values, known.rows);
  const least = Math.min(
    ...sizes.map((size) => errorOf(binsOf(order, size), order.at, known)),
    lineError(column, known),
  );
  return known.classes > 0 ? least / known.nothing : Math.sqrt(least / known.nothing);
}

/** The mean square left by a straight line, which follows the tails where bins are wide; infinite for classes and texts. */
function lineError(column: Column, { rows, target, classes, usual }: Rows): number {
  if (column.kind === 'text' || classes > 0) return Number.POSITIVE_INFINITY;
  const x = Float64Array.from(rows, (row) => column.values[row] as number);
  let squares = 0;
  for (let fold = 0; fold < folds; fold++) {
    const predict = lineWithout(x, target, fold) ?? (() => usual);
    for (let i = fold; i < x.length; i += folds) {
      const at = x[i] as number;
      squares += ((target[i] as number) - (Number.isNaN(at) ? usual : predict(at))) ** 2;
    }
  }
  return squares / x.length;
}

/** The line of least squares through the rows of the other folds; null where their values do not vary. */
function lineWithout(x: Float64Array, y: Float64Array, fold: number): ((at: number) => number) | null {
  const others = Uint32Array.from(x, (_, i) => i).filter((i) => i % folds !== fold && !Number.isNaN(x[i]));
  const known = Float64Array.from(others, (i) => x[i] as number);
  if (others.length < 3 || known.every((value) => value === known[0])) return null;
  const targets = Float64Array.from(others, (i) => y[i] as number);
  const { intercept, slope } = fitLine(known, targets, 0.95);
  return (at) => intercept + slope.value * at;
}

/** Positions in the order of a column's values. */
interface Order {
  readonly at: Uint32Array; // [N]
  /** Where a run of equal values begins, then N. */
  readonly runs: readonly number[];
}

function runsOf(at: Uint32Array, key: (position: number) => number): readonly number[] {
  const runs: number[] = [];
  for (let i = 0; i < at.length; i++) {
    if (i === 0 || !Object.is(key(at[i] as number), key(at[i - 1] as number))) runs.push(i);
  }
  return [...runs, at.length];
}

/** Ascending; missing cells come last. */
function orderOfNumbers(values: Float32Array | Float64Array, rows: Uint32Array): Order {
  const keys = Float64Array.from(rows, (row) => (values[row] as number) + 0);
  const at = Uint32Array.from(rows, (_, i) => i).sort((a, b) => {
    const [x, y] = [keys[a] as number, keys[b] as number];
    if (x < y) return -1;
    if (x > y) return 1;
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  });
  return { at, runs: runsOf(at, (i) => keys[i] as number) };
}

/** Levels with many rows first, so that only those with few rows share a bin. */
function orderOfLevels(codes: Int32Array, rows: Uint32Array): Order {
  const counts = new Map<number, number>();
  const keys = Int32Array.from(rows, (row) => codes[row] as number);
  for (const code of keys) counts.set(code, (counts.get(code) ?? 0) + 1);
  const place = new Map([...counts].sort((a, b) => b[1] - a[1]).map(([code], i) => [code, i]));
  const places = keys.map((code) => place.get(code) ?? 0);
  const at = Uint32Array.from(rows, (_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number));
  return { at, runs: runsOf(at, (i) => places[i] as number) };
}

/** Neighbouring runs together until they have `size` rows: where each bin begins, then N. */
function binsOf({ at, runs }: Order, size: number): readonly number[] {
  const bins = [0];
  for (const start of runs) if (start - (bins.at(-1) as number) >= size) bins.push(start);
  if (bins.at(-1) !== at.length) bins.push(at.length);
  return bins;
}

/** The mean error of rows that are predicted by the other folds' rows of their bin. */
function errorOf(bins: readonly number[], at: Uint32Array, known: Rows): number {
  let sum = 0;
  for (let bin = 1; bin < bins.length; bin++) {
    const members = at.subarray(bins[bin - 1], bins[bin]);
    for (let fold = 0; fold < folds; fold++) {
      sum += known.classes > 0 ? wrongOf(members, fold, known) : squaresOf(members, fold, known);
    }
  }
  return sum / at.length;
}

function wrongOf(members: Uint32Array, fold: number, { target, usual }: Rows): number {
  const counts = new Map<number, number>();
  let most = 0;
  let best = usual;
  for (const i of members) {
    if (i % folds === fold) continue;
    const code = target[i] as number;
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    if (count > most || (count === most && code === usual)) {
      most = count;
      best = code;
    }
  }
  let wrong = 0;
  for (const i of members) wrong += i % folds === fold && target[i] !== best ? 1 : 0;
  return wrong;
}

function squaresOf(members: Uint32Array, fold: number, { target, usual }: Rows): number {
  let sum = 0;
  let count = 0;
  for (const i of members) {
    if (i % folds === fold) continue;
    sum += target[i] as number;
    count++;
  }
  const prediction = count === 0 ? usual : sum / count;
  let squares = 0;
  for (const i of members) squares += i % folds === fold ? ((target[i] as number) - prediction) ** 2 : 0;
  return squares;
}
