// Reductions over axes. Source of the definitions: https://onnx.ai/onnx/operators/

import type { Value } from '../graph/graph.ts';
import { normalizeAxes, normalizeAxis, reducedShape, type Shape, sizeOf } from '../graph/shape.ts';
import { createNodes, emitChannelMeans, fillsBlocks } from './blocks.ts';
import { cast, equal } from './comparison.ts';
import { alignReduced, encodeColumnSums, mul, reduceSum, reshape } from './core.ts';
import { div } from './elementwise.ts';
import { apply, integers, NUMBER, type OnnxNode, op, REAL, requireType, type Unary } from './op.ts';

type Reduction = { readonly axes: readonly number[]; readonly keepDims: boolean };

/** The reductions by name. */
export const reduction = {
  /** y = mean of x over axes, of n elements each. dx = dy / n, repeated. */
  reduceMean: op<Unary, Reduction>({
    id: 'reduceMean',
    about: 'the mean over axes',
    infer: ([x], { axes, keepDims }) => {
      requireType('reduceMean', x, REAL);
      return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }];
    },
    gradient: (g, [x], [y], { axes }) => [mul(alignReduced(g, x, y, axes), 1 / countOf(x.shape, axes))],
    encode: ([x], [y], given) =>
      encodeColumnSums({ x, type: x, y, shape: y.shape, axes: given.axes, mean: true }) ??
      encodeReduction('ReduceMean', x, [y], given),
    blocked: {
      form: ([x], [y], { axes }, { block }) => {
        if (axes.join() !== '2,3' || !fillsBlocks(x, block)) return null;
        const { nodes, emit } = createNodes();
        // A zero keeps the number of images, which may be unknown.
        const shape = [0, x.shape[1] as number, ...y.shape.slice(2).map(() => 1)];
        emit('Reshape', [emitChannelMeans(emit, x), integers(shape)], {}, [y]);
        return { nodes, blocked: [x] };
      },
    },
  }),

  /** y = greatest of x over axes. dx = dy where x = y, in equal parts on ties. */
  reduceMax: op<Unary, Reduction>({
    id: 'reduceMax',
    about: 'the maximum over axes',
    infer: ([x], { axes, keepDims }) => {
      requireType('reduceMax', x, NUMBER);
      return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }];
    },
    gradient: (g, [x], [y], { axes }) => {
      const hits = cast(equal(x, reshape(y, reducedShape(x.shape, axes, true))), x.dtype);
      return [mul(div(alignReduced(g, x, y, axes), reduceSum(hits, axes, true)), hits)];
    },
    encode: ([x], outputs, given) => encodeReduction('ReduceMax', x, outputs, given),
  }),

  argMax: op<Unary, { readonly axis: number; readonly keepDims: boolean }>({
    id: 'argMax',
    about: 'the index of the first maximum along an axis',
    infer: ([x], { axis, keepDims }) => {
      requireType('argMax', x, NUMBER);
      return [{ dtype: 'int64', shape: reducedShape(x.shape, [axis], keepDims) }];
    },
    gradient: { none: 'the result is not a real number' },
    encode: (inputs, outputs, { axis, keepDims }) => [
      { type: 'ArgMax', inputs, outputs, attributes: { axis: { int: axis }, keepdims: { int: keepDims ? 1 : 0 } } },
    ],
  }),
};

/** The mean over `axes` (all by default); `keepDims` (false by default) leaves them with size 1. */
export function reduceMean(x: Value, axes?: readonly number[], keepDims = false): Value {
  const given = reductionOf('reduceMean', x, axes, keepDims);
  return isTrivial(x, given)
    ? reshape(x, reducedShape(x.shape, given.axes, keepDims))
    : apply(reduction.reduceMean, [x], given)[0];
}

/** The maximum over `axes` (all by default); ties share the gradient in equal parts. */
export function reduceMax(x: Value, axes?: readonly number[], keepDims = false): Value {
  const given = reductionOf('reduceMax', x, axes, keepDims);
  return isTrivial(x, given)
    ? reshape(x, reducedShape(x.shape, given.axes, keepDims))
    : apply(reduction.reduceMax, [x], given)[0];
}

/** The index of the first maximum along `axis` (the last by default): int64, no gradient. */
export function argMax(x: Value, axis = -1, keepDims = false): Value {
  return apply(reduction.argMax, [x], { axis: normalizeAxis('argMax', axis, x.shape.length), keepDims })[0];
}

function reductionOf(what: string, x: Value, axes: readonly number[] | undefined, keepDims: boolean): Reduction {
  return { axes: normalizeAxes(what, axes ?? x.shape.map((_, i) => i), x.shape.length), keepDims };
}

function isTrivial(x: Value, { axes }: Reduction): boolean {
  return axes.every((axis) => x.shape[axis] === 1);
}

function countOf(shape: Shape, axes: readonly number[]): number {
  return sizeOf(
    'gradient of reduceMean',
    shape.filter((_, i) => axes.includes(i)),
  );
}

function encodeReduction(
  type: string,
  x: Value,
  outputs: readonly [Value],
  { axes, keepDims }: Reduction,
): readonly OnnxNode[] {
  return [{ type, inputs: [x, integers(axes)], outputs, attributes: { keepdims: { int: keepDims ? 1 : 0 } } }];
}
