// In: a plan and the training rows of an image store. Out: the two steps of normalization per channel, (pixel - center) * factor.
// The network's graph computes them; the store keeps its bytes.

import { FettleError } from '../base/error.ts';
import type { PreprocessingPlan } from '../plan/plan.ts';
import type { DatasetImages, ImageScaling } from './dataset.ts';
import type { ImageShape, ImageStore, Table } from './table.ts';

/** What a network for images was fitted on. */
export interface PreparedImages extends ImageShape, ImageScaling {}

/** Images that the two steps are measured on, at most, evenly spread: their mean is known to a thousandth of a pixel value. */
const mostImages = 20_000;

/** What a pixel is divided by when there is no step two: bytes become numbers from 0 to 1. */
const white = 255;

/**
 * Fits the two steps per channel on the images of some rows. Step one, center: none 0, or mean. Step two: none 1 / 255, or
 * 1 / standard deviation; a constant channel has factor 0. Throws `plan` for a center or scale that only columns have.
 */
export function fitImages(
  { center, scale }: Pick<PreprocessingPlan, 'center' | 'scale'>,
  store: ImageStore,
  rows: Uint32Array,
): PreparedImages {
  if (center === 'median' || scale === 'interquartile-range') {
    throw new FettleError(
      'plan',
      `Images are centered by none or mean and scaled by none or standard-deviation, but the plan says ${center} and ${scale}. ` +
        '`fettle plan DATA` prints a plan for images.',
    );
  }
  const { channels, height, width } = store;
  const moments = Array.from({ length: channels }, (_, channel) => channelMoments(store, rows, channel));
  return {
    ...{ channels, height, width },
    center: moments.map(({ mean }) => (center === 'mean' ? mean : 0)),
    factor: moments.map(({ deviation }) => {
      if (scale === 'none') return Math.fround(1 / white);
      return deviation === 0 ? 0 : Math.fround(1 / deviation);
    }),
  };
}

/** Mean and population deviation of a channel's pixels; the sums are exact, since pixels are whole numbers. */
function channelMoments({ pixels, channels, height, width }: ImageStore, rows: Uint32Array, channel: number) {
  const plane = height * width;
  const count = Math.min(rows.length, mostImages);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[Math.floor((i * rows.length) / count)] as number;
    const start = (row * channels + channel) * plane;
    for (let at = start; at < start + plane; at++) {
      const pixel = pixels[at] as number;
      sum += pixel;
      squares += pixel * pixel;
    }
  }
  const n = count * plane;
  const mean = sum / n;
  return { mean: Math.fround(mean), deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
}

/** The images of some rows of a table. Throws `data` if it has none, or of another shape. */
export function preparedImages(prepared: PreparedImages, { images }: Table, rows: Uint32Array): DatasetImages {
  const { channels, height, width } = prepared;
  const wanted = `images of ${width} x ${height} pixels and ${channels} channels`;
  if (images === null) throw new FettleError('data', `Expected ${wanted}, but the table has no images. Give images.`);
  if (images.channels !== channels || images.height !== height || images.width !== width) {
    throw new FettleError(
      'data',
      `Expected ${wanted}, but received ${images.width} x ${images.height} pixels and ${images.channels} channels. Read them at that size.`,
    );
  }
  return { ...prepared, pixels: images.pixels, index: rows };
}
