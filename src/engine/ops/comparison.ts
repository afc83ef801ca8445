// Choices and comparisons, element by element, with broadcasting, and the ops that change a value's type.
// Source of the definitions: https://onnx.ai/onnx/operators/

import type { DType, Value } from '../graph/graph.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { sumTo } from './core.ts';
import {
  apply,
  apply1,
  type Binary,
  broadcasting,
  castTo,
  INTEGER,
  likeReal,
  NUMBER,
  type OnnxNode,
  type Operand,
  onnx,
  op,
  operands,
  REAL,
  requireSameType,
  requireType,
  scalarLiteral,
  type Ternary,
  type Unary,
} from './op.ts';

const ANY: readonly DType[] = [...NUMBER, 'bool', 'string'];
const NOT_DIFFERENTIABLE = { none: 'the result is not a real number' } as const;

/** The choices, comparisons and casts by name. */
export const comparison = {
  /** y = max(a, b). da = dy where a >= b, db = dy elsewhere: a tie sends its gradient to a. */
  max: op<Binary>({
    id: 'max',
    about: 'the greater of two values',
    pointwise: true,
    infer: broadcasting('max'),
    gradient: (g, [a, b], [y]) => [sumTo(where(less(a, b), 0, g), y, a), sumTo(where(less(a, b), g, 0), y, b)],
    encode: onnx('Max'),
  }),

  /** y = min(a, b). da = dy where a <= b, db = dy elsewhere: a tie sends its gradient to a. */
  min: op<Binary>({
    id: 'min',
    about: 'the smaller of two values',
    pointwise: true,
    infer: broadcasting('min'),
    gradient: (g, [a, b], [y]) => [sumTo(where(greater(a, b), 0, g), y, a), sumTo(where(greater(a, b), g, 0), y, b)],
    encode: onnx('Min'),
  }),

  /** y = min(max(x, low), high). dx = dy where low <= x <= high, which is where y = x. */
  clip: op<Unary, { readonly low: number | null; readonly high: number | null }>({
    id: 'clip',
    about: 'the value moved into a range',
    pointwise: true,
    infer: likeReal('clip'),
    gradient: (g, [x], [y]) => [where(equal(x, y), g, 0)],
    encode: ([x], outputs, { low, high }) => {
      const limit = (limit: number | null) => (limit === null ? null : scalarLiteral(limit, x.dtype));
      return [{ type: 'Clip', inputs: [x, limit(low), limit(high)], outputs }];
    },
  }),

  /** y = a where the condition holds, else b. da = dy there and 0 elsewhere, db the reverse. */
  where: op<Ternary>({
    id: 'where',
    about: 'one of two values by a condition',
    infer: ([condition, a, b]) => {
      requireType('where', condition, ['bool']);
      requireSameType('where', a, b);
      const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
      return [{ dtype: a.dtype, shape }];
    },
    gradient: (g, [condition, a, b], [y]) => [
      null,
      sumTo(where(condition, g, 0), y, a),
      sumTo(where(condition, 0, g), y, b),
    ],
    encode: onnx('Where'),
  }),

  greater: op<Binary>({
    id: 'greater',
    about: 'whether a > b',
    infer: broadcasting('greater', NUMBER, 'bool'),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Greater'),
  }),

  less: op<Binary>({
    id: 'less',
    about: 'whether a < b',
    infer: broadcasting('less', NUMBER, 'bool'),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Less'),
  }),

  equal: op<Binary>({
    id: 'equal',
    about: 'whether a = b, also for text',
    infer: broadcasting('equal', ANY, 'bool'),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Equal'),
  }),

  isNan: op<Unary>({
    id: 'isNan',
    about: 'whether x is not a number',
    infer: ([x]) => {
      requireType('isNan', x, REAL);
      return [{ dtype: 'bool', shape: x.shape }];
    },
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('IsNaN'),
  }),

  not: op<Unary>({
    id: 'not',
    about: 'true for false, false for true',
    infer: ([x]) => {
      requireType('not', x, ['bool']);
      return [{ dtype: 'bool', shape: x.shape }];
    },
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Not'),
  }),

  and: op<Binary>({
    id: 'and',
    about: 'whether both hold',
    infer: broadcasting('and', ['bool'], 'bool'),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('And'),
  }),

  or: op<Binary>({
    id: 'or',
    about: 'whether one holds',
    infer: broadcasting('or', ['bool'], 'bool'),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Or'),
  }),

  mod: op<Binary>({
    id: 'mod',
    about: 'the remainder of whole numbers, with the sign of the divisor',
    infer: broadcasting('mod', INTEGER),
    gradient: NOT_DIFFERENTIABLE,
    encode: onnx('Mod'),
  }),

  /** y = x in another type. dx = dy in x's type, if both are real. */
  cast: op<Unary, { readonly dtype: DType }>({
    id: 'cast',
    about: 'the value in another type',
    infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
    gradient: (g, [x]) => [REAL.includes(x.dtype) ? cast(g, x.dtype) : null],
    encode: (inputs, outputs, { dtype }): readonly OnnxNode[] => [
      { type: 'Cast', inputs, outputs, attributes: castTo(dtype) },
    ],
  }),

  /** y = x. dx = dy. */
  identity: op<Unary>({
    id: 'identity',
    about: 'the value itself',
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    gradient: (g) => [g],
    encode: onnx('Identity'),
  }),
};

/** The greater of a and b, broadcasting; a tie sends its gradient to a. */
export const max = (a: Operand, b: Operand): Value => apply(comparison.max, operands('max', a, b), {})[0];
/** The smaller of a and b, broadcasting; a tie sends its gradient to a. */
export const min = (a: Operand, b: Operand): Value => apply(comparison.min, operands('min', a, b), {})[0];
/** x moved into [low, high]; null leaves a side open. The gradient flows where x was inside (the ends count). */
export const clip = (x: Value, low: number | null, high: number | null): Value =>
  apply(comparison.clip, [x], { low, high })[0];
/** a where the condition holds, else b, broadcasting; at least one of a, b is a value. */
export const where = (condition: Value, a: Operand, b: Operand): Value =>
  apply(comparison.where, [condition, ...operands('where', a, b)], {})[0];
/** Whether a > b, broadcasting: bool. */
export const greater = (a: Operand, b: Operand): Value => apply(comparison.greater, operands('greater', a, b), {})[0];
/** Whether a < b, broadcasting: bool. */
export const less = (a: Operand, b: Operand): Value => apply(comparison.less, operands('less', a, b), {})[0];
/** Whether a = b, broadcasting, for numbers, bools and text: bool. */
export const equal = (a: Operand, b: Operand): Value => apply(comparison.equal, operands('equal', a, b), {})[0];
/** Whether x is not a number: bool. */
export const isNan = (x: Value): Value => apply1(comparison.isNan, x);
/** The opposite of a bool. */
export const not = (x: Value): Value => apply1(comparison.not, x);
/** Whether both bools hold, broadcasting. */
export const and = (a: Value, b: Value): Value => apply(comparison.and, [a, b], {})[0];
/** Whether at least one of two bools holds, broadcasting. */
export const or = (a: Value, b: Value): Value => apply(comparison.or, [a, b], {})[0];
/** The remainder of whole numbers, with the sign of the divisor. */
export const mod = (a: Operand, b: Operand): Value => apply(comparison.mod, operands('mod', a, b), {})[0];
/** The value in another type; real to real carries the gradient. Numbers become whole by truncation. */
export const cast = (x: Value, dtype: DType): Value =>
  x.dtype === dtype ? x : apply(comparison.cast, [x], { dtype })[0];
/** The value itself under another name. */
export const identity = (x: Value): Value => apply1(comparison.identity, x);
/** Whether a text is the given one, broadcasting: bool. */
export const stringEqual = (x: Value, text: string): Value => equal(x, x.graph.constant([text], [], 'string'));
