// One number per channel: its mean over the image.

import { globalAveragePool } from '../../engine/index.ts';
import { fillBatch, inputAt } from '../batch.ts';
import { type ImageShape, planeOf } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of the global average. */
export interface GlobalAveragePoolingOptions {
  readonly image: ImageShape;
}

/** The global average. */
export const globalAveragePooling: Layer<'global-average-pooling', GlobalAveragePoolingOptions> = {
  id: 'global-average-pooling',
  about: 'The mean of each channel over the image, instead of dense layers over its pixels. Lin et al., 2014.',
  options: { image: 'channels, height and width of what comes in' },
  width: ({ image }) => image.channels,
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs) => only(globalAveragePool(inputAt(inputs, 0, 'global-average-pooling'))), // [N, C]
  plain: ({ image }, inputs) => {
    const input = inputAt(inputs, 0, 'global-average-pooling');
    return fillBatch(null, input.rows, image.channels, (_, row, channel) => {
      const plane = planeOf(input, image, row, channel);
      return plane.reduce((sum, x) => sum + x, 0) / plane.length;
    });
  },
};
