// In: training rows and, if there are any, dev rows. Out: what can be said about them before anything is trained: copies,
// neighbours, labels that look wrong, and whether both sets are alike. About two seconds for tables of any length.

import { createRandom, type Random } from '../../base/random.ts';
import { rowKeys } from '../../data/duplicates.ts';
import type { Roles } from '../../data/roles.ts';
import type { Table } from '../../data/table.ts';
import { targetValues } from '../../data/target-values.ts';
import type { DataFacts } from '../../record/data-facts.ts';
import { duplicateFacts, type RowSet } from './duplicates.ts';
import { sharesUnseen } from './forest.ts';
import { labelNoiseFacts } from './label-noise.ts';
import { neighbourFacts } from './neighbours.ts';
import { fitPoints, type PointSpace, type Points } from './points.ts';
import { shiftFacts } from './shift.ts';

/** Rows that are looked at one by one, at most; all rows are looked at for copies. */
const mostRows = { train: 4000, dev: 1500, shift: 2000 };

/** What is looked at. */
export interface RowFactsOptions {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** Dev rows, of the same table or another one with the same columns; null without. */
  readonly held: RowSet | null;
  readonly seed: number;
}

/** The facts about rows. Throws `data` if the held table lacks a used column. Pure: the same seed gives the same numbers. */
export function rowFacts({
  table,
  roles,
  trainRows,
  held,
  seed,
}: RowFactsOptions): Pick<DataFacts, 'duplicates' | 'neighbours' | 'labelNoise' | 'shift'> {
  const random = createRandom(seed).fork('row-facts');
  const columns = roles.columns.filter(({ used }) => used).map(({ name }) => name);
  const train = { table, rows: trainRows };
  const duplicates = duplicateFacts({ columns, train, dev: held, classes: classesOf(train, roles) });
  if (trainRows.length === 0) return { duplicates, neighbours: null, labelNoise: null, shift: null };
  const looked = labelled(sample(train, mostRows.train, random.fork('train')), roles);
  const dev = held === null ? null : labelled(sample(held, mostRows.dev, random.fork('dev')), roles);
  const space = fitPoints(table, roles, looked.rows);
  return {
    duplicates,
    ...labelFacts(space, roles, looked, dev, `${seed}`),
    shift: held === null ? null : shiftOf(space, columns, train, held, seed),
  };
}

/** A random part of the rows, in their order. */
function sample({ table, rows }: RowSet, most: number, random: Random): RowSet {
  if (rows.length <= most) return { table, rows };
  const drawn = random.permutation(rows.length).slice(0, most).sort();
  return { table, rows: drawn.map((i) => rows[i] as number) };
}

function classesOf({ table, rows }: RowSet, roles: Roles): Int32Array | null {
  if (roles.classes === null) return null;
  const codes = targetValues(table, roles);
  return Int32Array.from(rows, (row) => codes[row] as number);
}

/** Rows with a target. */
interface LabelledRows extends RowSet {
  /** Class codes or numbers. */
  readonly target: Float64Array;
}

function labelled({ table, rows }: RowSet, roles: Roles): LabelledRows {
  const all = targetValues(table, roles);
  const known = rows.filter((row) => (roles.classes === null ? !Number.isNaN(all[row]) : all[row] !== -1));
  return { table, rows: known, target: Float64Array.from(known, (row) => all[row] as number) };
}

/** The points of one set before those of the other. */
function joined(first: Points, second: Points): Points {
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { count: first.count + second.count, width: first.width, values, complete: first.complete };
}

function labelFacts(
  space: PointSpace,
  { classes }: Roles,
  train: LabelledRows,
  dev: LabelledRows | null,
  seed: string,
): Pick<DataFacts, 'neighbours' | 'labelNoise'> {
  const points = space(train.table, train.rows);
  const { target } = train;
  if (classes === null || points.width === 0) {
    const neighbours = neighbourFacts({ points, target, classes, unseen: null, seed });
    return { neighbours, labelNoise: null };
  }
  const all = dev === null ? points : joined(points, space(dev.table, dev.rows));
  const labels = Int32Array.from([...target, ...(dev?.target ?? [])]);
  const unseen = sharesUnseen(all, labels, { classes: classes.length, seed: `${seed}/labels`, leaf: 2 });
  return {
    neighbours: neighbourFacts({ points, target, classes, unseen, seed }),
    labelNoise: labelNoiseFacts({ classes, labels, unseen, trainRows: points.count, rows: train.rows }),
  };
}

/** Copies would betray their set where a split keeps them together, so each row is looked at once. */
function shiftOf(space: PointSpace, columns: readonly string[], train: RowSet, held: RowSet, seed: number) {
  const random = createRandom(seed).fork('shift');
  const once = ({ table, rows }: RowSet): RowSet => {
    const keys = rowKeys(table, columns, rows);
    const seen = new Set<number>();
    return {
      table,
      rows: rows.filter((_, i) => {
        const key = keys[i] as number;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      }),
    };
  };
  const first = once(sample(train, mostRows.shift, random.fork('train')));
  const second = once(sample(held, mostRows.shift, random.fork('dev')));
  const points = joined(space(first.table, first.rows), space(second.table, second.rows));
  return shiftFacts({
    points,
    trainRows: first.rows.length,
    columns,
    train: first,
    dev: second,
    seed: `${seed}`,
  });
}
