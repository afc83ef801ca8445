// Codes of categorical columns to trained vectors: one table for all columns, one lookup.

import { add, gather, reshape } from '../../engine/index.ts';
import { fillBatch, inputAt } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of a categorical embedding. */
export interface EmbeddingOptions {
  readonly cardinalities: readonly number[]; // C entries
  readonly width: number; // E
  readonly members: number | null; // k
}

/** First row of each column in the common table. */
function offsets({ cardinalities }: EmbeddingOptions): readonly number[] {
  let start = 0;
  return cardinalities.map((levels) => {
    const offset = start;
    start += levels;
    return offset;
  });
}

const tableRows = ({ cardinalities }: EmbeddingOptions): number => cardinalities.reduce((sum, n) => sum + n, 0);

/** The embedding of categorical columns. */
export const embedding: Layer<'embedding', EmbeddingOptions> = {
  id: 'embedding',
  about: 'A trained vector per level of each categorical column, side by side. Guo and Berkhahn, 2016.',
  options: {
    cardinalities: 'levels of each column, the unknown level 0 included',
    width: 'width of each vector, E',
    members: 'networks with a table each, k; null for one table',
  },
  width: (options) => options.cardinalities.length * options.width,
  parameters: (options) => {
    const rows = tableRows(options);
    const unknown = new Set(offsets(options));
    return [
      {
        // The member axis is folded into the rows, so that one lookup serves all members.
        name: 'table',
        shape: [(options.members ?? 1) * rows, options.width], // [k V, E]
        role: 'embedding',
        learningRateFactor: 1,
        penalized: false,
        // N(0, 1), as wide as scaled numeric columns; unknown levels start at zero, the middle of all others.
        initialize: ({ random }) => {
          const table = new Float32Array((options.members ?? 1) * rows * options.width);
          for (let i = 0; i < table.length; i++) {
            const z = random.normal();
            table[i] = unknown.has(Math.floor(i / options.width) % rows) ? 0 : z;
          }
          return table;
        },
      },
    ];
  },
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs, scope) => {
    const codes = inputAt(inputs, 0, 'embedding'); // [N, C] int32
    const { members } = options;
    const columns = options.cardinalities.length;
    const starts = offsets(options);
    const batch = codes.shape[0] ?? 1;
    const rows = tableRows(options);
    const all = Int32Array.from({ length: (members ?? 1) * columns }, (_, i) => {
      return Math.floor(i / columns) * rows + (starts[i % columns] as number);
    });
    const shape = members === null ? [columns] : [members, 1, columns];
    const places = add(codes, codes.graph.constant(all, shape, codes.dtype)); // [N, C] or [k, N, C]
    const vectors = gather(scope.parameter('table'), places, 0); // [.., N, C, E]
    const width = columns * options.width;
    return only(reshape(vectors, members === null ? [batch, width] : [members, batch, width]));
  },
  plain: (options, inputs, value) => {
    const codes = inputAt(inputs, 0, 'embedding');
    const table = value('table');
    const starts = offsets(options);
    const rows = tableRows(options);
    const { width } = options;
    return fillBatch(options.members, codes.rows, starts.length * width, (m, row, j) => {
      const column = Math.floor(j / width);
      const code = codes.data[row * codes.width + column] as number;
      return table[(m * rows + (starts[column] as number) + code) * width + (j % width)] as number;
    });
  },
};
