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

/** More than there are rows: what a key is multiplied by to hold a row's place, too. */
const places = 8192;

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
  const keys = column.kind === 'text' ? placesOf(column.codes, known.rows) : keysOf(column.values, known.rows);
  const sorted = inOrder(keys, known);
  const least = Math.min(...sizes.map((size) => errorOf(binsOf(sorted.keys, size), sorted, known)));
  if (known.classes > 0) return least / known.nothing;
  return Math.sqrt(Math.min(least, column.kind === 'text' ? least : lineError(column.values, known)) / known.nothing);
}

/** Numbers in their order as float32, those of missing cells last. */
function keysOf(values: Float32Array | Float64Array, rows: Uint32Array): Uint32Array {
  // Relative to the first known number, since seconds since 1970 are not told apart by float32.
  const first = rows.find((row) => !Number.isNaN(values[row]));
  const origin = first === undefined ? 0 : (values[first] as number);
  const bits = new Uint32Array(1);
  const number = new Float32Array(bits.buffer);
  const keys = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] as number] as number;
    number[0] = value - origin + 0;
    const word = bits[0] as number;
    // Bits of negative numbers fall where those of positive ones rise.
    keys[i] = Number.isNaN(value) ? 0xffffffff : word >>> 31 === 1 ? ~word : (word | 0x80000000) >>> 0;
  }
  return keys;
}

/** The place of a row's level among the levels, those with many rows first, so that only levels with few share a bin. */
function placesOf(codes: Int32Array, rows: Uint32Array): Uint32Array {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(codes[row] as number, (counts.get(codes[row] as number) ?? 0) + 1);
  const places = new Map([...counts].sort((a, b) => b[1] - a[1]).map(([code], i) => [code, i]));
  return Uint32Array.from(rows, (row) => places.get(codes[row] as number) ?? 0);
}

/** Rows in the order of a column. */
interface Sorted {
  readonly keys: Uint32Array; // [N]
  readonly target: Float64Array; // [N]
  readonly fold: Uint8Array; // [N]
}

function inOrder(keys: Uint32Array, { target }: Rows): Sorted {
  const n = keys.length;
  // Key and place in one number of 45 bits, since numbers are sorted many times as fast as with a function.
  const packed = new Float64Array(n);
  for (let i = 0; i < n; i++) packed[i] = (keys[i] as number) * places + i;
  packed.sort();
  const sorted = { keys: new Uint32Array(n), target: new Float64Array(n), fold: new Uint8Array(n) };
  for (let j = 0; j < n; j++) {
    const i = (packed[j] as number) % places;
    sorted.keys[j] = keys[i] as number;
    sorted.target[j] = target[i] as number;
    sorted.fold[j] = i % folds;
  }
  return sorted;
}

/** Neighbouring runs of equal keys together until they have `size` rows: where each bin begins, then N. */
function binsOf(keys: Uint32Array, size: number): readonly number[] {
  const bins = [0];
  let start = 0;
  for (let i = 1; i < keys.length; i++) {
    if (i - start < size || keys[i] === keys[i - 1]) continue;
    bins.push(i);
    start = i;
  }
  return [...bins, keys.length];
}

/** The mean error of rows that are predicted by the other folds' rows of their bin. */
function errorOf(bins: readonly number[], sorted: Sorted, { classes, usual }: Rows): number {
  const counts = new Uint32Array(classes * folds);
  let sum = 0;
  for (let bin = 1; bin < bins.length; bin++) {
    const [start, end] = [bins[bin - 1] as number, bins[bin] as number];
    sum += classes > 0 ? wrongOf(start, end, sorted, counts, usual) : squaresOf(start, end, sorted, usual);
  }
  return sum / sorted.keys.length;
}

/** @param counts [K, folds], all 0 between calls */
function wrongOf(start: number, end: number, { target, fold }: Sorted, counts: Uint32Array, usual: number): number {
  for (let j = start; j < end; j++) {
    const at = (target[j] as number) * folds + (fold[j] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  let right = 0;
  for (let own = 0; own < folds; own++) {
    let best = usual;
    let most = othersOf(counts, usual, own);
    for (let j = start; j < end; j++) {
      const code = target[j] as number;
      const others = othersOf(counts, code, own);
      if (others > most) {
        most = others;
        best = code;
      }
    }
    right += counts[best * folds + own] as number;
  }
  for (let j = start; j < end; j++) counts[(target[j] as number) * folds + (fold[j] as number)] = 0;
  return end - start - right;
}

/** Rows of a class in the other folds. */
function othersOf(counts: Uint32Array, code: number, own: number): number {
  let sum = 0;
  for (let fold = 0; fold < folds; fold++) if (fold !== own) sum += counts[code * folds + fold] as number;
  return sum;
}

function squaresOf(start: number, end: number, { target, fold }: Sorted, usual: number): number {
  let squares = 0;
  for (let own = 0; own < folds; own++) {
    let sum = 0;
    let count = 0;
    for (let j = start; j < end; j++) {
      if (fold[j] === own) continue;
      sum += target[j] as number;
      count++;
    }
    const prediction = count === 0 ? usual : sum / count;
    for (let j = start; j < end; j++) if (fold[j] === own) squares += ((target[j] as number) - prediction) ** 2;
  }
  return squares;
}

/** The mean square left by a straight line, which follows the tails where bins are wide. */
function lineError(values: Float32Array | Float64Array, { rows, target, usual }: Rows): number {
  let squares = 0;
  for (let own = 0; own < folds; own++) {
    const predict = lineWithout(values, rows, target, own) ?? (() => usual);
    for (let i = own; i < rows.length; i += folds) {
      const at = values[rows[i] as number] as number;
      squares += ((target[i] as number) - (Number.isNaN(at) ? usual : predict(at))) ** 2;
    }
  }
  return squares / rows.length;
}

/** The line of least squares through the rows of the other folds; null where their values do not vary. */
function lineWithout(
  values: Float32Array | Float64Array,
  rows: Uint32Array,
  target: Float64Array,
  own: number,
): ((at: number) => number) | null {
  const x = new Float64Array(rows.length);
  const y = new Float64Array(rows.length);
  let count = 0;
  let varies = false;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] as number] as number;
    if (i % folds === own || Number.isNaN(value)) continue;
    x[count] = value;
    y[count++] = target[i] as number;
    varies ||= value !== x[0];
  }
  if (count < 3 || !varies) return null;
  const { intercept, slope } = fitLine(x.subarray(0, count), y.subarray(0, count), 0.95);
  return (at) => intercept + slope.value * at;
}
