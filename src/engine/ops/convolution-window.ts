// In: what a caller says about a window that moves over an image. Out: the complete, checked window and output sizes.

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { concrete, formatShape } from '../graph/shape.ts';

/** One number for both axes, or [height, width]. */
export type Pair = number | readonly [number, number];

/** How a window moves over an image. */
export interface WindowOptions {
  /** Rows and columns from one position to the next, 1 by default. */
  readonly stride?: Pair;
  /** Rows and columns put around the image: one number, [height, width], or [top, left, bottom, right]; 0 by default. */
  readonly padding?: Pair | readonly [number, number, number, number];
  /** Rows and columns from one element of the window to the next, 1 by default. */
  readonly dilation?: Pair;
}

/** The complete window as a node's attributes hold it. */
export type Window = {
  readonly stride: readonly number[];
  /** [top, left, bottom, right], the order of ONNX. */
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
};

/** The options with defaults filled in; throws unless all are whole numbers in their ranges. */
export function completeWindow(id: string, options: WindowOptions): Window {
  const padding = pairOf(options.padding ?? 0);
  const window = {
    stride: pairOf(options.stride ?? 1),
    padding: padding.length === 2 ? [...padding, ...padding] : padding,
    dilation: pairOf(options.dilation ?? 1),
  };
  checkWhole(id, 'a stride', window.stride, 2, 1);
  checkWhole(id, 'a padding', window.padding, 4, 0);
  checkWhole(id, 'a dilation', window.dilation, 2, 1);
  return window;
}

/** Throws unless the numbers are `count` whole ones of at least `least`. */
export function checkWhole(id: string, what: string, numbers: readonly number[], count: number, least: number): void {
  if (numbers.length === count && numbers.every((n) => Number.isInteger(n) && n >= least)) return;
  throw new FettleError(
    'engine',
    `${id}: expected ${what} of whole numbers, ${least} or more, received ${formatShape(numbers)}. Correct it.`,
  );
}

/** A pair as a list; longer lists stay as they are. */
export function pairOf(given: Pair | readonly number[]): readonly number[] {
  return typeof given === 'number' ? [given, given] : [...given];
}

/** The height and width of images [N, C, H, W]; throws unless x is such a value. */
export function imageSize(id: string, x: Value): readonly [number, number] {
  if (x.shape.length !== 4) {
    throw new FettleError(
      'engine',
      `${id}: expected images of shape [N, C, H, W], received ${formatShape(x.shape)}. Reshape the value first.`,
    );
  }
  const [height, width] = concrete(id, x.shape.slice(2));
  return [height as number, width as number];
}

/** The number of positions of a window along each axis; throws when the window is larger than the padded image. */
export function positions(
  id: string,
  size: readonly number[],
  kernel: readonly number[],
  window: Window,
): readonly [number, number] {
  const counts = [0, 1].map((axis) => {
    const room = at(size, axis) + at(window.padding, axis) + at(window.padding, axis + 2);
    return Math.floor((room - reach(kernel, window, axis)) / at(window.stride, axis)) + 1;
  });
  if (counts.some((count) => count < 1)) {
    throw new FettleError(
      'engine',
      `${id}: expected a window that fits into the padded image, received a window of ${formatShape(kernel)} with dilation ` +
        `${formatShape(window.dilation)} for an image of ${formatShape(size)} with padding ${formatShape(window.padding)}. ` +
        'Use a smaller window, more padding or larger images.',
    );
  }
  return [at(counts, 0), at(counts, 1)];
}

/** Rows (axis 0) or columns (axis 1) from the first element of a window to the last, both counted. */
export function reach(kernel: readonly number[], { dilation }: Window, axis: number): number {
  return at(dilation, axis) * (at(kernel, axis) - 1) + 1;
}

/** The size of the image whose windows have `size` positions, up to the rows and columns that no window reaches. */
export function covered(size: readonly number[], kernel: readonly number[], window: Window): readonly [number, number] {
  const along = (axis: number): number =>
    (at(size, axis) - 1) * at(window.stride, axis) +
    reach(kernel, window, axis) -
    at(window.padding, axis) -
    at(window.padding, axis + 2);
  return [along(0), along(1)];
}

/** An element that is known to be there. */
export function at(numbers: readonly number[], i: number): number {
  return numbers[i] as number;
}
