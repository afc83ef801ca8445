// An activation function as a layer.

import { type ActivationId, activations } from '../activations.ts';
import { fillBatch, inputAt, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of an activation. */
export interface ActivationOptions {
  readonly width: number; // H
  readonly kind: ActivationId;
}

/** An activation. */
export const activation: Layer<'activation', ActivationOptions> = {
  id: 'activation',
  about: 'One function of each number; without it a deep network is one linear map.',
  options: { width: 'units, H', kind: 'which function' },
  width: (options) => options.width,
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs) => only(activations[options.kind].apply(inputAt(inputs, 0, 'activation'))),
  plain: (options, inputs) => {
    const input = inputAt(inputs, 0, 'activation');
    const { value } = activations[options.kind];
    return fillBatch(input.members, input.rows, input.width, (m, i, j) =>
      value(input.data[rowStart(input, m, i) + j] as number),
    );
  },
};
