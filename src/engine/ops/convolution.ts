// Convolution of images [N, C, H, W] and its two gradients, which are ops themselves, so that each is the other's
// derivative. Float32 only: the engine has no float64 kernels for them. Definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Value, ValueType } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, sameShape } from '../graph/shape.ts';
import { blockedConvolution, blockedTranspose } from './convolution-blocks.ts';
import { encodeWeightGradient } from './convolution-weights.ts';
import { blockedWeights } from './convolution-weights-blocks.ts';
import {
  at,
  checkWhole,
  completeWindow,
  covered,
  imageSize,
  type Pair,
  pairOf,
  positions,
  reach,
  type Window,
  type WindowOptions,
} from './convolution-window.ts';
import { full, reduceSum } from './core.ts';
import { apply, type Binary, integers, type OnnxAttribute, type OnnxNode, op, requireType, type Values } from './op.ts';
import type { OpName } from './op-name.ts';

type Grouped = Window & { readonly groups: number };
type Transposed = Grouped & { readonly outputPadding: readonly number[] };
type Weights = Grouped & { readonly kernel: readonly number[] };

/** The convolutions by name. */
export const convolutions = {
  /** y[n, o, p] = b[o] + sum over c, k of w[o, c, k] x[n, c, s p + d k - padding] (a correlation, as everywhere in deep
   * learning). dx = the transposed convolution of dy, dw = the weight gradient below, db = dy summed over n and p. */
  convolution: op<Values, Grouped>({
    id: 'convolution',
    about: 'the products of a small window of weights with every part of an image',
    infer: (inputs, attributes) => {
      const [x, w, b] = inputs as readonly [Value, Value, Value?];
      const { size, kernel } = checkConvolution('convolution', x, w, 1, attributes);
      const outputs = w.shape[0] as Dim;
      if (b !== undefined) checkBias('convolution', b, outputs);
      return [
        { dtype: x.dtype, shape: [x.shape[0] as Dim, outputs, ...positions('convolution', size, kernel, attributes)] },
      ];
    },
    gradient: (g, inputs, [y], attributes) => {
      const [x, w, b] = inputs as readonly [Value, Value, Value?];
      const dy = full(g, y.shape);
      const dx = inputGradient(dy, x, w, attributes);
      const dw = weightGradient(x, dy, w, attributes);
      return b === undefined ? [dx, dw] : [dx, dw, reduceSum(dy, [0, 2, 3])];
    },
    encode: (inputs, outputs, attributes) => [{ type: 'Conv', inputs, outputs, attributes: onnxWindow(attributes) }],
    blocked: {
      finishes: true,
      attracts: true,
      form: (inputs, [y], attributes, options) => blockedConvolution(inputs, y, attributes, options),
    },
  }),

  /** y[n, c, s p + d k - padding] += w[o, c, k] x[n, o, p]: the transpose of `convolution` with the same weights.
   * dx = the convolution of dy, dw = the weight gradient with the roles of x and dy exchanged. */
  convolutionTranspose: op<Values, Transposed>({
    id: 'convolutionTranspose',
    about: 'the window of weights, times each element of an image, added up where it lies',
    infer: (inputs, attributes) => [inferTranspose(inputs, attributes)],
    gradient: (g, inputs, [y], { outputPadding: _, ...attributes }) => {
      const [x, w, b] = inputs as readonly [Value, Value, Value?];
      const dy = full(g, y.shape);
      const dx = convolve([dy, w], attributes);
      const dw = weightGradient(dy, x, w, attributes);
      return b === undefined ? [dx, dw] : [dx, dw, reduceSum(dy, [0, 2, 3])];
    },
    encode: (inputs, [y], attributes) => {
      const [x, w, b] = inputs as readonly [Value, Value, Value?];
      if (flippedIsFaster(w, attributes)) return encodeFlipped(x, w, b, y, attributes);
      const output_padding = { ints: attributes.outputPadding };
      return [
        { type: 'ConvTranspose', inputs, outputs: [y], attributes: { ...onnxWindow(attributes), output_padding } },
      ];
    },
    blocked: {
      finishes: true,
      attracts: true,
      form: (inputs, [y], attributes, options) => blockedTranspose(inputs, y, attributes, options),
    },
  }),

  /** dw[o, c, k] = sum over n, p of dy[n, o, p] x[n, c, s p + d k - padding]: linear in x and in dy, with the transposed
   * convolution of dy and the convolution of x as derivatives. */
  convolutionWeights: op<Binary, Weights>({
    id: 'convolutionWeights',
    about: "the gradient of a convolution's weights",
    infer: ([x, dy], { kernel, groups }) => {
      const channels = concrete('convolutionWeights', x.shape.slice(1, 2));
      return [{ dtype: x.dtype, shape: [dy.shape[1] as Dim, at(channels, 0) / groups, ...kernel] }];
    },
    gradient: (g, [x, dy], [dw], { kernel: _, ...attributes }) => {
      const h = full(g, dw.shape);
      return [inputGradient(dy, x, h, attributes), convolve([x, h], attributes)];
    },
    encode: ([x, dy], [dw], attributes) => encodeWeightGradient(x, dy, dw, attributes),
    blocked: {
      attracts: true,
      form: ([x, dy], [dw], attributes, { block }) => blockedWeights([x, dy], dw, attributes, block),
    },
  }),
};

/** What `convolution` takes beside its tensors. */
export interface ConvolutionOptions extends WindowOptions {
  /** Into how many groups the channels are divided; with one channel a group it is depthwise. 1 by default. */
  readonly groups?: number;
}

/** What `convolutionTranspose` takes beside its tensors. */
export interface ConvolutionTransposeOptions extends ConvolutionOptions {
  /** Rows and columns added at the bottom and at the right, below the stride; 0 by default. */
  readonly outputPadding?: Pair;
}

/** The convolution of images with weights: x [N, C, H, W], w [O, C / groups, kh, kw], b [O] -> [N, O, H', W'] with
 * H' = floor((H + top + bottom - dilation (kh - 1) - 1) / stride) + 1. Float32 only. */
export function convolution(x: Value, w: Value, b?: Value, options: ConvolutionOptions = {}): Value {
  return convolve(b === undefined ? [x, w] : [x, w, b], complete('convolution', options));
}

/** The transposed convolution: x [N, O, H', W'], w [O, C / groups, kh, kw], b [C] -> [N, C, H, W] with
 * H = stride (H' - 1) + dilation (kh - 1) + 1 - top - bottom + outputPadding. Float32 only. */
export function convolutionTranspose(x: Value, w: Value, b?: Value, options: ConvolutionTransposeOptions = {}): Value {
  const outputPadding = pairOf(options.outputPadding ?? 0);
  const attributes = { ...complete('convolutionTranspose', options), outputPadding };
  return apply(convolutions.convolutionTranspose, b === undefined ? [x, w] : [x, w, b], attributes)[0];
}

function complete(id: OpName, options: ConvolutionOptions): Grouped {
  const groups = options.groups ?? 1;
  checkWhole(id, 'groups', [groups], 1, 1);
  return { ...completeWindow(id, options), groups };
}

function convolve(inputs: Values, attributes: Grouped): Value {
  return apply(convolutions.convolution, inputs, attributes)[0];
}

function inputGradient(dy: Value, x: Value, w: Value, attributes: Grouped): Value {
  const size = concrete('gradient of convolution', x.shape.slice(2));
  const reached = covered(concrete('gradient of convolution', dy.shape.slice(2)), kernelOf(w), attributes);
  const outputPadding = size.map((n, axis) => n - at(reached, axis));
  return apply(convolutions.convolutionTranspose, [dy, w], { ...attributes, outputPadding })[0];
}

function weightGradient(x: Value, dy: Value, w: Value, attributes: Grouped): Value {
  return apply(convolutions.convolutionWeights, [x, dy], { ...attributes, kernel: kernelOf(w) })[0];
}

function kernelOf(w: Value): readonly number[] {
  return concrete('convolution', w.shape.slice(2));
}

/** Checks images and weights; the channels of x lie along axis `inner` of w, divided by the groups if it is 1. */
function checkConvolution(id: OpName, x: Value, w: Value, inner: 0 | 1, { groups }: Grouped) {
  requireType(id, x, ['float32']);
  requireType(id, w, ['float32']);
  const size = imageSize(id, x);
  const weights = concrete(id, w.shape);
  const channels = at(concrete(id, x.shape.slice(1, 2)), 0);
  const fits =
    weights.length === 4 &&
    at(weights, inner) * (inner === 1 ? groups : 1) === channels &&
    at(weights, 0) % groups === 0;
  if (!fits) {
    const expected =
      inner === 1
        ? `[outputs, ${channels} / ${groups}, height, width]`
        : `[${channels}, outputs / ${groups}, height, width]`;
    throw new FettleError(
      'engine',
      `${id}: expected weights ${expected} for images ${formatShape(x.shape)} in groups of ${groups}, with a number of ` +
        `channels that the groups divide, received ${formatShape(w.shape)}. Correct the weights' shape or the groups.`,
    );
  }
  return { size, kernel: weights.slice(2) };
}

function checkBias(id: OpName, b: Value, outputs: Dim): void {
  requireType(id, b, ['float32']);
  if (sameShape(b.shape, [outputs])) return;
  throw new FettleError(
    'engine',
    `${id}: expected a bias of shape ${formatShape([outputs])}, received ${formatShape(b.shape)}. Correct its shape.`,
  );
}

function inferTranspose(inputs: Values, attributes: Transposed): ValueType {
  const id = 'convolutionTranspose';
  const [x, w, b] = inputs as readonly [Value, Value, Value?];
  const { size, kernel } = checkConvolution(id, x, w, 0, attributes);
  const { groups, outputPadding, stride } = attributes;
  const channels = at(concrete(id, w.shape), 1) * groups;
  if (b !== undefined) checkBias(id, b, channels);
  checkWhole(id, 'an output padding', outputPadding, 2, 0);
  const reached = covered(size, kernel, attributes).map((n, axis) => n + at(outputPadding, axis));
  if (outputPadding.some((n, axis) => n >= at(stride, axis)) || reached.some((n) => n < 1)) {
    throw new FettleError(
      'engine',
      `${id}: expected an output padding below the stride ${formatShape(stride)} and an image that is left after taking ` +
        `the padding off, received ${formatShape(outputPadding)} and an image of ${formatShape(reached)}. Correct the paddings.`,
    );
  }
  return { dtype: x.dtype, shape: [x.shape[0] as Dim, channels, ...reached] };
}

function onnxWindow({ stride, padding, dilation, groups }: Grouped): Readonly<Record<string, OnnxAttribute>> {
  return {
    strides: { ints: stride },
    pads: { ints: padding },
    dilations: { ints: dilation },
    group: { int: groups },
  };
}

/** Whether the transposed convolution is faster as a convolution with the weights turned around: it unfolds x instead of
 * y, so it is where x has no more channels, or nothing is unfolded (docs/decisions/0007-convolution.md). */
function flippedIsFaster(w: Value, attributes: Transposed): boolean {
  const [from, to] = concrete('convolutionTranspose', w.shape) as readonly [number, number];
  const kernel = kernelOf(w);
  const possible = attributes.stride.every((n) => n === 1) && flippedPadding(kernel, attributes).every((n) => n >= 0);
  return possible && (from <= to * attributes.groups || kernel.every((n) => n === 1));
}

function flippedPadding(kernel: readonly number[], attributes: Transposed): readonly number[] {
  return attributes.padding.map((n, i) => reach(kernel, attributes, i % 2) - 1 - n);
}

/** y = the convolution of x with the weights turned by 180 degrees and their channels exchanged within each group. */
function encodeFlipped(
  x: Value,
  w: Value,
  b: Value | undefined,
  y: Value,
  attributes: Transposed,
): readonly OnnxNode[] {
  const [from, to, ...kernel] = concrete('convolutionTranspose', w.shape) as readonly [number, number, number, number];
  const { groups, dilation, stride } = attributes;
  const turned = kernel.some((n) => n > 1);
  const beforeAll = -(2 ** 31);
  const turn = [w, integers([-1, -1]), integers([beforeAll, beforeAll]), integers([2, 3]), integers([-1, -1])];
  const grouped = integers([groups, from / groups, to, ...kernel]);
  const exchanged = { perm: { ints: [0, 2, 1, 3, 4] } };
  const window = { stride, dilation, groups, padding: flippedPadding(kernel, attributes) };
  return [
    ...(turned ? [{ type: 'Slice', inputs: turn, outputs: ['turned'] }] : []),
    { type: 'Reshape', inputs: [turned ? 'turned' : w, grouped], outputs: ['grouped'] },
    { type: 'Transpose', inputs: ['grouped'], outputs: ['exchanged'], attributes: exchanged },
    { type: 'Reshape', inputs: ['exchanged', integers([to * groups, from / groups, ...kernel])], outputs: ['weights'] },
    {
      type: 'Conv',
      inputs: b === undefined ? [x, 'weights'] : [x, 'weights', b],
      outputs: [y],
      attributes: onnxWindow(window),
    },
  ];
}
