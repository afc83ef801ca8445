// In: fitted categorical columns and their raw texts. Out: one-hot columns of the input matrix, and codes for embeddings.
// A text that is no level of the training rows counts as missing, and so does a missing cell.

import type { PreparedEmbedding, PreparedOneHot } from '../data/prepared-column.ts';
import { cast, concat, equal, labelEncoder, type Value } from '../engine/index.ts';
import { type Block, type PlacedColumn, pick } from './blocks.ts';

/** The one-hot columns: -1 and 1 for two levels, else 1 at the cell's level; all zero for missing and unseen texts. */
export function oneHotBlocks(columns: readonly PlacedColumn<PreparedOneHot>[]): readonly Block[] {
  const blocks: Block[] = [];
  const pairs = columns.filter(({ column }) => column.levels.length === 2);
  if (pairs.length > 0) {
    const signs = pairs.map(({ column, input }) => labelEncoder(input, column.levels, [-1, 1], 0));
    blocks.push({ value: cast(concat(signs, 1), 'float32'), places: pairs.map(({ offset }) => offset) });
  }
  const wide = columns.filter(({ column }) => column.levels.length !== 2 && column.levels.length > 0);
  if (wide.length > 0) {
    const codes = concat(
      wide.map(({ column, input }) => labelEncoder(input, column.levels)),
      1,
    ); // [N, C]
    const outputs = wide.flatMap(({ column, offset }, index) =>
      column.levels.map((_, level) => ({ index, level, place: offset + level })),
    );
    // Each output compares its column's code with its own level.
    const repeated = pick(
      codes,
      outputs.map(({ index }) => index),
    );
    const wanted = outputs.map(({ level }) => level);
    const hot = equal(repeated, repeated.graph.constant(wanted, [wanted.length], 'int64'));
    blocks.push({ value: cast(hot, 'float32'), places: outputs.map(({ place }) => place) });
  }
  return blocks;
}

/** Codes [N, C] int32: 1 + index of the level, 0 = missing or unseen; null without such columns. */
export function embeddingCodes(columns: readonly PlacedColumn<PreparedEmbedding>[]): Value | null {
  if (columns.length === 0) return null;
  const codes = columns.map(({ column: { levels }, input }) =>
    labelEncoder(
      input,
      levels,
      levels.map((_, i) => i + 1),
      0,
    ),
  );
  return cast(concat(codes, 1), 'int32');
}
