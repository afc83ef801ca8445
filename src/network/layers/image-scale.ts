// Bytes of images to what the first convolution sees: both steps of input normalization, inside the graph.

import { cast, mul, sub } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of the scaling of images. */
export interface ImageScaleOptions {
  readonly image: ImageShape;
  readonly center: readonly number[]; // C entries
  readonly factor: readonly number[]; // C entries
}

/** The scaling of images. */
export const imageScale: Layer<'image-scale', ImageScaleOptions> = {
  id: 'image-scale',
  about: '(pixel - center) factor, per channel; pixels are bytes, or numbers from 0 to 255.',
  options: {
    image: 'channels, height and width',
    center: 'what is subtracted from the pixels of each channel',
    factor: 'what they are then multiplied by',
  },
  width: ({ image }) => imageSize(image),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: ({ center, factor }, inputs) => {
    const pixels = inputAt(inputs, 0, 'image-scale');
    const { graph } = pixels;
    const ofChannels = (data: readonly number[]) => graph.constant(data, [data.length, 1, 1]);
    return only(mul(sub(cast(pixels, graph.real), ofChannels(center)), ofChannels(factor)));
  },
  plain: ({ image, center, factor }, inputs) => {
    const pixels = inputAt(inputs, 0, 'image-scale');
    return fillImages(pixels.rows, image, (row, c, y, x) => {
      return (pixelOf(pixels, image, [row, c, y, x]) - (center[c] as number)) * (factor[c] as number);
    });
  },
};
