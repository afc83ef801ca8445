// Ops that move elements without changing them. Source of the definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Node, Value } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, normalizeAxes, normalizeAxis, type Shape, sizeOf } from '../graph/shape.ts';
import { full, reshape } from './core.ts';
import {
  apply,
  integers,
  type OnnxNode,
  op,
  requireSameType,
  scalarLiteral,
  type Value as Tensor,
  type Unary,
  type Values,
} from './op.ts';

/** The layout ops by name. */
export const layout = {
  /** y's axis i is x's axis perm[i]. dx = dy with the inverse permutation. */
  transpose: op<Unary, { readonly perm: readonly number[] }>({
    id: 'transpose',
    about: 'the axes in another order',
    infer: ([x], { perm }) => [{ dtype: x.dtype, shape: perm.map((axis) => dimAt(x.shape, axis)) }],
    gradient: (g, _, [y], { perm }) => [
      transpose(
        full(g, y.shape),
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ],
    encode: (inputs, outputs, { perm }) => [
      { type: 'Transpose', inputs, outputs, attributes: { perm: { ints: perm } } },
    ],
  }),

  /** y = x with axes of size 1 put in. dx = dy without them. */
  unsqueeze: op<Unary, { readonly axes: readonly number[] }>({
    id: 'unsqueeze',
    about: 'new axes of size 1',
    infer: ([x], { axes }) => [{ dtype: x.dtype, shape: insertOnes(x.shape, axes) }],
    gradient: (g, [x], [y]) => [reshape(full(g, y.shape), x.shape)],
    encode: ([x], outputs, { axes }) => [{ type: 'Unsqueeze', inputs: [x, integers(axes)], outputs }],
  }),

  /** y = x without axes of size 1. dx = dy with them. */
  squeeze: op<Unary, { readonly axes: readonly number[] }>({
    id: 'squeeze',
    about: 'fewer axes of size 1',
    infer: ([x], { axes }) => [{ dtype: x.dtype, shape: x.shape.filter((_, i) => !axes.includes(i)) }],
    gradient: (g, [x], [y]) => [reshape(full(g, y.shape), x.shape)],
    encode: ([x], outputs, { axes }) => [{ type: 'Squeeze', inputs: [x, integers(axes)], outputs }],
  }),

  /** y = the values one after another. Each value's gradient is its part of dy. */
  concat: op<Values, { readonly axis: number }>({
    id: 'concat',
    about: 'values one after another along an axis',
    infer: (values, { axis }) => [inferConcat(values, axis)],
    gradient: (g, values, [y], { axis }) =>
      split(
        full(g, y.shape),
        concrete(
          'gradient of concat',
          values.map((value) => dimAt(value.shape, axis)),
        ),
        axis,
      ),
    encode: (inputs, outputs, { axis }) => [{ type: 'Concat', inputs, outputs, attributes: { axis: { int: axis } } }],
  }),

  /** The outputs are x's parts. dx = their gradients one after another, zeros where an output is not used. */
  split: op<Unary, { readonly sizes: readonly number[]; readonly axis: number }, Values>({
    id: 'split',
    about: 'parts along an axis',
    infer: ([x], { sizes, axis }) => sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) })),
    gradient: (_, [x], outputs, { axis }, all) => [
      concat(
        outputs.map((output, i) => full(all[i] ?? x.graph.constant([0], [], x.dtype), output.shape)),
        axis,
      ),
    ],
    encode: ([x], outputs, { sizes, axis }) => [
      { type: 'Split', inputs: [x, integers(sizes)], outputs, attributes: { axis: { int: axis } } },
    ],
  }),

  /** y = x[starts : ends] along axes. dx = dy with zeros around it. */
  slice: op<
    Unary,
    { readonly starts: readonly number[]; readonly ends: readonly number[]; readonly axes: readonly number[] }
  >({
    id: 'slice',
    about: 'a range along axes',
    infer: ([x], { starts, ends, axes }) => {
      const shape = [...x.shape];
      for (const [i, axis] of axes.entries()) shape[axis] = (ends[i] as number) - (starts[i] as number);
      return [{ dtype: x.dtype, shape }];
    },
    gradient: (g, [x], [y], { starts, ends, axes }) => {
      const sizes = concrete(
        'gradient of slice',
        axes.map((axis) => dimAt(x.shape, axis)),
      );
      const before = x.shape.map(() => 0);
      const after = x.shape.map(() => 0);
      for (const [i, axis] of axes.entries()) {
        before[axis] = starts[i] as number;
        after[axis] = (sizes[i] as number) - (ends[i] as number);
      }
      return [pad(full(g, y.shape), before, after)];
    },
    encode: ([x], outputs, { starts, ends, axes }) => [
      { type: 'Slice', inputs: [x, integers(starts), integers(ends), integers(axes)], outputs },
    ],
  }),

  /** y = x with zeros around it. dx = dy without them. */
  pad: op<Unary, { readonly before: readonly number[]; readonly after: readonly number[] }>({
    id: 'pad',
    about: 'zeros around a value',
    infer: ([x], { before, after }) => {
      const add = (dim: Dim, i: number): Dim => {
        const extra = (before[i] ?? 0) + (after[i] ?? 0);
        return extra === 0 ? dim : sizeOf('pad', [dim]) + extra;
      };
      return [{ dtype: x.dtype, shape: x.shape.map(add) }];
    },
    gradient: (g, [x], [y], { before }) => {
      const ends = concrete('gradient of pad', x.shape).map((size, i) => size + (before[i] ?? 0));
      return [slice(full(g, y.shape), before, ends)];
    },
    encode: ([x], outputs, { before, after }): readonly OnnxNode[] => [
      { type: 'Pad', inputs: [x, integers([...before, ...after]), scalarLiteral(0, x.dtype)], outputs },
    ],
  }),
};

/** The value with its axes in the order `perm`; reversed by default. */
export function transpose(x: Value, perm: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i)): Value {
  const axes = perm.map((axis) => normalizeAxis('transpose', axis, x.shape.length));
  if (axes.length !== x.shape.length || new Set(axes).size !== axes.length) {
    throw new FettleError(
      'engine',
      `transpose: expected each axis of ${formatShape(x.shape)} once, received ${formatShape(perm)}. Correct the order.`,
    );
  }
  if (axes.every((axis, i) => axis === i)) return x;
  const [inner] = x.node?.inputs ?? [];
  const before = x.node === null ? null : permutationOf(x.node);
  if (inner !== undefined && before !== null)
    return transpose(
      inner,
      axes.map((axis) => before[axis] as number),
    );
  return apply(layout.transpose, [x], { perm: axes })[0];
}

/** The order of axes that a transpose node gives; null for other nodes. */
export function permutationOf(node: Node): readonly number[] | null {
  const { perm } = node.attributes;
  return node.op === 'transpose' ? (perm as readonly number[]) : null;
}

/** New axes of size 1 at `axes`, counted in the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const all = normalizeAxes('unsqueeze', axes, x.shape.length + axes.length);
  return all.length === 0 ? x : apply(layout.unsqueeze, [x], { axes: all })[0];
}

/** The value without the given axes of size 1; by default all of them. */
export function squeeze(x: Value, axes?: readonly number[]): Value {
  const all = normalizeAxes('squeeze', axes ?? [...x.shape.keys()].filter((i) => x.shape[i] === 1), x.shape.length);
  const wrong = all.find((axis) => x.shape[axis] !== 1);
  if (wrong !== undefined) {
    throw new FettleError(
      'engine',
      `squeeze: expected size 1 along axis ${wrong}, received ${formatShape(x.shape)}. Only axes of size 1 can be dropped.`,
    );
  }
  return all.length === 0 ? x : apply(layout.squeeze, [x], { axes: all })[0];
}

/** The values one after another along `axis`; all other sizes are equal. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) {
    throw new FettleError('engine', 'concat: expected at least one value, received none. Pass the values to join.');
  }
  if (values.length === 1) return first;
  return apply(layout.concat, values, { axis: normalizeAxis('concat', axis, first.shape.length) })[0];
}

/** The parts of x along `axis`, of the given sizes. */
export function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  const at = normalizeAxis('split', axis, x.shape.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== x.shape[at] || sizes.some((size) => !(size > 0))) {
    throw new FettleError(
      'engine',
      `split: expected sizes above 0 that add up to ${x.shape[at]}, axis ${at} of ${formatShape(x.shape)}, received ` +
        `${formatShape(sizes)}. Correct the sizes.`,
    );
  }
  return sizes.length === 1 ? [x] : apply(layout.split, [x], { sizes: [...sizes], axis: at });
}

/** x from `starts` up to but without `ends`, along `axes` (the first ones by default); negative ends count from the back. */
export function slice(
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, i) => i),
): Value {
  const along = axes.map((axis) => normalizeAxis('slice', axis, x.shape.length));
  const resolve = (position: number | undefined, i: number): number => {
    const [size = 0] = concrete('slice', [dimAt(x.shape, along[i] as number)]);
    return position === undefined ? size : position < 0 ? position + size : position;
  };
  const from = along.map((_, i) => resolve(starts[i], i));
  const to = along.map((_, i) => resolve(ends[i], i));
  const fits = along.every((_, i) => {
    const [a, b] = [from[i] as number, to[i] as number];
    return a >= 0 && a < b && b <= resolve(undefined, i);
  });
  if (!fits || starts.length !== ends.length || starts.length !== axes.length) {
    throw new FettleError(
      'engine',
      `slice: expected a non-empty range inside ${formatShape(x.shape)}, received ${formatShape(starts)} to ` +
        `${formatShape(ends)} along axes ${formatShape(axes)}. Correct the range.`,
    );
  }
  const whole = along.every((_, i) => from[i] === 0 && to[i] === resolve(undefined, i));
  return whole ? x : apply(layout.slice, [x], { starts: from, ends: to, axes: along })[0];
}

/** x with `before` and `after` zeros along each axis. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  const valid = [before, after].every(
    (n) => n.length === x.shape.length && n.every((k) => Number.isInteger(k) && k >= 0),
  );
  if (!valid) {
    throw new FettleError(
      'engine',
      `pad: expected counts of 0 or more for each axis of ${formatShape(x.shape)}, received ${formatShape(before)} and ` +
        `${formatShape(after)}. Correct the counts.`,
    );
  }
  return [...before, ...after].every((n) => n === 0) ? x : apply(layout.pad, [x], { before, after })[0];
}

function dimAt(shape: Shape, axis: number): Dim {
  return shape[axis] as Dim;
}

function insertOnes(shape: Shape, axes: readonly number[]): Shape {
  const result = [...shape];
  for (const axis of axes) result.splice(axis, 0, 1);
  return result;
}

function inferConcat(values: Values, axis: number): { dtype: Tensor['dtype']; shape: Shape } {
  const [first, ...rest] = values as readonly [Value, ...Value[]];
  let total = 0;
  for (const value of values) {
    requireSameType('concat', first, value);
    total += sizeOf('concat', [value.shape[axis] ?? 0]);
  }
  const wrong = rest.find(
    ({ shape }) => shape.length !== first.shape.length || shape.some((dim, i) => i !== axis && dim !== first.shape[i]),
  );
  if (wrong !== undefined) {
    throw new FettleError(
      'engine',
      `concat: expected shapes that differ along axis ${axis} only, received ${formatShape(first.shape)} and ` +
        `${formatShape(wrong.shape)}. Reshape or slice one of them.`,
    );
  }
  return { dtype: first.dtype, shape: first.shape.with(axis, total) };
}
