// Images to rows of numbers, for dense layers.

import { type Dim, reshape } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { type ImageShape, imageSize } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of the flattening. */
export interface FlattenOptions {
  readonly image: ImageShape;
}

/** The flattening of images. */
export const flatten: Layer<'flatten', FlattenOptions> = {
  id: 'flatten',
  about: 'All numbers of an image in one row, channel by channel.',
  options: { image: 'channels, height and width' },
  width: ({ image }) => imageSize(image),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: ({ image }, inputs) => {
    const input = inputAt(inputs, 0, 'flatten'); // [N, C, H, W]
    return only(reshape(input, [input.shape[0] as Dim, imageSize(image)]));
  },
  plain: (_options, inputs) => inputAt(inputs, 0, 'flatten'),
};
