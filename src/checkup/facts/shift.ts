// In: training and dev rows as points. Out: whether trees can tell the two sets apart, and by which columns.

import { aucInterval, mean, standardDeviation } from '../../base/statistics.ts';
import { findColumn, type Table } from '../../data/table.ts';
import type { ColumnFact, ShiftFacts } from '../../record/data-facts.ts';
import { sharesUnseen } from './forest.ts';
import type { Points } from './points.ts';
import { confidence } from './share.ts';

/** Fewer rows of a set than this say nothing. */
const fewestRows = 30;

const mostColumns = 5;

/** Training points before dev points. */
export interface ShiftInput {
  readonly points: Points;
  readonly trainRows: number;
  /** The used columns that are compared one by one; empty for images. */
  readonly columns: readonly string[];
  readonly train: { readonly table: Table; readonly rows: Uint32Array };
  readonly dev: { readonly table: Table; readonly rows: Uint32Array };
  readonly seed: string;
}

/** Compares the inputs of two sets. Null for fewer than 30 rows of one of them. */
export function shiftFacts({ points, trainRows, columns, train, dev, seed }: ShiftInput): ShiftFacts | null {
  const devRows = points.count - trainRows;
  if (Math.min(trainRows, devRows) < fewestRows || points.width === 0) return null;
  const sets = Int32Array.from({ length: points.count }, (_, i) => (i < trainRows ? 0 : 1));
  const unseen = sharesUnseen(points, sets, { classes: 2, seed: `${seed}/shift`, leaf: 5 });
  const likeDev = Float64Array.from(sets, (_, i) => unseen[2 * i + 1] as number);
  const auc = aucInterval(likeDev.subarray(trainRows), likeDev.subarray(0, trainRows), confidence);
  return { auc: auc.value, low: auc.low, high: auc.high, columns: columnsApart(columns, train, dev) };
}

/** Numbers, booleans and times by the difference of their means in standard deviations of the training rows. */
function columnsApart(
  names: readonly string[],
  train: ShiftInput['train'],
  dev: ShiftInput['dev'],
): readonly ColumnFact[] {
  return names
    .flatMap((column): ColumnFact[] => {
      const [a, b] = [present(train, column), present(dev, column)];
      if (a.length < 2 || b.length === 0) return [];
      const deviation = standardDeviation(a);
      if (!(deviation > 0)) return [];
      return [{ column, value: Math.abs(mean(b) - mean(a)) / deviation }];
    })
    .sort((x, y) => y.value - x.value)
    .slice(0, mostColumns);
}

/** The known numbers of a column; none for text. */
function present({ table, rows }: ShiftInput['train'], name: string): Float64Array {
  const column = findColumn(table, name);
  if (column === undefined || column.kind === 'text') return new Float64Array(0);
  return Float64Array.from(rows, (row) => column.values[row] as number).filter((x) => !Number.isNaN(x));
}
