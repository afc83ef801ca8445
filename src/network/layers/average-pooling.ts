// The mean of each window, channel by channel.

import { averagePool } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';
import { type PoolingOptions, placePooling, pooledSize, poolingOptions, poolPlain } from '../pooling.ts';

const id = 'average-pooling';

/** Average pooling. */
export const averagePooling: Layer<'average-pooling', PoolingOptions> = {
  id,
  about: 'The mean of each window, of what lies in the image.',
  options: poolingOptions,
  width: (options) => pooledSize(id, options),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs) => {
    const { kernel, stride } = options;
    const { padding } = placePooling(id, options);
    return only(averagePool(inputAt(inputs, 0, id), kernel, { stride, padding }));
  },
  plain: (options, inputs) =>
    poolPlain(id, options, inputAt(inputs, 0, id), (pixels) => pixels.reduce((sum, x) => sum + x, 0) / pixels.length),
};
