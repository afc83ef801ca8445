// The gradient of a convolution's weights from images in blocks of channels, as convolutions in which the images of the
// batch are the channels: `block` images at a time, they are what the kernels add up over.

import type { Value } from '../graph/graph.ts';
import { concrete } from '../graph/shape.ts';
import { createNodes, type Emit, emitConvolution, filled, fillsBlocks } from './blocks.ts';
import { at, type Window } from './convolution-window.ts';
import { type BlockedForm, integers } from './op.ts';

/** The sizes of one gradient; `inner` channels of x lie side by side: a block, or one if x is plain. */
interface Sizes {
  readonly images: number;
  readonly channels: number;
  readonly outputs: number;
  readonly inner: number;
  readonly block: number;
  /** [height, width] of x, of dy, and of the weights. */
  readonly size: readonly number[];
  readonly positions: readonly number[];
  readonly kernel: readonly number[];
  readonly window: Window;
}

/** Rows of dy are taken together up to this many bytes, so that the filters made of them stay in the core's own cache. */
const STRIP_BYTES = 2 ** 19;

/** `convolutionWeights` in blocks: dw [O, C / groups, kh, kw], itself plain. */
export function blockedWeights(
  [x, dy]: readonly [Value, Value],
  dw: Value,
  { kernel, groups, ...window }: Window & { readonly kernel: readonly number[]; readonly groups: number },
  block: number,
): BlockedForm | null {
  const what = 'gradient of convolution';
  if (!fillsBlocks(dy, block)) return null;
  const [images, channels, ...size] = concrete(what, x.shape) as readonly [number, number, number, number];
  const [, outputs, ...positions] = concrete(what, dy.shape) as readonly [number, number, number, number];
  const wide = fillsBlocks(x, block);
  const sizes = { images, channels, outputs, inner: wide ? block : 1, block, size, positions, kernel, window };
  const { nodes, emit } = createNodes();
  if (groups > 1) {
    if (!wide || groups !== channels || groups !== outputs) return null;
    emitDepthwise(emit, x, dy, dw, sizes);
  } else {
    if ((!wide && channels >= block) || window.dilation.some((n) => n > 1)) return null;
    emitFull(emit, x, dy, dw, sizes);
  }
  return { nodes, blocked: wide ? [x, dy] : [dy] };
}

/** Each channel of each image is a group of one convolution whose filters are dy; then the sum over the images. */
function emitDepthwise(emit: Emit, x: Value, dy: Value, dw: Value, sizes: Sizes): void {
  const { images, channels, size, positions, kernel, window, block } = sizes;
  const count = images * channels;
  const rows = emit('Reshape', [x, integers([1, count, ...size])]);
  const filters = emit('Reshape', [dy, integers([count, 1, ...positions])]);
  const attributes = {
    kernel_shape: { ints: positions },
    strides: { ints: window.dilation },
    pads: { ints: window.padding },
    dilations: { ints: window.stride },
    group: { int: count },
  };
  const each = emitConvolution(emit, rows, filters, { attributes });
  const taps = [0, 1].map(
    (axis) =>
      Math.floor(
        (at(size, axis) +
          at(window.padding, axis) +
          at(window.padding, axis + 2) -
          (at(positions, axis) - 1) * at(window.stride, axis) -
          1) /
          at(window.dilation, axis),
      ) + 1,
  );
  const perImage = emit('Reshape', [each, integers([images, channels * at(taps, 0) * at(taps, 1)])]);
  const sum = emit('MatMul', [filled(1, [1, images]), perImage]);
  const split = emit('Reshape', [sum, integers([channels / block, at(taps, 0), at(taps, 1), block])]);
  const ordered = emit('Transpose', [split], { perm: { ints: [0, 3, 1, 2] } });
  // A stride that leaves rows over gives too many taps.
  const cropped = emit('Slice', [ordered, integers([0, 0]), integers(kernel), integers([2, 3])]);
  emit('Reshape', [cropped, integers([channels, 1, ...kernel])], {}, [dw]);
}

/** One convolution for each part of the batch and of the rows, each added to the one before. */
function emitFull(emit: Emit, x: Value, dy: Value, dw: Value, sizes: Sizes): void {
  const { images, channels, outputs, inner, block, kernel, positions } = sizes;
  const rowBytes = 4 * block * outputs * at(positions, 1);
  const rows = Math.max(1, Math.min(at(positions, 0), Math.floor(STRIP_BYTES / rowBytes)));
  let sum: string | null = null;
  for (let first = 0; first < images; first += block) {
    for (let row = 0; row < at(positions, 0); row += rows) {
      const strip = { first, row, rows: Math.min(rows, at(positions, 0) - row) };
      const [pixels, filters] = [emitPixels(emit, x, strip, sizes), emitFilters(emit, dy, strip, sizes)];
      const attributes = {
        kernel_shape: { ints: [strip.rows, at(positions, 1)] },
        dilations: { ints: [at(sizes.window.stride, 0), at(sizes.window.stride, 1) * inner] },
      };
      sum = emit('Conv', [pixels, filters, null, sum], attributes, undefined, 'com.microsoft.nchwc');
    }
  }
  const split = [channels / inner, outputs / block, ...kernel, inner, block];
  const apart = emit('Reshape', [sum, integers(split)]);
  const ordered = emit('Transpose', [apart], { perm: { ints: [1, 5, 0, 4, 2, 3] } });
  emit('Reshape', [ordered, integers([outputs, channels, ...kernel])], {}, [dw]);
}

/** A part of the batch from image `first` on, and of dy's rows from `row` on. */
interface Strip {
  readonly first: number;
  readonly row: number;
  readonly rows: number;
}

/** The rows of x that the strip's windows cover, with their padding: [C / inner, images, rows, columns, inner] with the
 * images innermost, as a tensor of images [C / inner, block, rows, columns * inner]. */
function emitPixels(emit: Emit, x: Value, { first, row, rows }: Strip, sizes: Sizes): string {
  const { images, channels, inner, block, size, positions, kernel, window } = sizes;
  const [down, across] = [at(window.stride, 0), at(window.stride, 1)];
  const height = (rows - 1) * down + at(kernel, 0);
  const width = (at(positions, 1) - 1) * across + at(kernel, 1);
  const top = at(window.padding, 0) - row * down;
  const left = at(window.padding, 1);
  const whole = emit('Reshape', [x, integers([images, channels / inner, at(size, 0), at(size, 1) * inner])]);
  // Negative padding takes off what the part does not need; images beyond the last are zeros.
  const [bottom, right] = [height - top - at(size, 0), width - left - at(size, 1)];
  const starts = [-first, 0, top, left * inner];
  const ends = [first + block - images, 0, bottom, right * inner];
  const part = emit('Pad', [whole, integers([...starts, ...ends].map((n) => n + 0))]);
  const flat = emit('Reshape', [part, integers([1, block, (channels / inner) * height * width, inner])]);
  const turned = emit('ReorderInput', [flat], {}, undefined, 'com.microsoft.nchwc');
  return emit('Reshape', [turned, integers([channels / inner, block, height, width * inner])]);
}

/** The strip of dy as filters: [O / block, rows, columns, images, block]. */
function emitFilters(emit: Emit, dy: Value, { first, row, rows }: Strip, sizes: Sizes): string {
  const { images, outputs, block, positions } = sizes;
  const [height, width] = [at(positions, 0), at(positions, 1)];
  const whole = emit('Reshape', [dy, integers([images, outputs / block, height, width * block])]);
  const ends = [first + block - images, 0, row + rows - height, 0];
  const part = emit('Pad', [whole, integers([-first, 0, -row, 0, ...ends].map((n) => n + 0))]);
  const flat = emit('Reshape', [part, integers([1, block, 1, outputs * rows * width])]);
  const turned = emit('ReorderInput', [flat], { channels_last: { int: 1 } }, undefined, 'com.microsoft.nchwc');
  return emit('Reshape', [turned, integers([outputs, block, rows, width])]);
}
