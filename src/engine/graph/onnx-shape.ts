// In: an ONNX node and the types of its inputs. Out: the type of its output.
// Only the nodes between an op's inputs and outputs need it: those inside of ops that are written as several nodes.
// Source of the rules: https://onnx.ai/onnx/operators/

import { castTo, type Literal, type OnnxNode } from '../ops/op.ts';
import type { DType } from './graph.ts';

/** A tensor's type and its sizes in numbers. */
export interface Sized {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

type Sizes = readonly number[];
type Inputs = readonly (Sized | null)[];
type Rule = (inputs: Inputs, node: OnnxNode) => Sizes;

const shapeAt = (inputs: Inputs, i: number): Sizes => inputs[i]?.shape ?? [];
const sizeAt = (shape: Sizes, axis: number): number => shape[axis] ?? 1;
const product = (shape: Sizes): number => shape.reduce((size, n) => size * n, 1);

/** The elements of an input that is part of the model, such as the axes of a reduction. */
function literal({ inputs }: OnnxNode, i: number): Sizes | null {
  const input = inputs[i];
  return input !== null && typeof input === 'object' && 'data' in input ? Array.from((input as Literal).data) : null;
}

function ints({ attributes }: OnnxNode, name: string): Sizes | null {
  const attribute = attributes?.[name];
  return attribute !== undefined && 'ints' in attribute ? attribute.ints : null;
}

function int({ attributes }: OnnxNode, name: string, otherwise: number): number {
  const attribute = attributes?.[name];
  return attribute !== undefined && 'int' in attribute ? attribute.int : otherwise;
}

const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** As large along each axis as the largest of them. */
function broadcast(shapes: readonly Sizes[]): Sizes {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)),
  );
}

const elementwise: Rule = (inputs) => broadcast(inputs.map((input) => input?.shape ?? []));
const like: Rule = (inputs) => shapeAt(inputs, 0);

const reduce: Rule = (inputs, node) => {
  const shape = shapeAt(inputs, 0);
  const axes = literal(node, 1)?.map((axis) => fromFront(axis, shape.length)) ?? shape.map((_, axis) => axis);
  if (int(node, 'keepdims', 1) === 1) return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return shape.filter((_, axis) => !axes.includes(axis));
};

const reshape: Rule = (inputs, node) => {
  const from = shapeAt(inputs, 0);
  const to = (literal(node, 1) ?? from).map((n, axis) => (n === 0 ? sizeAt(from, axis) : n));
  const known = product(to.filter((n) => n !== -1));
  return to.map((n) => (n === -1 ? product(from) / known : n));
};

const slice: Rule = (inputs, node) => {
  const shape = [...shapeAt(inputs, 0)];
  const [starts, ends] = [literal(node, 1) ?? [], literal(node, 2) ?? []];
  const axes = literal(node, 3) ?? starts.map((_, i) => i);
  axes.forEach((given, i) => {
    const axis = fromFront(given, shape.length);
    const size = sizeAt(shape, axis);
    const step = literal(node, 4)?.[i] ?? 1;
    // Backwards an end before the first element is -1 after the clamp; forwards the ends are 0 and the size.
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (n: number): number => Math.min(Math.max(n < 0 ? n + size : n, least), most);
    shape[axis] = Math.max(0, Math.ceil((clamp(ends[i] ?? size) - clamp(starts[i] ?? 0)) / step));
  });
  return shape;
};

const pad: Rule = (inputs, node) => {
  const shape = shapeAt(inputs, 0);
  const pads = literal(node, 1) ?? [];
  return shape.map((n, axis) => n + sizeAt(pads, axis) + sizeAt(pads, axis + shape.length));
};

const concat: Rule = (inputs, node) => {
  const shape = shapeAt(inputs, 0);
  const axis = fromFront(int(node, 'axis', 0), shape.length);
  const sum = inputs.reduce((size, input) => size + sizeAt(input?.shape ?? [], axis), 0);
  return shape.map((n, i) => (i === axis ? sum : n));
};

const transpose: Rule = (inputs, node) => {
  const shape = shapeAt(inputs, 0);
  return (ints(node, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis)).map((axis) => sizeAt(shape, axis));
};

const unsqueeze: Rule = (inputs, node) => {
  const shape = shapeAt(inputs, 0);
  const axes = literal(node, 1) ?? [];
  const rank = shape.length + axes.length;
  const added = axes.map((axis) => fromFront(axis, rank));
  let next = 0;
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : sizeAt(shape, next++)));
};

const matmul: Rule = (inputs) => {
  const [a, b] = [shapeAt(inputs, 0), shapeAt(inputs, 1)];
  const rows = a.length > 1 ? a.slice(-2, -1) : [];
  const columns = b.length > 1 ? b.slice(-1) : [];
  return [...broadcast([a.slice(0, -2), b.slice(0, -2)]), ...rows, ...columns];
};

const gemm: Rule = (inputs, node) => [
  sizeAt(shapeAt(inputs, 0), int(node, 'transA', 0)),
  sizeAt(shapeAt(inputs, 1), 1 - int(node, 'transB', 0)),
];

const convolution: Rule = (inputs, node) => {
  const [images, , ...size] = shapeAt(inputs, 0);
  const [outputs, , ...kernel] = shapeAt(inputs, 1);
  const [strides, pads, dilations] = [ints(node, 'strides'), ints(node, 'pads'), ints(node, 'dilations')];
  const positions = size.map((n, axis) => {
    const padded = n + (pads?.[axis] ?? 0) + (pads?.[axis + size.length] ?? 0);
    return (
      Math.floor((padded - (dilations?.[axis] ?? 1) * (sizeAt(kernel, axis) - 1) - 1) / (strides?.[axis] ?? 1)) + 1
    );
  });
  return [images ?? 1, outputs ?? 1, ...positions];
};

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    ['Add', 'Sub', 'Mul', 'Div', 'Sum', 'Where', 'Equal', 'Greater', 'Less'].map((type) => [type, elementwise]),
  ),
  Expand: (inputs, node) => broadcast([shapeAt(inputs, 0), literal(node, 1) ?? []]),
  Reshape: reshape,
  Slice: slice,
  Pad: pad,
  Concat: concat,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  MatMul: matmul,
  Gemm: gemm,
  Conv: convolution,
  GlobalAveragePool: (inputs) => shapeAt(inputs, 0).map((n, axis) => (axis < 2 ? n : 1)),
  ...Object.fromEntries(
    ['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceSumSquare', 'ReduceL2'].map((type) => [type, reduce]),
  ),
};

const COMPARISONS: readonly string[] = [
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'And',
  'Or',
];

const DTYPES: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'];

function typeOf(inputs: Inputs, { type, attributes }: OnnxNode): DType {
  if (COMPARISONS.includes(type)) return 'bool';
  const cast = JSON.stringify(attributes?.to);
  const to = type === 'Cast' ? DTYPES.find((dtype) => JSON.stringify(castTo(dtype).to) === cast) : undefined;
  return to ?? inputs[type === 'Where' ? 1 : 0]?.dtype ?? 'float32';
}

/** The type of a node's output. A node without a rule of its own is element by element: its output is like its first input. */
export function outputType(node: OnnxNode, inputs: Inputs): Sized {
  const rule = RULES[node.type] ?? like;
  return { dtype: typeOf(inputs, node), shape: rule(inputs, node) };
}
