// The greatest number of each window, channel by channel.

import { maxPool } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';
import { type PoolingOptions, placePooling, pooledSize, poolingOptions, poolPlain } from '../pooling.ts';

const id = 'max-pooling';

/** Max pooling. */
export const maxPooling: Layer<'max-pooling', PoolingOptions> = {
  id,
  about: 'The greatest number of each window; padding is never it, and of equal numbers the first gets the gradient.',
  options: poolingOptions,
  width: (options) => pooledSize(id, options),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs) => {
    const { kernel, stride } = options;
    const { padding } = placePooling(id, options);
    return only(maxPool(inputAt(inputs, 0, id), kernel, { stride, padding }));
  },
  plain: (options, inputs) => poolPlain(id, options, inputAt(inputs, 0, id), (pixels) => Math.max(...pixels)),
};
