// Matrix products: the ops that all the time goes into. `gemm` is the fast path for two matrices with an optional bias;
// `matmul` multiplies stacks of matrices. Source of the definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Value, ValueType } from '../graph/graph.ts';
import { broadcastShapes, type Dim, formatShape, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import { full, reshape, sumTo } from './core.ts';
import { add } from './elementwise.ts';
import { permutationOf } from './layout.ts';
import { apply, type Binary, type OnnxNode, op, REAL, requireSameType, requireType, type Values } from './op.ts';
import type { OpName } from './op-name.ts';

type Flags = { readonly transposeA: boolean; readonly transposeB: boolean };

/** The matrix products by name. */
export const product = {
  /** Y = A B + c. dA = dY B^T, dB = A^T dY, dc = dY summed to c's shape. With flags A or B stands for its transpose. */
  gemm: op<Values, Flags>({
    id: 'gemm',
    about: 'the product of two matrices, plus a bias',
    infer: ([a, b, c], flags) => {
      const type = inferProduct('gemm', a as Value, b as Value, flags);
      if (c !== undefined) checkBias(c, type);
      return [type];
    },
    gradient: (g, [a, b, c], [y], flags) => {
      const dy = full(g, y.shape);
      const parts = productGradients(dy, a as Value, b as Value, flags);
      return c === undefined ? parts : [...parts, sumTo(g, y, c)];
    },
    encode: (inputs, outputs, { transposeA, transposeB }): readonly OnnxNode[] => [
      {
        type: 'Gemm',
        inputs,
        outputs,
        attributes: { ...(transposeA && { transA: { int: 1 } }), ...(transposeB && { transB: { int: 1 } }) },
      },
    ],
  }),

  /** Y = A B for stacks of matrices whose leading axes broadcast. dA = dY B^T, dB = A^T dY, summed to their shapes. */
  matmul: op<Binary, Flags>({
    id: 'matmul',
    about: 'the products of two stacks of matrices',
    infer: ([a, b], flags) => [inferProduct('matmul', a, b, flags)],
    gradient: (g, [a, b], [y], flags) => {
      const dy = full(g, y.shape);
      if (b.shape.length === 2 && !flags.transposeA) return flatGradients(dy, a, b, flags);
      const [da, db] = productGradients(dy, a, b, flags);
      return [
        sumTo(da, { shape: [...y.shape.slice(0, -2), ...a.shape.slice(-2)] }, a),
        sumTo(db, { shape: [...y.shape.slice(0, -2), ...b.shape.slice(-2)] }, b),
      ];
    },
    // The engine fuses a Transpose with the MatMul after it, so the file needs no op that is not ONNX's own.
    encode: ([a, b], outputs, { transposeA, transposeB }) => [
      ...(transposeA ? [swapLastAxes(a, 'a')] : []),
      ...(transposeB ? [swapLastAxes(b, 'b')] : []),
      { type: 'MatMul', inputs: [transposeA ? 'a' : a, transposeB ? 'b' : b], outputs },
    ],
  }),
};

/** What `matmul` and `linear` take beside their matrices; both flags are false by default. */
export interface ProductOptions {
  /** Whether `a` stands for the transpose of its last two axes. */
  readonly transposeA?: boolean;
  /** Whether `b` stands for the transpose of its last two axes. */
  readonly transposeB?: boolean;
}

/** The matrix product over the last two axes; leading axes broadcast. [..., M, K] x [..., K, N] -> [..., M, N]. */
export function matmul(a: Value, b: Value, options: ProductOptions = {}): Value {
  const [left, transposeA] = foldTranspose(a, options.transposeA ?? false);
  const [right, transposeB] = foldTranspose(b, options.transposeB ?? false);
  const flags = { transposeA, transposeB };
  if (left.shape.length === 2 && right.shape.length === 2) return apply(product.gemm, [left, right], flags)[0];
  return apply(product.matmul, [left, right], flags)[0];
}

/** A dense layer: x w + b. [..., K] x [K, N] (+ [N]) -> [..., N], one node for a matrix x. */
export function linear(x: Value, w: Value, b?: Value, options: ProductOptions = {}): Value {
  if (b === undefined) return matmul(x, w, options);
  if (x.shape.length !== 2 || w.shape.length !== 2) return add(matmul(x, w, options), b);
  const flags = { transposeA: options.transposeA ?? false, transposeB: options.transposeB ?? false };
  return apply(product.gemm, [x, w, b], flags)[0];
}

/** For Y = op(A) op(B): the gradients in the shapes of A and B, before leading axes are summed. */
function productGradients(dy: Value, a: Value, b: Value, { transposeA, transposeB }: Flags): readonly [Value, Value] {
  const da = transposeA
    ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
    : matmul(dy, b, { transposeB: !transposeB });
  const db = transposeB
    ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
    : matmul(a, dy, { transposeA: !transposeA });
  return [da, db];
}

/** A stack times one matrix is one product of the flattened stack. */
function flatGradients(dy: Value, a: Value, b: Value, flags: Flags): readonly [Value, Value] {
  const flat = (value: Value): Value => {
    const columns = sizeOf('gradient of matmul', value.shape.slice(-1));
    return reshape(value, [sizeOf('gradient of matmul', value.shape) / columns, columns]);
  };
  const [da, db] = productGradients(flat(dy), flat(a), b, flags);
  return [reshape(da, a.shape), db];
}

/** A transpose of the last two axes becomes a flag. */
function foldTranspose(x: Value, flag: boolean): readonly [Value, boolean] {
  const [inner] = x.node?.inputs ?? [];
  const perm = x.node === null ? null : permutationOf(x.node);
  if (inner === undefined || perm === null) return [x, flag];
  const rank = perm.length;
  const swapsLast = perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
  return swapsLast ? [inner, !flag] : [x, flag];
}

function inferProduct(id: OpName, a: Value, b: Value, { transposeA, transposeB }: Flags): ValueType {
  requireSameType(id, a, b);
  requireType(id, a, REAL);
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new FettleError(
      'engine',
      `${id}: expected values of two or more axes, received ${formatShape(a.shape)} and ${formatShape(b.shape)}. ` +
        'Unsqueeze a vector to a matrix first.',
    );
  }
  const [m, k] = lastTwo(a.shape, transposeA);
  const [l, n] = lastTwo(b.shape, transposeB);
  if (k !== l) {
    throw new FettleError(
      'engine',
      `${id}: expected as many columns on the left as rows on the right, received ${formatShape(a.shape)}` +
        `${transposeA ? ' transposed' : ''} and ${formatShape(b.shape)}${transposeB ? ' transposed' : ''} (${k} against ${l}). ` +
        'Correct a size, or set transposeA or transposeB.',
    );
  }
  return { dtype: a.dtype, shape: [...broadcastShapes(id, a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n] };
}

function lastTwo(shape: Shape, swapped: boolean): readonly [Dim, Dim] {
  const [rows, columns] = shape.slice(-2) as [Dim, Dim];
  return swapped ? [columns, rows] : [rows, columns];
}

function checkBias(c: Value, type: ValueType): void {
  requireSameType('gemm', c, type);
  if (sameShape(broadcastShapes('gemm', c.shape, type.shape), type.shape)) return;
  throw new FettleError(
    'engine',
    `gemm: expected a bias that broadcasts to ${formatShape(type.shape)}, received ${formatShape(c.shape)}. Correct its shape.`,
  );
}

function swapLastAxes(x: Value, name: string): OnnxNode {
  const rank = x.shape.length;
  const perm = x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return { type: 'Transpose', inputs: [x], outputs: [name], attributes: { perm: { ints: perm } } };
}
