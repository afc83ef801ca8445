// In: the facts about a run's columns. Out: what a person may want to know of them, though it harms no score.

import { formatPercent, plural } from '../base/format.ts';
import type { Case } from './rule.ts';
import { constantColumns } from './rules/constant-columns.ts';
import { listSome, nameSome } from './words.ts';

/** What is said of columns. */
export interface DataNote {
  readonly id: 'id-like-columns' | 'duplicate-columns' | 'some-constant-columns' | 'missing-cells';
  readonly text: string;
}

/** The notes on the columns; none without facts about them. */
export function dataNotes(input: Case): readonly DataNote[] {
  const facts = input.evidence.data?.input ?? null;
  if (facts === null) return [];
  const { idLike, duplicate, constant, missing } = facts;
  const notes: DataNote[] = [];
  if (idLike.length > 0) {
    notes.push({ id: 'id-like-columns', text: `Left out, since they only name rows: ${nameSome(idLike)}.` });
  }
  if (duplicate.length > 0) {
    const pairs = listSome(duplicate.map(({ column, of }) => `"${column}" (as "${of}")`));
    notes.push({ id: 'duplicate-columns', text: `Columns that hold the same as another one: ${pairs}.` });
  }
  // Where they are too many, a verdict names them.
  if (constant.length > 0 && constantColumns.judge(input) === null) {
    const text = `Columns with one value in all training rows, which say nothing: ${nameSome(constant)}.`;
    notes.push({ id: 'some-constant-columns', text });
  }
  if (missing.length > 0) {
    const columns = listSome(missing.map(({ column, value }) => `"${column}" (${formatPercent(value)})`));
    notes.push({ id: 'missing-cells', text: `Cells are missing in ${plural(missing.length, 'column')}: ${columns}.` });
  }
  return notes;
}
