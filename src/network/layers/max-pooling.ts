// The greatest number of each window, channel by channel.

import { maxPool } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf, placeWindow, windowOptions } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of max pooling. */
export interface MaxPoolingOptions {
  readonly image: ImageShape;
  readonly kernel: number; // k
  readonly stride: number; // s
  readonly padding: 'same' | 'valid';
}

function place(options: MaxPoolingOptions) {
  return placeWindow('max-pooling', options.image, { ...options, dilation: 1 });
}

/** The images that come out. */
function pooledImage(options: MaxPoolingOptions): ImageShape {
  const { height, width } = place(options);
  return { channels: options.image.channels, height, width };
}

/** Max pooling. */
export const maxPooling: Layer<'max-pooling', MaxPoolingOptions> = {
  id: 'max-pooling',
  about: 'The greatest number of each window; padding is never it, and of equal numbers the first gets the gradient.',
  options: {
    image: 'channels, height and width of what comes in',
    kernel: windowOptions.kernel,
    stride: windowOptions.stride,
    padding: windowOptions.padding,
  },
  width: (options) => imageSize(pooledImage(options)),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (options, inputs) => {
    const { kernel, stride } = options;
    const { padding } = place(options);
    return only(maxPool(inputAt(inputs, 0, 'max-pooling'), kernel, { stride, padding }));
  },
  plain: (options, inputs) => {
    const input = inputAt(inputs, 0, 'max-pooling');
    const { image, kernel, stride } = options;
    const [top, left] = place(options).padding;
    return fillImages(input.rows, pooledImage(options), (row, c, p, q) => {
      let greatest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < kernel ** 2; i++) {
        const y = p * stride + Math.floor(i / kernel) - top;
        const x = q * stride + (i % kernel) - left;
        if (y < 0 || x < 0 || y >= image.height || x >= image.width) continue;
        greatest = Math.max(greatest, pixelOf(input, image, [row, c, y, x]));
      }
      return greatest;
    });
  },
};
