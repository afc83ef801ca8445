// Zeros around images.

import { pad } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of padding. */
export interface PaddingOptions {
  readonly image: ImageShape;
  readonly around: readonly [top: number, left: number, bottom: number, right: number];
}

/** The images that come out. */
function paddedImage({ image, around: [top, left, bottom, right] }: PaddingOptions): ImageShape {
  return { channels: image.channels, height: top + image.height + bottom, width: left + image.width + right };
}

/** Padding. */
export const padding: Layer<'padding', PaddingOptions> = {
  id: 'padding',
  about: 'Zeros around each channel; after normalization a zero is the mean.',
  options: {
    image: 'channels, height and width of what comes in',
    around: 'rows above, columns at the left, rows below, columns at the right',
  },
  width: (options) => imageSize(paddedImage(options)),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: ({ around: [top, left, bottom, right] }, inputs) => {
    return only(pad(inputAt(inputs, 0, 'padding'), [0, 0, top, left], [0, 0, bottom, right]));
  },
  plain: (options, inputs) => {
    const input = inputAt(inputs, 0, 'padding');
    const [top, left] = options.around;
    return fillImages(input.rows, paddedImage(options), (row, c, y, x) => {
      return pixelOf(input, options.image, [row, c, y - top, x - left]);
    });
  },
};
