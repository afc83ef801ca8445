// Picking rows by index. Source of the definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { type Dim, formatShape, normalizeAxis, sameShape, sizeOf } from '../graph/shape.ts';
import { full } from './core.ts';
import { transpose } from './layout.ts';
import { apply, type Binary, castTo, INTEGER, integers, op, REAL, requireType, type Unary } from './op.ts';

/** The indexing ops by name. */
export const indexing = {
  /** y[i...] = table[index[i...]] along an axis. dtable = dy added up per index. */
  gather: op<Binary, { readonly axis: number }>({
    id: 'gather',
    about: 'the entries of a table at indices along an axis',
    infer: ([table, indices], { axis }) => {
      requireType('gather', indices, INTEGER);
      const shape = [...table.shape.slice(0, axis), ...indices.shape, ...table.shape.slice(axis + 1)];
      return [{ dtype: table.dtype, shape }];
    },
    gradient: (g, [table, indices], [y], { axis }) => {
      const size = sizeOf('gradient of gather', table.shape.slice(axis, axis + 1));
      const dy = full(g, y.shape);
      if (axis === 0) return [scatterAdd(indices, dy, size), null];
      const ends = axis + indices.shape.length;
      const order = [...y.shape.keys()];
      const indicesFirst = transpose(dy, [...order.slice(axis, ends), ...order.slice(0, axis), ...order.slice(ends)]);
      const axes = [...table.shape.keys()];
      const back = [...axes.slice(1, axis + 1), 0, ...axes.slice(axis + 1)];
      return [transpose(scatterAdd(indices, indicesFirst, size), back), null];
    },
    encode: (inputs, outputs, { axis }) => [{ type: 'Gather', inputs, outputs, attributes: { axis: { int: axis } } }],
  }),

  /** y = zeros of `size` rows, then y[index[i...]] += x[i...]. dx[i...] = dy[index[i...]]. */
  scatterAdd: op<Binary, { readonly size: number }>({
    id: 'scatterAdd',
    about: 'rows added up per index',
    infer: ([indices, x], { size }) => {
      requireType('scatterAdd', indices, INTEGER);
      requireType('scatterAdd', x, REAL);
      const rank = indices.shape.length;
      if (!sameShape(x.shape.slice(0, rank), indices.shape)) {
        throw new FettleError(
          'engine',
          `scatterAdd: expected one row for each index, received indices ${formatShape(indices.shape)} and rows ` +
            `${formatShape(x.shape)}. Make the leading sizes of the rows those of the indices.`,
        );
      }
      return [{ dtype: x.dtype, shape: [size, ...x.shape.slice(rank)] }];
    },
    gradient: (g, [indices], [y]) => [null, gather(full(g, y.shape), indices)],
    encode: ([indices, x], [y]) => {
      const zeros = { dtype: y.dtype, shape: y.shape, data: new Float64Array(sizeOf('scatterAdd', y.shape)) };
      return [
        // ScatterND takes int64 only.
        { type: 'Cast', inputs: [indices], outputs: ['wide'], attributes: castTo('int64') },
        { type: 'Unsqueeze', inputs: ['wide', integers([indices.shape.length])], outputs: ['rows'] },
        { type: 'ScatterND', inputs: [zeros, 'rows', x], outputs: [y], attributes: { reduction: { string: 'add' } } },
      ];
    },
  }),

  oneHot: op<Unary, { readonly depth: number }>({
    id: 'oneHot',
    about: '1 at the index and 0 elsewhere, along a new last axis',
    infer: ([indices], { depth }) => {
      requireType('oneHot', indices, INTEGER);
      const shape: Dim[] = [...indices.shape, depth];
      return [{ dtype: indices.graph.real, shape }];
    },
    gradient: { none: 'indices are not real numbers' },
    // Written out, since OneHot has no kernel for int32 indices with an int64 depth, nor for float64.
    encode: ([indices], [y], { depth }) => [
      { type: 'Unsqueeze', inputs: [indices, integers([indices.shape.length])], outputs: ['column'] },
      {
        type: 'Equal',
        inputs: ['column', { dtype: indices.dtype, shape: [depth], data: Array.from({ length: depth }, (_, i) => i) }],
        outputs: ['hits'],
      },
      { type: 'Cast', inputs: ['hits'], outputs: [y], attributes: castTo(y.dtype) },
    ],
  }),
};

/** The entries of `table` at `indices` along `axis` (0 by default): [levels, d], [N, C] -> [N, C, d]. */
export function gather(table: Value, indices: Value, axis = 0): Value {
  return apply(indexing.gather, [table, indices], { axis: normalizeAxis('gather', axis, table.shape.length) })[0];
}

/** Rows added up per index: indices [N...], x [N..., d...] -> [size, d...]. */
export function scatterAdd(indices: Value, x: Value, size: number): Value {
  return apply(indexing.scatterAdd, [indices, x], { size })[0];
}

/** 1 at the index and 0 elsewhere along a new last axis of size `depth`; indices outside give zeros. */
export function oneHot(indices: Value, depth: number): Value {
  return apply(indexing.oneHot, [indices], { depth })[0];
}
