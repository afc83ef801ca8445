// Shapes of images and of windows that move over them, as numbers: what a layer must know before there is a graph.

import { FettleError } from '../base/error.ts';
import type { Batch } from './layer.ts';

/** Channels, height and width of images; as columns of a batch they are one row after another, channel by channel. */
export interface ImageShape {
  readonly channels: number; // C
  readonly height: number; // H
  readonly width: number; // W
}

/** Numbers of one image. */
export function imageSize({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}

/** How a square window moves over an image. */
export interface WindowShape {
  /** Side of the window. */
  readonly kernel: number; // k
  /** Rows and columns from one position to the next. */
  readonly stride: number; // s
  /**
   * 'valid': none. 'same': half the window's reach on each side, as PyTorch pads, so that an image keeps its size at
   * stride 1 and has ceil(H / s) rows else; the odd row of an even window is put at the end.
   */
  readonly padding: 'same' | 'valid';
  /** Rows and columns from one element of the window to the next. */
  readonly dilation: number; // d
}

/** What the options of a window mean, for the docs of layers. */
export const windowOptions = {
  kernel: 'side of the window, k',
  stride: 'rows and columns from one position of the window to the next',
  padding: "'valid': none; 'same': half the window on each side, so that stride 1 keeps the size",
  dilation: 'rows and columns from one element of the window to the next',
} as const;

/** A window's padding in rows and columns, and the size of what it makes of an image. */
export interface WindowPlace {
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
  readonly height: number;
  readonly width: number;
}

/** Rows from the first element of a window to the last, both counted. */
const reach = ({ kernel, dilation }: WindowShape): number => dilation * (kernel - 1) + 1;

/** Padding before and after: the odd one comes after. */
function paddingOf(window: WindowShape): readonly [number, number] {
  const total = window.padding === 'same' ? reach(window) - 1 : 0;
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Where a window lies on an image, and how many positions it has. */
export function placeWindow(layer: string, image: ImageShape, window: WindowShape): WindowPlace {
  const [before, after] = paddingOf(window);
  const along = (size: number): number => Math.floor((size + before + after - reach(window)) / window.stride) + 1;
  const [height, width] = [along(image.height), along(image.width)];
  if (height < 1 || width < 1) {
    throw new FettleError(
      'plan',
      `The layer '${layer}' expected images of at least ${reach(window)} x ${reach(window)}, the size of its window, ` +
        `but received ${image.height} x ${image.width}. Use larger images, a smaller window or fewer stages.`,
    );
  }
  return { padding: [before, before, after, after], height, width };
}

/** The size of the image whose windows have the given image's positions: s times as large with 'same' padding. */
export function placeTransposed(
  image: ImageShape,
  window: WindowShape,
): WindowPlace & { readonly outputPadding: number } {
  const [before, after] = paddingOf(window);
  const outputPadding = window.padding === 'same' ? window.stride - 1 : 0;
  const along = (size: number): number => window.stride * (size - 1) + reach(window) - before - after + outputPadding;
  return {
    padding: [before, before, after, after],
    outputPadding,
    height: along(image.height),
    width: along(image.width),
  };
}

/** A batch of images whose cells are `cell(row, channel, y, x)`. */
export function fillImages(
  rows: number,
  { channels, height, width }: ImageShape,
  cell: (row: number, channel: number, y: number, x: number) => number,
): Batch {
  const data = new Float32Array(rows * channels * height * width);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) data[at++] = cell(row, channel, y, x);
      }
    }
  }
  return { members: null, rows, width: channels * height * width, data };
}

/** One number of a batch of images; 0 outside of the image. */
export function pixelOf(
  batch: Batch,
  { channels, height, width }: ImageShape,
  [row, channel, y, x]: readonly [row: number, channel: number, y: number, x: number],
): number {
  if (y < 0 || x < 0 || y >= height || x >= width) return 0;
  return batch.data[((row * channels + channel) * height + y) * width + x] as number;
}

/** All numbers of one channel of one image. */
export function planeOf(
  batch: Batch,
  { channels, height, width }: ImageShape,
  row: number,
  channel: number,
): Float64Array {
  const area = height * width;
  const from = (row * channels + channel) * area;
  return Float64Array.from(batch.data.subarray(from, from + area));
}
