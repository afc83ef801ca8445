// Softmax and its kin along one axis. Source of the definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { formatShape, normalizeAxis, sameShape, sizeOf } from '../graph/shape.ts';
import { clip } from './comparison.ts';
import { mul, padRank, reduceSum } from './core.ts';
import { exp, neg, sub } from './elementwise.ts';
import { unsqueeze } from './layout.ts';
import {
  apply,
  type Binary,
  integers,
  likeReal,
  onnx,
  op,
  type Plain,
  REAL,
  requireSameType,
  requireType,
  scalarLiteral,
  type Ternary,
  type Unary,
} from './op.ts';

/** Logarithms of probabilities end here in the gradients: e^-50 = 2e-22 is nothing beside 1. Below 1e-38 processors
 * multiply a hundred times slower (denormal numbers): a step of a confident network took 220 ms in place of 4. */
const LOWEST = -50;

type Along = { readonly axis: number };
const axisAttribute = ({ axis }: Along) => ({ axis: { int: axis } });

/** Softmax and its kin by name. */
export const softmaxes = {
  /** y_i = e^x_i / sum_j e^x_j. dx = y (dy - sum(dy y)). */
  softmax: op<Unary, Along>({
    id: 'softmax',
    about: 'exponentials that sum to one along an axis',
    infer: likeReal('softmax'),
    gradient: (g, _, [y], { axis }) => [mul(y, sub(g, reduceSum(mul(g, y), [axis], true)))],
    encode: onnx('Softmax', axisAttribute),
  }),

  /** y = x - ln sum_j e^x_j. dx = dy - e^y sum(dy). */
  logSoftmax: op<Unary, Along>({
    id: 'logSoftmax',
    about: 'the logarithm of the softmax along an axis',
    infer: likeReal('logSoftmax'),
    gradient: (g, [x], [y], { axis }) => {
      const dy = padRank(g, x.shape.length);
      const repeated = dy.shape[axis] !== x.shape[axis];
      const total = repeated
        ? mul(dy, sizeOf('logSoftmax', x.shape.slice(axis, axis + 1)))
        : reduceSum(dy, [axis], true);
      return [sub(g, mul(exp(clip(y, LOWEST, null)), total))];
    },
    encode: onnx('LogSoftmax', axisAttribute),
  }),

  /** loss = -sum_k t_k l_k, l = x - ln sum_j e^x_j, over the last axis, where each t sums to one.
   * dx = dloss (p - t), p = e^l, dt = -dloss l. Outputs: loss, l, p. */
  softmaxCrossEntropy: op<Binary, Plain, Ternary>({
    id: 'softmaxCrossEntropy',
    about: 'the cross-entropy of target distributions and softmax along the last axis',
    internalOutputs: true,
    infer: ([x, t]) => {
      requireType('softmaxCrossEntropy', x, REAL);
      requireSameType('softmaxCrossEntropy', x, t);
      if (x.shape.length === 0 || !sameShape(x.shape, t.shape)) {
        throw new FettleError(
          'engine',
          `softmaxCrossEntropy: expected logits and targets of one shape with classes last, received ` +
            `${formatShape(x.shape)} and ${formatShape(t.shape)}. Make the targets one-hot or expand them.`,
        );
      }
      return [
        { dtype: x.dtype, shape: x.shape.slice(0, -1) },
        { dtype: x.dtype, shape: x.shape },
        { dtype: x.dtype, shape: x.shape },
      ];
    },
    gradient: (g, [, t], [loss, l, p]) => {
      const padded = padRank(g, loss.shape.length);
      const aligned = padded.shape.length === 0 ? padded : unsqueeze(padded, [-1]);
      return [mul(sub(p, t), aligned), neg(mul(l, aligned))];
    },
    encode: ([x, t], [loss, l, p]) => [
      { type: 'LogSoftmax', inputs: [x], outputs: [l], attributes: { axis: { int: x.shape.length - 1 } } },
      { type: 'Mul', inputs: [l, t], outputs: ['product'] },
      {
        type: 'ReduceSum',
        inputs: ['product', integers([x.shape.length - 1])],
        outputs: ['sum'],
        attributes: { keepdims: { int: 0 } },
      },
      { type: 'Neg', inputs: ['sum'], outputs: [loss] },
      { type: 'Clip', inputs: [l, scalarLiteral(LOWEST, x.dtype), null], outputs: ['clipped'] },
      { type: 'Exp', inputs: ['clipped'], outputs: [p] },
    ],
  }),
};

/** Exponentials that sum to one along `axis` (the last by default). */
export const softmax = (x: Value, axis = -1): Value =>
  apply(softmaxes.softmax, [x], { axis: normalizeAxis('softmax', axis, x.shape.length) })[0];

/** The logarithm of the softmax along `axis` (the last by default). */
export const logSoftmax = (x: Value, axis = -1): Value =>
  apply(softmaxes.logSoftmax, [x], { axis: normalizeAxis('logSoftmax', axis, x.shape.length) })[0];

/** The cross-entropy per row: [..., K] and targets [..., K] -> [...]. Each target row must sum to one. */
export const softmaxCrossEntropy = (logits: Value, targets: Value): Value =>
  apply(softmaxes.softmaxCrossEntropy, [logits, targets], {})[0];
