// Batch normalization of images [N, C, H, W]: each channel over the batch and all its positions. arXiv:1502.03167

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import {
  createNodes,
  type Emit,
  emitChannelMeans,
  emitChannelProducts,
  emitChannelScale,
  filled,
  fillsBlocks,
} from './blocks.ts';
import { channelBlend, channelProducts } from './channels.ts';
import { full, mul, reduceSum } from './core.ts';
import type { BatchStatistics } from './normalization.ts';
import {
  apply,
  type BlockedForm,
  type BlockOptions,
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
type Five = readonly [Value, Value, Value, Value, Value];

/** The normalizations of images by name. */
export const imageNormalization = {
  /** e = x - mean, y = e i s + b, i = 1 / sqrt(variance + epsilon), mean and variance over batch, rows and columns.
   * With n = e i: dx = s i (dy - mean(dy) - n mean(dy n)), ds = sum(dy n), db = sum(dy).
   * Outputs: y, mean, variance (of the batch, biased), i, e. */
  batchNormalizationImages: op<Ternary, Epsilon, Five>({
    id: 'batchNormalizationImages',
    about: 'channels of mean 0 and variance 1 over the batch of images, then scaled and shifted',
    internalOutputs: true,
    infer: ([x, scale, bias]) => {
      checkImages(x, [scale, bias]);
      const same = { dtype: x.dtype, shape: x.shape };
      const statistic = { dtype: x.dtype, shape: [x.shape[1] as Dim] };
      return [same, statistic, statistic, statistic, same];
    },
    gradient: (g, [x, scale], [y, , , inverse, centered]) => {
      const dy = full(g, y.shape);
      const count = countOf(x.shape);
      const sum = reduceSum(dy, [0, 2, 3]);
      const product = mul(channelProducts(dy, centered), inverse);
      const slope = mul(scale, inverse);
      const share = mul(slope, -1 / count);
      const dx = channelBlend(dy, slope, centered, mul(share, mul(product, inverse)), mul(share, sum));
      return [dx, product, sum];
    },
    encode: ([x, scale, bias], outputs, { epsilon }) => encodeImages([x, scale, bias], outputs, epsilon),
    blocked: {
      finishes: true,
      form: ([x, scale, bias], outputs, { epsilon }, options) =>
        blockedImages([x, scale, bias], outputs, epsilon, options),
    },
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

function encodeImages([x, scale, bias]: Ternary, outputs: Five, epsilon: number): readonly OnnxNode[] {
  const [y, mean, variance, inverse, centered] = outputs;
  const [images, channels, height, width] = sizesOf(x);
  const { nodes, emit } = createNodes();
  const rows = integers([images, channels, height * width]);
  const weights = filled(1 / countOf(x.shape), [images], x.dtype);
  const sums = emit('ReduceSum', [emit('Reshape', [x, rows]), integers([2])], { keepdims: { int: 0 } });
  emit('MatMul', [weights, sums], {}, [mean]);
  emit('Sub', [x, emit('Reshape', [mean, integers([channels, 1, 1])])], {}, [centered]);
  const squares = [emit('Reshape', [centered, rows]), integers([2])];
  emit('MatMul', [weights, emit('ReduceSumSquare', squares, { keepdims: { int: 0 } })], {}, [variance]);
  emitInverse(emit, variance, inverse, epsilon);
  const zero = filled(0, [channels], x.dtype);
  emit('BatchNormalization', [centered, scale, bias, zero, variance], { epsilon: { float: epsilon } }, [y]);
  return nodes;
}

function blockedImages(
  [x, scale, bias]: Ternary,
  outputs: Five,
  epsilon: number,
  { block, finish }: BlockOptions,
): BlockedForm | null {
  if (!fillsBlocks(x, block)) return null;
  const [y, mean, variance, inverse, centered] = outputs;
  const [images, channels] = sizesOf(x);
  const { nodes, emit } = createNodes();
  emit('MatMul', [filled(1 / images, [images]), emitChannelMeans(emit, x)], {}, [mean]);
  emitChannelScale(emit, x, filled(1, [channels]), channels, { bias: emit('Neg', [mean]) }, centered);
  const squares = emitChannelProducts(emit, centered, centered, x.shape);
  emit('MatMul', [filled(1 / countOf(x.shape), [images]), squares], {}, [variance]);
  emitInverse(emit, variance, inverse, epsilon);
  emitChannelScale(emit, centered, emit('Mul', [scale, inverse]), channels, { bias, ...finish }, y);
  return { nodes, blocked: [x, y, centered, ...(finish.sum === null ? [] : [finish.sum])] };
}

/** 1 / sqrt(variance + epsilon). */
function emitInverse(emit: Emit, variance: Value, inverse: Value, epsilon: number): void {
  const shifted = emit('Add', [variance, scalarLiteral(epsilon, variance.dtype)]);
  emit('Reciprocal', [emit('Sqrt', [shifted])], {}, [inverse]);
}

function sizesOf(x: Value): readonly [number, number, number, number] {
  return concrete('batchNormalizationImages', x.shape) as readonly [number, number, number, number];
}
