// What both kinds of pooling share: their options, where their windows lie, and the pixels under a window.

import { fillImages, type ImageShape, imageSize, pixelOf, placeWindow, windowOptions } from './image.ts';
import type { Batch } from './layer.ts';

/** Options of pooling. */
export interface PoolingOptions {
  readonly image: ImageShape;
  readonly kernel: number; // k
  readonly stride: number; // s
  readonly padding: 'same' | 'valid';
}

/** What each option means. */
export const poolingOptions: { readonly [K in keyof PoolingOptions]: string } = {
  image: 'channels, height and width of what comes in',
  kernel: windowOptions.kernel,
  stride: windowOptions.stride,
  padding: windowOptions.padding,
};

/** Where the windows of a layer lie; `layer` is its name in errors. */
export function placePooling(layer: string, options: PoolingOptions) {
  return placeWindow(layer, options.image, { ...options, dilation: 1 });
}

/** The images that come out. */
function pooledImage(layer: string, options: PoolingOptions): ImageShape {
  const { height, width } = placePooling(layer, options);
  return { channels: options.image.channels, height, width };
}

/** Numbers of an image that comes out. */
export const pooledSize = (layer: string, options: PoolingOptions): number => imageSize(pooledImage(layer, options));

/** The images that come out, of `pool` of the pixels of each window that lie in the image, in row-major order. */
export function poolPlain(
  layer: string,
  options: PoolingOptions,
  input: Batch,
  pool: (pixels: readonly number[]) => number,
): Batch {
  const { image, kernel, stride } = options;
  const [top, left] = placePooling(layer, options).padding;
  return fillImages(input.rows, pooledImage(layer, options), (row, c, p, q) => {
    const pixels: number[] = [];
    for (let i = 0; i < kernel ** 2; i++) {
      const y = p * stride + Math.floor(i / kernel) - top;
      const x = q * stride + (i % kernel) - left;
      if (y < 0 || x < 0 || y >= image.height || x >= image.width) continue;
      pixels.push(pixelOf(input, image, [row, c, y, x]));
    }
    return pool(pixels);
  });
}
