// Convolutions in plain arrays: what data-driven initialization sees, and what tests compare the graph with.

import type { ImageShape, WindowPlace, WindowShape } from './image.ts';

/** Images, a window over them, and the images of its positions; `positions` are smaller where the stride is above 1. */
export interface PlainWindow {
  readonly rows: number;
  readonly image: ImageShape;
  readonly positions: ImageShape;
  readonly window: WindowShape;
  readonly place: WindowPlace;
  readonly groups: number;
}

/**
 * Calls `visit(image, position, count, weight)` for each run of products of one weight along a row: `count` positions from
 * `position` on and, in steps of the stride, pixels from `image` on. Its caller either adds pixel times weight to the
 * position, or position times weight to the pixel: that is the transposed convolution.
 */
export function eachRun(
  { rows, image, positions, window, place, groups }: PlainWindow,
  visit: (image: number, position: number, count: number, weight: number) => void,
): void {
  const { kernel, stride, dilation } = window;
  const [top, left] = place.padding;
  const inputs = image.channels / groups;
  const outputs = positions.channels / groups;
  for (let plane = 0; plane < rows * positions.channels; plane++) {
    const row = Math.floor(plane / positions.channels);
    const output = plane % positions.channels;
    const first = row * image.channels + Math.floor(output / outputs) * inputs;
    for (let i = 0; i < inputs * kernel * kernel; i++) {
      const source = (first + Math.floor(i / (kernel * kernel))) * image.height;
      const down = (Math.floor(i / kernel) % kernel) * dilation - top;
      const across = (i % kernel) * dilation - left;
      const from = Math.max(0, Math.ceil(-across / stride));
      const count = Math.min(positions.width, Math.floor((image.width - 1 - across) / stride) + 1) - from;
      if (count < 1) continue;
      for (let p = 0; p < positions.height; p++) {
        const y = p * stride + down;
        if (y < 0 || y >= image.height) continue;
        const target = (plane * positions.height + p) * positions.width + from;
        visit(
          (source + y) * image.width + from * stride + across,
          target,
          count,
          output * inputs * kernel * kernel + i,
        );
      }
    }
  }
}
