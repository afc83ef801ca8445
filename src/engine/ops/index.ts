// In: values of a graph. Out: values computed from them, one function per op.
// One record per op holds its shape rule, gradient and encoding; the table is closed by OpName.

import { activations } from './activations.ts';
import { channelOps } from './channels.ts';
import { comparison } from './comparison.ts';
import { convolutions } from './convolution.ts';
import { core } from './core.ts';
import { elementwise } from './elementwise.ts';
import { imageNormalization } from './image-normalization.ts';
import { indexing } from './indexing.ts';
import { layout } from './layout.ts';
import { normalization } from './normalization.ts';
import type { Attributes, Op, Values } from './op.ts';
import type { OpName } from './op-name.ts';
import { pooling } from './pooling.ts';
import { product } from './product.ts';
import { reduction } from './reduction.ts';
import { resizing } from './resize.ts';
import { softmaxes } from './softmax.ts';
import { text } from './text.ts';

/** An op of the table, whatever its inputs, attributes and outputs are. */
export type AnyOp = Op<Values, Attributes, Values>;

const table = {
  ...core,
  ...elementwise,
  ...comparison,
  ...activations,
  ...softmaxes,
  ...product,
  ...reduction,
  ...layout,
  ...indexing,
  ...normalization,
  ...imageNormalization,
  ...channelOps,
  ...convolutions,
  ...pooling,
  ...resizing,
  ...text,
} satisfies { readonly [K in OpName]: AnyOp };

/** Every op by its name. */
export const ops: { readonly [K in OpName]: AnyOp } = table;

export { elu, gelu, leakyRelu, mish, positive, relu, selu, sigmoid, silu, softplus, tanh } from './activations.ts';
export { channelBlend, channelProducts } from './channels.ts';
export {
  and,
  cast,
  clip,
  equal,
  greater,
  identity,
  isNan,
  less,
  max,
  min,
  mod,
  not,
  or,
  stringEqual,
  where,
} from './comparison.ts';
export {
  type ConvolutionOptions,
  type ConvolutionTransposeOptions,
  convolution,
  convolutionTranspose,
} from './convolution.ts';
export type { Pair, WindowOptions } from './convolution-window.ts';
export { expand, mul, reduceSum, reshape } from './core.ts';
export {
  abs,
  add,
  cos,
  div,
  erf,
  exp,
  floor,
  log,
  neg,
  pow,
  reciprocal,
  sign,
  sin,
  sqrt,
  square,
  sub,
} from './elementwise.ts';
export { batchNormalizationImages } from './image-normalization.ts';
export { gather, oneHot, scatterAdd } from './indexing.ts';
export { concat, pad, slice, split, squeeze, transpose, unsqueeze } from './layout.ts';
export { type BatchStatistics, batchNormalization, layerNormalization } from './normalization.ts';
export { type AveragePoolOptions, averagePool, globalAveragePool, maxPool, type PoolOptions } from './pooling.ts';
export { linear, matmul, type ProductOptions } from './product.ts';
export { argMax, reduceMax, reduceMean } from './reduction.ts';
export { type ResizeMode, resize } from './resize.ts';
export { logSoftmax, softmax, softmaxCrossEntropy } from './softmax.ts';
export { labelEncoder } from './text.ts';
