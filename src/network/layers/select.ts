// Some of the input columns.

import { gather, slice } from '../../engine/index.ts';
import { fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of a choice of columns. */
export interface SelectOptions {
  readonly inputs: number; // D
  readonly columns: readonly number[];
}

/** A choice of columns. */
export const select: Layer<'select', SelectOptions> = {
  id: 'select',
  about: 'Some columns of the input, in the given order.',
  options: { inputs: 'columns that come in, D', columns: 'indices of those that go out' },
  width: (options) => options.columns.length,
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: ({ columns, inputs: width }, inputs) => {
    const input = inputAt(inputs, 0, 'select'); // [N, D]
    const first = columns[0] ?? 0;
    const inOrder = columns.every((column, i) => column === first + i);
    if (inOrder && columns.length === width) return only(input);
    if (inOrder) return only(slice(input, [first], [first + columns.length], [1]));
    const places = input.graph.constant(Int32Array.from(columns), [columns.length], 'int32');
    return only(gather(input, places, 1));
  },
  plain: ({ columns }, inputs) => {
    const input = inputAt(inputs, 0, 'select');
    return fillBatch(input.members, input.rows, columns.length, (m, i, j) => {
      return input.data[rowStart(input, m, i) + (columns[j] as number)] as number;
    });
  },
};
