// Switches units off at random while training. The mask comes from outside, so that a run can be resumed exactly
// and the rate may fade without a new graph.

import { mul } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of dropout. */
export interface DropoutOptions {
  readonly width: number; // H
  readonly members: number | null; // k
}

/** Dropout. */
export const dropout: Layer<'dropout', DropoutOptions> = {
  id: 'dropout',
  about: 'x times a mask of 0 or 1 / (1 - rate) in training, x in evaluation. Srivastava et al., 2014.',
  options: { width: 'units, H', members: 'networks with a mask each, k; null for one network' },
  width: (options) => options.width,
  parameters: none,
  buffers: none,
  masks: ({ width, members }, batch) => [
    { name: 'mask', shape: members === null ? [batch, width] : [members, batch, width] },
  ],
  multiplyAdds: noProducts,
  forward: (_options, inputs, scope) => {
    const input = inputAt(inputs, 0, 'dropout');
    const mask = scope.mask('mask');
    return only(mask === null ? input : mul(input, mask));
  },
  plain: (_options, inputs) => inputAt(inputs, 0, 'dropout'),
};
