// Normalization as single ops, whose gradients are known in closed form and need few passes over memory.

import { FettleError } from '../../base/error.ts';
import type { Value, ValueType } from '../graph/graph.ts';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import { encodeColumnSums, full, mul, reduceSum, sumTo } from './core.ts';
import { add, sub } from './elementwise.ts';
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
import type { OpName } from './op-name.ts';
import { reduceMean } from './reduction.ts';

type Epsilon = { readonly epsilon: number };
type Five = readonly [Value, Value, Value, Value, Value];

/** The normalizations by name. */
export const normalization = {
  /** n = (x - mean) i, i = 1 / sqrt(variance + epsilon), both over the last axis; y = n s + b. arXiv:1607.06450
   * With h = dy s: dx = i (h - mean(h) - n mean(h n)), ds = sum(dy n), db = sum(dy).
   * Outputs: y, mean, i. onnx.ai/onnx/operators/onnx__LayerNormalization.html */
  layerNormalization: op<Ternary, Epsilon, Ternary>({
    id: 'layerNormalization',
    about: 'rows of mean 0 and variance 1, then scaled and shifted',
    internalOutputs: true,
    infer: ([x, scale, bias]) => {
      checkParameters('layerNormalization', x, [scale, bias], x.shape.slice(-1));
      const statistic = { dtype: x.dtype, shape: x.shape.with(-1, 1) };
      return [{ dtype: x.dtype, shape: x.shape }, statistic, statistic];
    },
    gradient: (g, [x, scale, bias], [y, mean, inverse]) => {
      const dy = full(g, y.shape);
      const normal = mul(sub(x, mean), inverse);
      const h = mul(dy, scale);
      const last = [x.shape.length - 1];
      const dx = sub(sub(h, reduceMean(h, last, true)), mul(normal, reduceMean(mul(h, normal), last, true)));
      return [mul(dx, inverse), sumTo(mul(dy, normal), y, scale), sumTo(dy, y, bias)];
    },
    encode: (inputs, outputs, { epsilon }) => {
      const [x, scale, bias] = inputs;
      const [y, mean, inverse] = outputs;
      // ONNX gives the statistics in float32 only, so float64 is written out.
      if (x.dtype !== 'float32') return encodeNormalization({ x, scale, bias, y, mean, inverse, axis: -1, epsilon });
      const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
      return [{ type: 'LayerNormalization', inputs, outputs, attributes, optionalOutputs: true }];
    },
  }),

  /** n = (x - mean) i, i = 1 / sqrt(variance + epsilon), both over the batch (axis 0); y = n s + b. arXiv:1502.03167
   * dx = s i (dy - mean(dy) - n mean(dy n)), ds = sum(dy n), db = sum(dy).
   * Outputs: y, mean, variance (of the batch, biased), i, n. */
  batchNormalization: op<Ternary, Epsilon, Five>({
    id: 'batchNormalization',
    about: 'columns of mean 0 and variance 1 over the batch, then scaled and shifted',
    internalOutputs: true,
    infer: ([x, scale, bias]) => {
      const same: ValueType = { dtype: x.dtype, shape: x.shape };
      const statistic: ValueType = {
        dtype: x.dtype,
        shape: x.shape.map((dim, i) => (i === x.shape.length - 2 ? 1 : dim)),
      };
      checkParameters('batchNormalization', x, [scale, bias], statistic.shape);
      return [same, statistic, statistic, statistic, same];
    },
    gradient: (g, [x, scale, bias], [y, , , inverse, normal]) => {
      const dy = full(g, y.shape);
      const batch = [x.shape.length - 2];
      const count = sizeOf('gradient of batchNormalization', x.shape.slice(-2, -1));
      const sum = reduceSum(dy, batch, true);
      const product = reduceSum(mul(dy, normal), batch, true);
      const dx = mul(sub(sub(dy, mul(sum, 1 / count)), mul(normal, mul(product, 1 / count))), mul(inverse, scale));
      return [dx, sumTo(product, inverse, scale), sumTo(sum, inverse, bias)];
    },
    encode: ([x, scale, bias], [y, mean, variance, inverse, normal], { epsilon }) =>
      encodeNormalization({ x, scale, bias, y, mean, variance, inverse, normal, axis: -2, epsilon }),
  }),
};

/** What batch normalization gives beside its result: statistics of the batch, shape [..., 1, C], without gradient. */
export interface BatchStatistics {
  readonly y: Value;
  readonly mean: Value;
  /** Divided by the count, not by the count less one. */
  readonly variance: Value;
}

/** Rows of mean 0 and variance 1 over the last axis, times scale plus bias: x [..., C], scale and bias [C] or any shape
 * that broadcasts to x. `epsilon` (1e-5 by default) is added to the variance. */
export function layerNormalization(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  const features = x.shape.slice(-1);
  if (sameShape(scale.shape, features) && sameShape(bias.shape, features)) {
    return apply(normalization.layerNormalization, [x, scale, bias], { epsilon })[0];
  }
  const size = sizeOf('layerNormalization', features);
  const ones = x.graph.constant(new Float64Array(size).fill(1), [size], x.dtype);
  const zeros = x.graph.constant(new Float64Array(size), [size], x.dtype);
  return add(mul(apply(normalization.layerNormalization, [x, ones, zeros], { epsilon })[0], scale), bias);
}

/** Columns of mean 0 and variance 1 over axis -2 (the batch), times scale plus bias: x [..., N, C], scale and bias any
 * shape that broadcasts to [..., 1, C]. For training: an evaluation graph scales by running statistics instead. */
export function batchNormalization(x: Value, scale: Value, bias: Value, epsilon = 1e-5): BatchStatistics {
  const [y, mean, variance] = apply(normalization.batchNormalization, [x, scale, bias], { epsilon });
  return { y, mean, variance };
}

function checkParameters(id: OpName, x: Value, parameters: readonly Value[], target: Shape): void {
  requireType(id, x, REAL);
  const enough = x.shape.length >= (id === 'batchNormalization' ? 2 : 1);
  for (const parameter of parameters) {
    requireSameType(id, x, parameter);
    if (enough && sameShape(broadcastShapes(id, parameter.shape, target), target)) continue;
    throw new FettleError(
      'engine',
      `${id}: expected scale and bias that broadcast to ${formatShape(target)} for a value of shape ` +
        `${formatShape(x.shape)}, received ${formatShape(parameter.shape)}. Correct the parameter's shape.`,
    );
  }
}

/** The tensors of a normalization over `axis`; the optional ones are named when they are outputs. */
interface Parts {
  readonly x: Value;
  readonly scale: Value;
  readonly bias: Value;
  readonly y: Value;
  readonly mean: Value;
  readonly inverse: Value;
  readonly variance?: Value;
  readonly normal?: Value;
  readonly axis: -1 | -2;
  readonly epsilon: number;
}

function encodeNormalization(parts: Parts): readonly OnnxNode[] {
  const { x, scale, bias, y, mean, inverse, axis, epsilon } = parts;
  const variance = parts.variance ?? 'variance';
  const normal = parts.normal ?? 'normal';
  const axes = [x.shape.length + axis];
  const meanOf = (source: Value | string, target: Value | string): readonly OnnxNode[] =>
    encodeColumnSums({ x: source, type: x, y: target, shape: mean.shape, axes, mean: true }) ?? [
      { type: 'ReduceMean', inputs: [source, integers(axes)], outputs: [target], attributes: { keepdims: { int: 1 } } },
    ];
  return [
    ...meanOf(x, mean),
    { type: 'Sub', inputs: [x, mean], outputs: ['centered'] },
    { type: 'Mul', inputs: ['centered', 'centered'], outputs: ['squared'] },
    ...meanOf('squared', variance),
    { type: 'Add', inputs: [variance, scalarLiteral(epsilon, x.dtype)], outputs: ['shifted'] },
    { type: 'Sqrt', inputs: ['shifted'], outputs: ['deviation'] },
    { type: 'Reciprocal', inputs: ['deviation'], outputs: [inverse] },
    { type: 'Mul', inputs: ['centered', inverse], outputs: [normal] },
    { type: 'Mul', inputs: [normal, scale], outputs: ['scaled'] },
    { type: 'Add', inputs: ['scaled', bias], outputs: [y] },
  ];
}
