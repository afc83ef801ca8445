// Loops over plain batches [S, F] and [k, S, F]: what layers' `plain` functions share.

import { FettleError } from '../base/error.ts';
import type { Batch } from './layer.ts';

/** The i-th input of a layer; a missing one is our mistake. */
export function inputAt<T>(inputs: readonly T[], index: number, layer: string): T {
  const input = inputs[index];
  if (input === undefined) {
    throw new FettleError('internal', `The layer '${layer}' needs an input ${index}, but got ${inputs.length} inputs.`);
  }
  return input;
}

/** Members of an output that is made of these inputs and of parameters with `members` copies. */
export function commonMembers(batches: readonly Batch[], members: number | null): number | null {
  return batches.reduce<number | null>((found, batch) => found ?? batch.members, members);
}

/** A new batch whose cells are `cell(member, row, column)`. */
export function fillBatch(
  members: number | null,
  rows: number,
  width: number,
  cell: (member: number, row: number, column: number) => number,
): Batch {
  const data = new Float32Array((members ?? 1) * rows * width);
  let at = 0;
  for (let m = 0; m < (members ?? 1); m++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) data[at++] = cell(m, i, j);
    }
  }
  return { members, rows, width, data };
}

/** Where row `row` of a member starts; a batch without a member axis serves all members. */
export function rowStart(batch: Batch, member: number, row: number): number {
  return ((batch.members === null ? 0 : member) * batch.rows + row) * batch.width;
}
