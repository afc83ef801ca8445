// In: a model's input and images of a store. Out: the tensor that its session is fed with.

import { FettleError } from '../base/error.ts';
import type { ImageStore, Table } from '../data/table.ts';
import type { Runtime, Tensor } from '../engine/index.ts';
import { inputShape, type ModelImage, shapeText } from './image-input.ts';

/** The images of a table that a model for images takes. Throws `data` if it has none, or of another shape. */
export function modelImages(image: ModelImage, { images, columns }: Table): ImageStore {
  const wanted = `The model was trained on images of ${shapeText(image)}, but`;
  if (images === null) {
    const shown = columns.slice(0, 6).map(({ name }) => name);
    const names = shown.join(', ') + (columns.length > shown.length ? ', ...' : '');
    throw new FettleError('data', `${wanted} received a table with the columns ${names}. Give images.`);
  }
  const { channels, height, width } = image;
  if (images.channels === channels && images.height === height && images.width === width) return images;
  throw new FettleError('data', `${wanted} received images of ${shapeText(images)}. Read them at the model's size.`);
}

/** The chosen images in the form of the model's input. */
export function imageTensor(runtime: Runtime, image: ModelImage, store: ImageStore, rows: Uint32Array): Tensor {
  const size = store.channels * store.height * store.width;
  const pixels = new Uint8Array(rows.length * size);
  for (const [i, row] of rows.entries()) {
    const one = store.pixels.subarray(row * size, (row + 1) * size); // [C, H, W]
    if (image.layout === 'nchw') pixels.set(one, i * size);
    else interleave(one, store.channels, pixels.subarray(i * size, (i + 1) * size));
  }
  const shape = inputShape(image, rows.length);
  if (image.type === 'uint8') return runtime.tensor('uint8', pixels, shape);
  return runtime.tensor(
    'float32',
    Float32Array.from(pixels, (pixel) => pixel / 255),
    shape,
  );
}

/** [C, H, W] to [H, W, C]. */
function interleave(planes: Uint8Array, channels: number, target: Uint8Array): void {
  const plane = planes.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < plane; at++) target[at * channels + channel] = planes[channel * plane + at] as number;
  }
}
