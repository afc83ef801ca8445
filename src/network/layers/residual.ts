// The end of a residual block: what the block computed plus what went into it.

import { add } from '../../engine/index.ts';
import { commonMembers, fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of a residual sum. */
export interface ResidualOptions {
  readonly width: number; // H
}

/** The residual sum; its inputs are the block's output and the block's input. */
export const residual: Layer<'residual', ResidualOptions> = {
  id: 'residual',
  about: 'The output of a block plus its input, so that gradients pass around the block. He et al., 2016.',
  options: { width: 'units, H' },
  width: (options) => options.width,
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs) => only(add(inputAt(inputs, 0, 'residual'), inputAt(inputs, 1, 'residual'))),
  plain: ({ width }, inputs) => {
    const block = inputAt(inputs, 0, 'residual');
    const skip = inputAt(inputs, 1, 'residual');
    return fillBatch(commonMembers(inputs, null), block.rows, width, (m, i, j) => {
      return (block.data[rowStart(block, m, i) + j] as number) + (skip.data[rowStart(skip, m, i) + j] as number);
    });
  },
};
