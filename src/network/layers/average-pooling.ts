// The mean of each window, channel by channel.

import { averagePool } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf, placeWindow, windowOptions } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of average pooling. */
export interface AveragePoolingOptions {
  readonly image: ImageShape;
  readonly kernel: number; // k
  readonly stride: number; // s
  readonly padding: 'same' | 'valid';
}

function place(options: AveragePoolingOptions) {
  return placeWindow('average-pooling', options.image, { ...options, dilation: 1 });
}

/** The images that come out. */
function pooledImage(options: AveragePoolingOptions): ImageShape {
  const { height, width } = place(options);
  return { channels: options.image.channels, height, width };
}

/** Average pooling. */
export const averagePooling: Layer<'average-pooling', AveragePoolingOptions> = {
  id: 'average-pooling',
  about: 'The mean of each window, of what lies in the image.',
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
    return only(averagePool(inputAt(inputs, 0, 'average-pooling'), kernel, { stride, padding }));
  },
  plain: (options, inputs) => {
    const input = inputAt(inputs, 0, 'average-pooling');
    const { image, kernel, stride } = options;
    const [top, left] = place(options).padding;
    return fillImages(input.rows, pooledImage(options), (row, c, p, q) => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < kernel ** 2; i++) {
        const y = p * stride + Math.floor(i / kernel) - top;
        const x = q * stride + (i % kernel) - left;
        if (y < 0 || x < 0 || y >= image.height || x >= image.width) continue;
        sum += pixelOf(input, image, [row, c, y, x]);
        count++;
      }
      return sum / count;
    });
  },
};
