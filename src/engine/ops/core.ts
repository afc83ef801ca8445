// The four ops that every gradient is made of, and the helpers that undo broadcasting.
// A gradient whose shape only broadcasts to its value's shape stands for the broadcast ("lazy"): `sumTo` and `full`
// are the two ways out of that. So the gradient of a mean stays one number until a product needs it in full.

import { FettleError } from '../../base/error.ts';
import { uniformOf, type Value, type ValueType } from '../graph/graph.ts';
import {
  broadcastShapes,
  concrete,
  type Dim,
  formatShape,
  normalizeAxes,
  reducedShape,
  type Shape,
  sameShape,
  sizeOf,
} from '../graph/shape.ts';
import { blockedScale, createNodes, emitChannelMeans, filled, fillsBlocks } from './blocks.ts';
import {
  apply,
  type Binary,
  broadcasting,
  integers,
  NUMBER,
  type OnnxNode,
  type Operand,
  onnx,
  op,
  operands,
  REAL,
  requireType,
  type Unary,
} from './op.ts';

type Reduction = { readonly axes: readonly number[]; readonly keepDims: boolean };
type Target = { readonly shape: Shape };

/** y[...] = x[...] in the same row-major order. dx = dy in x's shape. onnx.ai/onnx/operators/onnx__Reshape.html */
const reshapeOp = op<Unary, Target>({
  id: 'reshape',
  about: 'the same elements in another shape',
  infer: ([x], { shape }) => [{ dtype: x.dtype, shape }],
  gradient: (g, [x], [y]) => [isUniform(g) ? reshape(g, []) : reshape(full(g, y.shape), x.shape)],
  encode: ([x], outputs, { shape }) => [
    { type: 'Reshape', inputs: [x, integers(shape.map((dim) => (typeof dim === 'string' ? -1 : dim)))], outputs },
  ],
});

/** y = x repeated along axes of size 1. dx = sum of dy over those axes. onnx.ai/onnx/operators/onnx__Expand.html */
const expandOp = op<Unary, Target>({
  id: 'expand',
  about: 'the value repeated along axes of size 1',
  infer: ([x], { shape }) => [{ dtype: x.dtype, shape }],
  gradient: (g, [x], [y]) => [sumTo(g, y, x)],
  // ONNX broadcasts both ways, so a symbolic size that x already has is written as 1.
  encode: ([x], outputs, { shape }) => [
    { type: 'Expand', inputs: [x, integers(shape.map((dim) => (typeof dim === 'string' ? 1 : dim)))], outputs },
  ],
});

/** y = sum of x over axes. dx = dy, repeated. onnx.ai/onnx/operators/onnx__ReduceSum.html */
const reduceSumOp = op<Unary, Reduction>({
  id: 'reduceSum',
  about: 'the sum over axes',
  infer: ([x], { axes, keepDims }) => {
    requireType('reduceSum', x, NUMBER);
    return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }];
  },
  gradient: (g, [x], [y], { axes }) => [alignReduced(g, x, y, axes)],
  encode: ([x], [y], { axes, keepDims }) =>
    encodeColumnSums({ x, type: x, y, shape: y.shape, axes, mean: false }) ?? [
      {
        type: 'ReduceSum',
        inputs: [x, integers(axes)],
        outputs: [y],
        attributes: { keepdims: { int: keepDims ? 1 : 0 } },
      },
    ],
  blocked: {
    form: ([x], [y], { axes }, { block }) => {
      if (axes.join() !== '0,2,3' || !fillsBlocks(x, block) || typeof x.shape[0] !== 'number') return null;
      const [images, channels, height, width] = x.shape as readonly [number, number, number, number];
      const { nodes, emit } = createNodes();
      const sums = emit('MatMul', [filled(height * width, [1, images]), emitChannelMeans(emit, x)]);
      emit('Reshape', [sums, integers(y.shape.length === 1 ? [channels] : [1, channels, 1, 1])], {}, [y]);
      return { nodes, blocked: [x] };
    },
  },
});

/** y = a b. da = dy b, db = dy a. onnx.ai/onnx/operators/onnx__Mul.html */
const mulOp = op<Binary>({
  id: 'mul',
  about: 'the product, element by element',
  infer: broadcasting('mul'),
  gradient: (g, [a, b], [y]) => [sumTo(mul(g, b), y, a), sumTo(mul(g, a), y, b)],
  encode: onnx('Mul'),
  pointwise: true,
  blocked: { form: (inputs, [y], _, { block }) => blockedScale('mul', inputs, y, block) },
});

/** The core ops by name. */
export const core = { reshape: reshapeOp, expand: expandOp, reduceSum: reduceSumOp, mul: mulOp };

/** The same elements in another shape, which may hold at most one symbolic size. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  checkReshape(x.shape, shape);
  const origin = x.node?.op === 'reshape' ? x.node.inputs[0] : undefined;
  if (origin !== undefined) return reshape(origin, shape);
  return apply(reshapeOp, [x], { shape: [...shape] })[0];
}

/** The value repeated along its axes of size 1 (and new leading axes) to `shape`; symbolic sizes must be x's own. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const reached = broadcastShapes('expand', x.shape, shape);
  const shift = shape.length - x.shape.length;
  if (!sameShape(reached, shape) || shape.some((dim, i) => typeof dim === 'string' && x.shape[i - shift] !== dim)) {
    throw new FettleError(
      'engine',
      `expand: expected a shape that ${formatShape(x.shape)} broadcasts to, its symbolic sizes among them, received ` +
        `${formatShape(shape)}. Only axes of size 1 can be repeated, and only to a number.`,
    );
  }
  return apply(expandOp, [x], { shape: [...shape] })[0];
}

/** The sum over `axes` (all by default); `keepDims` (false by default) leaves them with size 1. */
export function reduceSum(x: Value, axes?: readonly number[], keepDims = false): Value {
  const all = normalizeAxes('reduceSum', axes ?? x.shape.map((_, i) => i), x.shape.length);
  if (all.every((axis) => x.shape[axis] === 1)) return reshape(x, reducedShape(x.shape, all, keepDims));
  return apply(reduceSumOp, [x], { axes: all, keepDims })[0];
}

/** The product a b, element by element with broadcasting; a number takes the other operand's type. */
export function mul(a: Operand, b: Operand): Value {
  const [p, q] = operands('mul', a, b);
  if (isNeutral(q, 1, p)) return p;
  if (isNeutral(p, 1, q)) return q;
  const folded = foldScale(p, q) ?? foldScale(q, p);
  return folded ?? apply(mulOp, [p, q], {})[0];
}

/** Whether `constant` is `neutral` all over and leaves the other operand's shape as it is. */
export function isNeutral(constant: Value, neutral: number, other: Value): boolean {
  return (
    constant.constant !== null &&
    constant.dtype === other.dtype &&
    constant.shape.length <= other.shape.length &&
    constant.constant.length === 1 &&
    uniformOf(constant) === neutral
  );
}

/** (x c) d = x (c d) for numbers c and d. */
function foldScale(x: Value, scale: Value): Value | null {
  const d = numberOf(scale);
  if (d === null || x.dtype !== scale.dtype) return null;
  const constant = numberOf(x);
  if (constant !== null) return x.graph.constant([constant * d], [], x.dtype);
  if (x.node?.op !== 'mul') return null;
  const [a, b] = x.node.inputs;
  if (a === undefined || b === undefined) return null;
  const c = numberOf(b);
  if (c !== null) return mul(a, c * d);
  const e = numberOf(a);
  return e === null ? null : mul(b, e * d);
}

/** The number in a constant of shape []; null for other values. */
export function numberOf(value: Value): number | null {
  return value.shape.length === 0 ? uniformOf(value) : null;
}

/** Whether the value has one element, so that it stands for any shape. */
function isUniform(g: Value): boolean {
  return g.shape.every((dim) => dim === 1);
}

/** The lazy gradient `g` in the full shape. */
export function full(g: Value, shape: Shape): Value {
  return expand(g, shape);
}

/** Undoes broadcasting: `g` is the gradient of `output`, to which `input` was broadcast; the result is that of `input`. */
export function sumTo(g: Value, output: { readonly shape: Shape }, input: { readonly shape: Shape }): Value {
  const rank = output.shape.length;
  const dimOf = (shape: Shape, i: number): Dim => shape[shape.length - rank + i] ?? 1;
  const summed: number[] = [];
  let copies = 1;
  for (let i = 0; i < rank; i++) {
    if (dimOf(input.shape, i) !== 1 || dimOf(output.shape, i) === 1) continue;
    if (dimOf(g.shape, i) === 1) copies *= sizeOf('gradient', [dimOf(output.shape, i)]);
    else summed.push(i - rank + g.shape.length);
  }
  const surplus = rank - input.shape.length;
  if (surplus > 0 && g.shape.length === rank && summed.length === surplus && summed.every((axis) => axis < surplus)) {
    return mul(reduceSum(g, summed), copies);
  }
  const total = mul(summed.length === 0 ? g : reduceSum(g, summed, true), copies);
  const excess = total.shape.length - input.shape.length;
  return excess > 0 ? reshape(total, total.shape.slice(excess)) : total;
}

/** A lazy gradient with leading axes of size 1 put in, up to `rank`; one of shape [] stays as it is. */
export function padRank(g: Value, rank: number): Value {
  if (g.shape.length === 0 || g.shape.length >= rank) return g;
  return reshape(g, [...Array.from({ length: rank - g.shape.length }, () => 1), ...g.shape]);
}

/** The gradient `g` of a reduction's output `y`, with axes of size 1 put back where x was reduced. */
export function alignReduced(g: Value, x: Value, y: Value, axes: readonly number[]): Value {
  if (g.shape.length === 0 || y.shape.length === x.shape.length) return g;
  const aligned: Dim[] = [...padRank(g, y.shape.length).shape];
  for (const axis of axes) aligned.splice(axis, 0, 1);
  return reshape(g, aligned);
}

/** A reduction over leading axes, as nodes: `x` of type `type` is added up, or its mean taken, to `y` of `shape`. */
export interface ColumnSums {
  readonly x: Value | string;
  readonly type: ValueType;
  readonly y: Value | string;
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly mean: boolean;
}

/** The reduction as a product with a row of weights: the engine's own over leading axes is up to six times slower.
 * null where the axes are others or a size is symbolic. */
export function encodeColumnSums({ x, type, y, shape, axes, mean }: ColumnSums): readonly OnnxNode[] | null {
  const rest = type.shape.slice(axes.length);
  const leading = axes.length > 0 && rest.length > 0 && axes.every((axis, i) => axis === i);
  if (!leading || !REAL.includes(type.dtype) || type.shape.some((dim) => typeof dim === 'string')) return null;
  const rows = sizeOf('reduceSum', type.shape.slice(0, axes.length));
  const columns = sizeOf('reduceSum', rest);
  const isMatrix = type.shape.length === 2;
  const weights = {
    dtype: type.dtype,
    shape: shape.length === 2 ? [1, rows] : [rows],
    data: new Float64Array(rows).fill(mean ? 1 / rows : 1),
  };
  const asIs = sameShape(shape.length === 2 ? [1, columns] : [columns], shape);
  const nodes: OnnxNode[] = [
    { type: 'MatMul', inputs: [weights, isMatrix ? x : 'flat'], outputs: [asIs ? y : 'sums'] },
  ];
  if (!isMatrix) nodes.unshift({ type: 'Reshape', inputs: [x, integers([rows, columns])], outputs: ['flat'] });
  if (!asIs) nodes.push({ type: 'Reshape', inputs: ['sums', integers(concrete('reduceSum', shape))], outputs: [y] });
  return nodes;
}

function checkReshape(from: Shape, to: Shape): void {
  const symbols = to.filter((dim) => typeof dim === 'string');
  const known = (shape: Shape): number => shape.reduce<number>((n, dim) => (typeof dim === 'number' ? n * dim : n), 1);
  const rest = from.filter((dim) => typeof dim === 'string');
  const comparable = rest.length === symbols.length && rest.every((dim, i) => dim === symbols[i]);
  const fits = symbols.length <= 1 && (comparable ? known(from) === known(to) : symbols.length === 1);
  if (!fits) {
    throw new FettleError(
      'engine',
      `reshape: expected a shape of as many elements as ${formatShape(from)} with at most one symbolic size, received ` +
        `${formatShape(to)}. Correct the sizes.`,
    );
  }
}
