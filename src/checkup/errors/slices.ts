// In: judged rows. Out: the values of columns on which the network is worse than elsewhere by more than noise.
// Many slices are looked at, so every limit holds at 1 - .05 / (slices looked at): Bonferroni.

import { formatSignificant } from '../../base/format.ts';
import { differenceInterval, type Interval, rootMeanSquareInterval, wilsonInterval } from '../../base/statistics.ts';
import { type Column, cellLabel } from '../../data/table.ts';
import type { Slice } from '../../record/error-analysis.ts';
import type { JudgedRows } from './judged-rows.ts';

/** Fewer rows than this show nothing but the largest differences. */
const fewestRows = 20;

/** Bins of a numeric column, with about as many rows in each. */
const bins = 5;

/** Values of a column that are looked at, the commonest first: thousands would widen every limit. */
const mostValues = 50;

/** Slices that are given back. */
const mostSlices = 10;

const confidence = 0.95;

/** Judged rows (not rows of the table) by the value that they share. */
type Groups = ReadonlyMap<string, readonly number[]>;

function grouped(rows: Uint32Array, nameOf: (row: number) => string): Groups {
  const groups = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [i]);
    else group.push(i);
  });
  return groups;
}

/** Cuts between bins of about equal size; fewer where values repeat. */
function cutsOf(values: ArrayLike<number>, rows: Uint32Array): readonly number[] {
  const known = Float64Array.from(rows, (row) => values[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const cuts = Array.from({ length: bins - 1 }, (_, i) => known[Math.floor(((i + 1) * known.length) / bins)] as number);
  return [...new Set(cuts)].filter((cut) => cut !== known[0]);
}

function binName(cuts: readonly number[], bin: number): string {
  const text = (x: number | undefined): string => formatSignificant(x ?? 0, 4);
  if (bin === 0) return `below ${text(cuts[0])}`;
  if (bin === cuts.length) return `${text(cuts.at(-1))} and above`;
  return `${text(cuts[bin - 1])} to below ${text(cuts[bin])}`;
}

function groupsOf(column: Column, rows: Uint32Array): Groups {
  if (column.kind === 'text' || column.kind === 'boolean') {
    return grouped(rows, (row) => cellLabel(column, row) ?? 'missing');
  }
  const { values } = column;
  const cuts = cutsOf(values, rows);
  return grouped(rows, (row) => {
    const value = values[row] as number;
    if (Number.isNaN(value)) return 'missing';
    const above = cuts.findIndex((cut) => value < cut);
    return binName(cuts, above === -1 ? cuts.length : above);
  });
}

/** Error of so many rows with so large sums of terms and of their squares. */
function errorInterval(classes: boolean, count: number, sum: number, squares: number, level: number): Interval {
  const mean = sum / count;
  if (classes) return wilsonInterval(Math.min(1, mean), count, level);
  const variance = Math.max(0, (squares - count * mean * mean) / (count - 1));
  return rootMeanSquareInterval(Math.sqrt(mean), Math.sqrt(variance / count), count, level);
}

function sums(terms: Float64Array, group: readonly number[]): { readonly sum: number; readonly squares: number } {
  let sum = 0;
  let squares = 0;
  for (const i of group) {
    const term = terms[i] as number;
    sum += term;
    squares += term * term;
  }
  return { sum, squares };
}

/** What is known about the slices of a set of rows. */
export interface Slices {
  readonly slices: readonly Slice[];
  /** How many were looked at. */
  readonly looked: number;
}

/** The slices that are worse than the other rows by more than noise, worst first. */
export function worstSlices(judged: JudgedRows): Slices {
  const { table, roles, rows, terms } = judged;
  const skipped = roles.columns.filter(({ role }) => role === 'target' || role === 'id-like' || role === 'free-text');
  const names = new Set(skipped.map(({ name }) => name));
  const candidates = table.columns
    .filter(({ name }) => !names.has(name))
    .flatMap((column) =>
      [...groupsOf(column, rows)]
        .filter(([, group]) => group.length >= fewestRows && rows.length - group.length >= fewestRows)
        .sort(([, a], [, b]) => b.length - a.length)
        .slice(0, mostValues)
        .map(([value, group]) => ({ column: column.name, value, group })),
    );
  const looked = candidates.length;
  if (looked === 0) return { slices: [], looked };
  const level = 1 - (1 - confidence) / looked;
  const classes = roles.classes !== null;
  const all = sums(
    terms,
    Array.from(rows, (_, i) => i),
  );
  const slices = candidates.flatMap(({ column, value, group }) => {
    const own = sums(terms, group);
    const count = group.length;
    const error = errorInterval(classes, count, own.sum, own.squares, level);
    const restCount = rows.length - count;
    const rest = errorInterval(classes, restCount, all.sum - own.sum, all.squares - own.squares, level);
    const difference = differenceInterval(error, rest);
    if (!(difference.low > 0)) return [];
    const slice: Slice = { column, value, rows: count, error: { ...error, count }, others: rest.value };
    return [{ slice, difference }];
  });
  slices.sort((a, b) => b.difference.value - a.difference.value);
  return { slices: slices.slice(0, mostSlices).map(({ slice }) => slice), looked };
}
