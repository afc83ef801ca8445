// Batch normalization of images [N, C, H, W]: each channel over the batch and all its positions. arXiv:1502.03167

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import { full, mul, reduceSum, reshape } from './core.ts';
import { sub } from './elementwise.ts';
import type { BatchStatistics } from './normalization.ts';
import {
  apply,
  integers,
  type OnnxNode,
  op,
  REAL,
  requireSameType,
  requireType,
  scalarLiteral,
  type Ternary,
} from './op.ts';

type Epsilon = { readonly epsilon: number };
type Four = readonly [Value, Value, Value, Value];

/** The normalizations of images by name. */
export const imageNormalization = {
  /** n = (x - mean) i, i = 1 / sqrt(variance + epsilon), both over batch, rows and columns; y = n s + b.
   * dx = s i (dy - mean(dy) - n mean(dy n)), ds = sum(dy n), db = sum(dy).
   * Outputs: y, mean, variance (of the batch, biased), i. */
  batchNormalizationImages: op<Ternary, Epsilon, Four>({
    id: 'batchNormalizationImages',
    about: 'channels of mean 0 and variance 1 over the batch of images, then scaled and shifted',
    internalOutputs: true,
    infer: ([x, scale, bias]) => {
      checkImages(x, [scale, bias]);
      const statistic = { dtype: x.dtype, shape: [x.shape[1] as Dim] };
      return [{ dtype: x.dtype, shape: x.shape }, statistic, statistic, statistic];
    },
    gradient: (g, [x, scale], [y, mean, , inverse]) => {
      const dy = full(g, y.shape);
      const count = countOf(x.shape);
      const centered = sub(x, perChannel(mean));
      const sum = channelSums(dy);
      const product = mul(channelSums(mul(dy, centered)), inverse);
      const slope = perChannel(mul(mul(product, inverse), 1 / count));
      const dx = mul(
        sub(sub(dy, perChannel(mul(sum, 1 / count))), mul(centered, slope)),
        perChannel(mul(scale, inverse)),
      );
      return [dx, product, sum];
    },
    encode: ([x, scale, bias], outputs, { epsilon }) => encodeImages([x, scale, bias], outputs, epsilon),
  }),
};

/** Channels of mean 0 and variance 1 over the batch and all positions of the images, times scale plus bias:
 * x [N, C, H, W], scale and bias [C] -> y [N, C, H, W], mean and variance [C] (biased, without gradient), from which the
 * caller keeps running statistics. `epsilon` (1e-5 by default) is added to the variance. For training, with a batch of
 * known size: an evaluation graph scales by the running statistics instead. Made to follow a convolution without bias. */
export function batchNormalizationImages(x: Value, scale: Value, bias: Value, epsilon = 1e-5): BatchStatistics {
  const [y, mean, variance] = apply(imageNormalization.batchNormalizationImages, [x, scale, bias], { epsilon });
  return { y, mean, variance };
}

function checkImages(x: Value, parameters: readonly Value[]): void {
  const id = 'batchNormalizationImages';
  requireType(id, x, REAL);
  if (x.shape.length !== 4) {
    throw new FettleError(
      'engine',
      `${id}: expected images of shape [N, C, H, W], received ${formatShape(x.shape)}. Use batchNormalization for [N, C].`,
    );
  }
  const [, channels] = concrete(id, x.shape) as readonly [number, number];
  for (const parameter of parameters) {
    requireSameType(id, x, parameter);
    if (sameShape(parameter.shape, [channels])) continue;
    throw new FettleError(
      'engine',
      `${id}: expected scale and bias of shape ${formatShape([channels])} for images ${formatShape(x.shape)}, received ` +
        `${formatShape(parameter.shape)}. Correct the parameter's shape.`,
    );
  }
}

/** The elements that one statistic is taken over. */
function countOf(shape: Shape): number {
  return sizeOf('batchNormalizationImages', shape.toSpliced(1, 1));
}

/** [C] -> [C, 1, 1], which broadcasts over images. */
function perChannel(x: Value): Value {
  return reshape(x, [...x.shape, 1, 1]);
}

/** [N, C, H, W] -> [C]: over the positions first, which lie side by side. */
function channelSums(x: Value): Value {
  const [images, channels, height, width] = concrete('gradient', x.shape) as readonly [number, number, number, number];
  return reduceSum(reduceSum(reshape(x, [images, channels, height * width]), [2]), [0]);
}

function encodeImages([x, scale, bias]: Ternary, outputs: Four, epsilon: number): readonly OnnxNode[] {
  const [y, mean, variance, inverse] = outputs;
  const [images, channels, height, width] = concrete('batchNormalizationImages', x.shape) as readonly [
    number,
    number,
    number,
    number,
  ];
  const rows = integers([images, channels, height * width]);
  const weights = {
    dtype: x.dtype,
    shape: [images],
    data: new Float64Array(images).fill(1 / (images * height * width)),
  };
  const noKeep = { keepdims: { int: 0 } };
  return [
    { type: 'Reshape', inputs: [x, rows], outputs: ['rows'] },
    { type: 'ReduceSum', inputs: ['rows', integers([2])], outputs: ['sums'], attributes: noKeep },
    { type: 'MatMul', inputs: [weights, 'sums'], outputs: [mean] },
    { type: 'Reshape', inputs: [mean, integers([channels, 1])], outputs: ['column'] },
    { type: 'Sub', inputs: ['rows', 'column'], outputs: ['centered'] },
    { type: 'ReduceSumSquare', inputs: ['centered', integers([2])], outputs: ['squares'], attributes: noKeep },
    { type: 'MatMul', inputs: [weights, 'squares'], outputs: [variance] },
    { type: 'Add', inputs: [variance, scalarLiteral(epsilon, x.dtype)], outputs: ['shifted'] },
    { type: 'Sqrt', inputs: ['shifted'], outputs: ['deviation'] },
    { type: 'Reciprocal', inputs: ['deviation'], outputs: [inverse] },
    {
      type: 'BatchNormalization',
      inputs: [x, scale, bias, mean, variance],
      outputs: [y],
      attributes: { epsilon: { float: epsilon } },
    },
  ];
}
