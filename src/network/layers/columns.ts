// What the embeddings of numeric columns share: one batched product over all columns instead of a node per column.

import { expand, reshape, transpose, type Value } from '../../engine/index.ts';

/** [N, D] to [D, N, 1]: one matrix per column. */
export function splitColumns(input: Value): Value {
  const columnsFirst = transpose(input, [1, 0]); // [D, N]
  return reshape(columnsFirst, [...columnsFirst.shape, 1]);
}

/** [D, N, E] to [N, D E], and [k, D, N, E] to [k, N, D E]: the embeddings of a row side by side. */
export function joinColumns(embedded: Value, columns: number, width: number): Value {
  const hasMembers = embedded.shape.length === 4;
  const rowsFirst = transpose(embedded, hasMembers ? [0, 2, 1, 3] : [1, 0, 2]); // [.., N, D, E]
  return reshape(rowsFirst, [...rowsFirst.shape.slice(0, -2), columns * width]);
}

/** Repeats [D, N, 1] for k members. */
export function repeatForMembers(columns: Value, members: number | null): Value {
  return members === null ? columns : expand(columns, [members, ...columns.shape]);
}

/** The shape of a tensor with one matrix per column, and per member where nothing is shared. */
export function perColumn(members: number | null, shape: readonly number[]): readonly number[] {
  return members === null ? shape : [members, ...shape];
}
