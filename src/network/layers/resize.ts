// Images in another size.

import { resize as resizeImages } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of resizing. */
export interface ResizeOptions {
  readonly image: ImageShape;
  readonly height: number;
  readonly width: number;
  readonly mode: 'nearest' | 'linear';
}

/** The images that come out. */
function resizedImage({ image, height, width }: ResizeOptions): ImageShape {
  return { channels: image.channels, height, width };
}

/** The two rows that row `to` lies between, and the share of the second. */
function between(to: number, from: number, size: number): readonly [low: number, high: number, share: number] {
  const center = Math.min(Math.max(((to + 0.5) * from) / size - 0.5, 0), from - 1);
  const low = Math.floor(center);
  return [low, Math.min(low + 1, from - 1), center - low];
}

/** Resizing. */
export const resize: Layer<'resize', ResizeOptions> = {
  id: 'resize',
  about: 'Images in another size: elements repeated or dropped, or interpolated between the nearest two.',
  options: {
    image: 'channels, height and width of what comes in',
    height: 'rows that come out',
    width: 'columns that come out',
    mode: "'nearest' repeats or drops, 'linear' interpolates between centers",
  },
  width: (options) => imageSize(resizedImage(options)),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: ({ height, width, mode }, inputs) => {
    return only(resizeImages(inputAt(inputs, 0, 'resize'), [height, width], mode));
  },
  plain: (options, inputs) => {
    const input = inputAt(inputs, 0, 'resize');
    const { image, height, width, mode } = options;
    return fillImages(input.rows, resizedImage(options), (row, c, y, x) => {
      const read = (v: number, u: number): number => pixelOf(input, image, [row, c, v, u]);
      if (mode === 'nearest') {
        return read(Math.floor((y * image.height) / height), Math.floor((x * image.width) / width));
      }
      const [top, bottom, down] = between(y, image.height, height);
      const [left, right, across] = between(x, image.width, width);
      const along = (v: number): number => (1 - across) * read(v, left) + across * read(v, right);
      return (1 - down) * along(top) + down * along(bottom);
    });
  },
};
