// In: images, the gradient of their convolution, its window. Out: ONNX nodes for the gradient of its weights.
// onnxruntime has no op for it, and no one way to write it is fastest for all shapes (docs/decisions/0007-convolution.md).

import type { Value } from '../graph/graph.ts';
import { concrete } from '../graph/shape.ts';
import { at, type Window } from './convolution-window.ts';
import { integers, type OnnxAttribute, type OnnxNode } from './op.ts';

/** The ways to compute the gradient of the weights. */
type WeightMethod = 'depthwise' | 'unfold' | 'transpose' | 'shift';

type Input = OnnxNode['inputs'][number];
type Emit = (
  type: string,
  inputs: readonly Input[],
  attributes?: Readonly<Record<string, OnnxAttribute>>,
  outputs?: readonly string[],
) => string;

/** All sizes of one weight gradient. */
interface Sizes {
  readonly images: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups: number;
  /** Of the image, of the gradient's image, and of the weights: [height, width]. */
  readonly size: readonly number[];
  readonly positions: readonly number[];
  readonly kernel: readonly number[];
  readonly window: Window;
}

/** A part of the batch: `images` of x and dy, `before` of them before it and `after` after it. */
interface Part {
  readonly x: Value;
  readonly dy: Value;
  readonly before: number;
  readonly images: number;
  readonly after: number;
}

/** Images are taken together up to this many bytes of x and dy, so that a part stays in the core's own cache. */
const PART_BYTES = 2 ** 20;

/** The nodes that compute `dw` from x [N, C, H, W] and dy [N, O, H', W']. */
export function encodeWeightGradient(
  x: Value,
  dy: Value,
  dw: Value,
  { kernel, groups, ...window }: Window & { readonly kernel: readonly number[]; readonly groups: number },
): readonly OnnxNode[] {
  const what = 'gradient of convolution';
  const [images, channels, ...size] = concrete(what, x.shape) as readonly [number, number, number, number];
  const [, outputs, ...positions] = concrete(what, dy.shape) as readonly [number, number, number, number];
  const sizes: Sizes = { images, channels, outputs, groups, size, positions, kernel, window };
  const method = weightMethod(sizes);
  const nodes: OnnxNode[] = [];
  let next = 0;
  const emit: Emit = (type, inputs, attributes = {}, names = [`n${next++}`]) => {
    nodes.push({ type, inputs, outputs: names, attributes });
    return names[0] as string;
  };
  const all: Part = { x, dy, before: 0, images, after: 0 };
  const parts = method === 'shift' || (method === 'unfold' && area(kernel) > 1) ? cut(all, sizes) : [all];
  const found = parts.map((part) => METHODS[method](emit, part, sizes));
  nodes.push({ type: found.length === 1 ? 'Identity' : 'Sum', inputs: found, outputs: [dw] });
  return nodes;
}

/** The fastest way for these sizes, as measured in docs/decisions/0007-convolution.md. */
function weightMethod({
  channels,
  groups,
  kernel,
  window,
}: Omit<Sizes, 'images' | 'size' | 'positions' | 'outputs'>): WeightMethod {
  if (groups > 1) return groups === channels ? 'depthwise' : 'unfold';
  if (area(kernel) === 1) return 'unfold';
  if (area(window.stride) > 1 || area(kernel) >= 25) return 'transpose';
  return channels < 8 ? 'unfold' : 'shift';
}

const METHODS: Readonly<Record<WeightMethod, (emit: Emit, part: Part, sizes: Sizes) => string>> = {
  /** Each channel of each image is a group of one convolution whose weights are dy; then the sum over the images. */
  depthwise(emit, { x, dy, images }, { channels, outputs, size, positions, kernel, window }) {
    const flat = emit('Reshape', [x, integers([1, images * channels, ...size])]);
    const weights = emit('Reshape', [dy, integers([images * outputs, 1, ...positions])]);
    const attributes = { ...exchangedWindow(window), group: { int: images * channels } };
    const each = crop(emit, emit('Conv', [flat, weights], attributes), kernel);
    const rows = emit('Reshape', [each, integers([images, outputs * area(kernel)])]);
    const sum = emit('ReduceSum', [rows, integers([0])], { keepdims: { int: 0 } });
    return emit('Reshape', [sum, integers([outputs, 1, ...kernel])]);
  },

  /** For each image dy times its unfolded windows, [O, P] x [P, K C]; then the sum over the images. */
  unfold(emit, part, sizes) {
    const { images } = part;
    const { channels, outputs, groups, positions, kernel, window } = sizes;
    const inner = channels / groups;
    const padded = padImages(emit, part.x, part, window.padding);
    const whole = area(kernel) === 1 && area(window.stride) === 1;
    const taps = tapsOf(kernel, ([i, j]) => {
      const from = [i * at(window.dilation, 0), j * at(window.dilation, 1)];
      const to = from.map((start, axis) => start + (at(positions, axis) - 1) * at(window.stride, axis) + 1);
      const range = [integers(from), integers(to), integers([2, 3]), integers(window.stride)];
      const tap = whole ? padded : emit('Slice', [padded, ...range]);
      return emit('Reshape', [tap, integers([images, groups, inner, area(positions)])]);
    });
    const windows = taps.length === 1 ? (taps[0] as string) : emit('Concat', taps, { axis: { int: 2 } });
    const turned = emit('Transpose', [windows], { perm: { ints: [0, 1, 3, 2] } });
    const rows = emit('Reshape', [
      padImages(emit, part.dy, part, [0, 0, 0, 0]),
      integers([images, groups, outputs / groups, area(positions)]),
    ]);
    const products = emit('MatMul', [rows, turned]);
    const sum = emit('ReduceSum', [products, integers([0])], { keepdims: { int: 0 } });
    const weights = emit('Reshape', [sum, integers([outputs, taps.length, inner])]);
    const ordered = emit('Transpose', [weights], { perm: { ints: [0, 2, 1] } });
    return emit('Reshape', [ordered, integers([outputs, inner, ...kernel])]);
  },

  /** One convolution in which images and channels have changed places: stride becomes dilation and dilation stride. */
  transpose(emit, { x, dy }, { kernel, window }) {
    const swap = { perm: { ints: [1, 0, 2, 3] } };
    const result = emit('Conv', [emit('Transpose', [x], swap), emit('Transpose', [dy], swap)], exchangedWindow(window));
    return emit('Transpose', [crop(emit, result, kernel)], swap);
  },

  /** dy and x as rows of padded images, one product for each shift between them: [O, L] x [L, C]. Only for stride 1. */
  shift(emit, part, { channels, outputs, size, positions, kernel, window }) {
    const [top, left, bottom, right] = window.padding as readonly [number, number, number, number];
    const [height, width] = [at(size, 0) + top + bottom, at(size, 1) + left + right];
    const rowsOf = (image: Input, count: number): string =>
      emit('Reshape', [
        emit('Transpose', [image], { perm: { ints: [1, 0, 2, 3] } }),
        integers([count, part.images * height * width]),
      ]);
    const range = (rows: string, from: number, to: number): string =>
      emit('Slice', [rows, integers([from]), integers([to]), integers([1])]);
    const xRows = rowsOf(padImages(emit, part.x, part, window.padding), channels);
    const rest = [0, 0, height - at(positions, 0), width - at(positions, 1)];
    const dyRows = rowsOf(padImages(emit, part.dy, part, rest), outputs);
    const shiftOf = (i: number, j: number): number => i * at(window.dilation, 0) * width + j * at(window.dilation, 1);
    const length = part.images * height * width - shiftOf(at(kernel, 0) - 1, at(kernel, 1) - 1);
    const fixed = range(dyRows, 0, length);
    const taps = tapsOf(kernel, ([i, j]) => {
      const moved = range(xRows, shiftOf(i, j), shiftOf(i, j) + length);
      return emit('Unsqueeze', [emit('Gemm', [fixed, moved], { transB: { int: 1 } }), integers([2])]);
    });
    return emit('Reshape', [emit('Concat', taps, { axis: { int: 2 } }), integers([outputs, channels, ...kernel])]);
  },
};

/** The batch in equal parts of at most PART_BYTES. */
function cut({ x, dy, images }: Part, sizes: Sizes): readonly Part[] {
  const perImage = 4 * (sizes.channels * area(sizes.size) + sizes.outputs * area(sizes.positions));
  let count = Math.min(images, Math.ceil((images * perImage) / PART_BYTES));
  while (images % count !== 0) count++;
  const each = images / count;
  return Array.from({ length: count }, (_, i) => ({
    x,
    dy,
    before: i * each,
    images: each,
    after: images - (i + 1) * each,
  }));
}

/** The part's images with [top, left, bottom, right] zeros around them. A negative padding takes the other images off, so
 * that both are one pass. */
function padImages(emit: Emit, images: Value, { before, after }: Part, padding: readonly number[]): Input {
  if (before === 0 && after === 0 && padding.every((n) => n === 0)) return images;
  const [top, left, bottom, right] = padding as readonly [number, number, number, number];
  return emit('Pad', [images, integers([0 - before, 0, top, left, 0 - after, 0, bottom, right])]);
}

/** The first kernel positions: a stride that leaves rows over gives too many. */
function crop(emit: Emit, x: Input, kernel: readonly number[]): string {
  return emit('Slice', [x, integers([0, 0]), integers(kernel), integers([2, 3])]);
}

function exchangedWindow({ stride, padding, dilation }: Window): Readonly<Record<string, OnnxAttribute>> {
  return { strides: { ints: dilation }, pads: { ints: padding }, dilations: { ints: stride } };
}

function tapsOf(kernel: readonly number[], f: (tap: readonly [number, number]) => string): readonly string[] {
  const [height, width] = [at(kernel, 0), at(kernel, 1)];
  return Array.from({ length: height * width }, (_, k) => f([Math.floor(k / width), k % width]));
}

function area(sizes: readonly number[]): number {
  return at(sizes, 0) * at(sizes, 1);
}
