// In: training and dev rows, maybe of two tables. Out: how many are the same in all used columns.

import { rowKeys } from '../../data/duplicates.ts';
import type { Table } from '../../data/table.ts';
import type { DuplicateFacts } from '../../record/data-facts.ts';
import { shareOf } from './share.ts';

/** Rows of a table. */
export interface RowSet {
  readonly table: Table;
  readonly rows: Uint32Array;
}

/** What is compared: classes are the codes of the training rows, null for a number. */
export interface DuplicateInput {
  readonly columns: readonly string[];
  readonly train: RowSet;
  readonly dev: RowSet | null;
  readonly classes: Int32Array | null;
}

/** The training rows that share a key. */
interface Copies {
  count: number;
  readonly label: number;
  mixed: boolean;
}

/** Looks for copies among all rows. Null without training rows. */
export function duplicateFacts({ columns, train, dev, classes }: DuplicateInput): DuplicateFacts | null {
  if (train.rows.length === 0) return null;
  const copies = new Map<number, Copies>();
  rowKeys(train.table, columns, train.rows).forEach((key, i) => {
    const label = classes?.[i] ?? 0;
    const known = copies.get(key);
    if (known === undefined) {
      copies.set(key, { count: 1, label, mixed: false });
      return;
    }
    known.count++;
    known.mixed ||= known.label !== label;
  });
  let within = 0;
  let contradicting = 0;
  for (const { count, mixed } of copies.values()) {
    if (count > 1) within += count;
    if (mixed) contradicting += count;
  }
  const all = train.rows.length;
  return {
    across: dev === null || dev.rows.length === 0 ? null : acrossShare(copies, columns, dev),
    within: shareOf(within, all),
    contradicting: classes === null ? null : shareOf(contradicting, all),
  };
}

function acrossShare(copies: ReadonlyMap<number, Copies>, columns: readonly string[], { table, rows }: RowSet) {
  const keys = rowKeys(table, columns, rows);
  return shareOf(
    keys.reduce((sum, key) => sum + (copies.has(key) ? 1 : 0), 0),
    rows.length,
  );
}
