// Arithmetic, element by element, with broadcasting. Formulas: y is the output, dy its gradient.
// Source of the definitions: https://onnx.ai/onnx/operators/

import type { Value } from '../graph/graph.ts';
import { blockedScale } from './blocks.ts';
import { isNeutral, mul, numberOf, sumTo } from './core.ts';
import {
  apply,
  apply1,
  type Binary,
  broadcasting,
  likeReal,
  NUMBER,
  type Operand,
  onnx,
  op,
  operands,
  REAL,
  requireType,
  type Unary,
} from './op.ts';

/** The arithmetic ops by name. */
export const elementwise = {
  /** y = a + b. da = dy, db = dy. */
  add: op<Binary>({
    id: 'add',
    about: 'the sum',
    infer: broadcasting('add'),
    gradient: (g, [a, b], [y]) => [sumTo(g, y, a), sumTo(g, y, b)],
    encode: onnx('Add'),
    pointwise: true,
    blocked: { form: (inputs, [y], _, { block }) => blockedScale('add', inputs, y, block) },
  }),

  /** y = a - b. da = dy, db = -dy. */
  sub: op<Binary>({
    id: 'sub',
    about: 'the difference',
    infer: broadcasting('sub'),
    gradient: (g, [a, b], [y]) => [sumTo(g, y, a), neg(sumTo(g, y, b))],
    encode: onnx('Sub'),
    pointwise: true,
    blocked: { form: (inputs, [y], _, { block }) => blockedScale('sub', inputs, y, block) },
  }),

  /** y = a / b. da = dy / b, db = -dy y / b. */
  div: op<Binary>({
    id: 'div',
    about: 'the quotient',
    infer: broadcasting('div'),
    gradient: (g, [a, b], [y]) => {
      const da = div(g, b);
      return [sumTo(da, y, a), neg(sumTo(mul(da, y), y, b))];
    },
    encode: onnx('Div'),
    pointwise: true,
  }),

  /** y = a^b. da = dy b a^(b - 1), db = dy y ln a. */
  pow: op<Binary>({
    id: 'pow',
    about: 'a to the power of b',
    infer: broadcasting('pow', REAL),
    gradient: (g, [a, b], [y]) => [sumTo(mul(g, mul(b, pow(a, sub(b, 1)))), y, a), sumTo(mul(g, mul(y, log(a))), y, b)],
    encode: onnx('Pow'),
    pointwise: true,
  }),

  /** y = -x. dx = -dy. */
  neg: op<Unary>({
    id: 'neg',
    about: 'the negative',
    infer: ([x]) => {
      requireType('neg', x, NUMBER);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    gradient: (g) => [neg(g)],
    encode: onnx('Neg'),
    pointwise: true,
  }),

  /** y = e^x. dx = dy y. */
  exp: op<Unary>({
    id: 'exp',
    about: 'the exponential',
    infer: likeReal('exp'),
    gradient: (g, _, [y]) => [mul(g, y)],
    encode: onnx('Exp'),
    pointwise: true,
  }),

  /** y = ln x. dx = dy / x. */
  log: op<Unary>({
    id: 'log',
    about: 'the natural logarithm',
    infer: likeReal('log'),
    gradient: (g, [x]) => [div(g, x)],
    encode: onnx('Log'),
    pointwise: true,
  }),

  /** y = sqrt(x). dx = dy / (2 y). */
  sqrt: op<Unary>({
    id: 'sqrt',
    about: 'the square root',
    infer: likeReal('sqrt'),
    gradient: (g, _, [y]) => [div(mul(g, 0.5), y)],
    encode: onnx('Sqrt'),
    pointwise: true,
  }),

  /** y = x^2. dx = 2 dy x. */
  square: op<Unary>({
    id: 'square',
    about: 'the square',
    infer: likeReal('square'),
    gradient: (g, [x]) => [mul(mul(g, 2), x)],
    encode: ([x], outputs) => [{ type: 'Mul', inputs: [x, x], outputs }],
    pointwise: true,
  }),

  /** y = |x|. dx = dy sign(x), and 0 at x = 0. */
  abs: op<Unary>({
    id: 'abs',
    about: 'the absolute value',
    infer: likeReal('abs'),
    gradient: (g, [x]) => [mul(g, sign(x))],
    encode: onnx('Abs'),
    pointwise: true,
  }),

  sign: op<Unary>({
    id: 'sign',
    about: '-1, 0 or 1',
    infer: likeReal('sign'),
    gradient: { none: 'constant but for one jump, so the derivative is zero wherever it exists' },
    encode: onnx('Sign'),
    pointwise: true,
  }),

  floor: op<Unary>({
    id: 'floor',
    about: 'the greatest whole number that is not above',
    infer: likeReal('floor'),
    gradient: { none: 'constant between whole numbers, so the derivative is zero wherever it exists' },
    encode: onnx('Floor'),
    pointwise: true,
  }),

  /** y = 1 / x. dx = -dy y^2. */
  reciprocal: op<Unary>({
    id: 'reciprocal',
    about: 'one over the value',
    infer: likeReal('reciprocal'),
    gradient: (g, _, [y]) => [neg(mul(g, square(y)))],
    encode: onnx('Reciprocal'),
    pointwise: true,
  }),

  /** y = sin x. dx = dy cos x. */
  sin: op<Unary>({
    id: 'sin',
    about: 'the sine',
    infer: likeReal('sin'),
    gradient: (g, [x]) => [mul(g, cos(x))],
    encode: onnx('Sin'),
    pointwise: true,
  }),

  /** y = cos x. dx = -dy sin x. */
  cos: op<Unary>({
    id: 'cos',
    about: 'the cosine',
    infer: likeReal('cos'),
    gradient: (g, [x]) => [neg(mul(g, sin(x)))],
    encode: onnx('Cos'),
    pointwise: true,
  }),

  /** y = 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. dx = dy 2/sqrt(pi) e^(-x^2). */
  erf: op<Unary>({
    id: 'erf',
    about: 'the error function',
    infer: likeReal('erf'),
    gradient: (g, [x]) => [mul(mul(g, 2 / Math.sqrt(Math.PI)), exp(neg(square(x))))],
    encode: onnx('Erf'),
    pointwise: true,
  }),
};

/** a + b, broadcasting; a number takes the other operand's type. */
export function add(a: Operand, b: Operand): Value {
  const [p, q] = operands('add', a, b);
  if (isNeutral(q, 0, p)) return p;
  if (isNeutral(p, 0, q)) return q;
  return fold(p, q, (x, y) => x + y) ?? apply(elementwise.add, [p, q], {})[0];
}

/** a - b, broadcasting; a number takes the other operand's type. */
export function sub(a: Operand, b: Operand): Value {
  const [p, q] = operands('sub', a, b);
  if (isNeutral(q, 0, p)) return p;
  return fold(p, q, (x, y) => x - y) ?? apply(elementwise.sub, [p, q], {})[0];
}

/** a / b, broadcasting; a number takes the other operand's type. Division by a number is multiplication by its inverse. */
export function div(a: Operand, b: Operand): Value {
  const [p, q] = operands('div', a, b);
  const divisor = numberOf(q);
  if (divisor !== null && divisor !== 0 && REAL.includes(q.dtype)) return mul(p, 1 / divisor);
  if (numberOf(p) === 1 && p.dtype === q.dtype && REAL.includes(q.dtype)) return reciprocal(q);
  return apply(elementwise.div, [p, q], {})[0];
}

/** a^b, broadcasting; a number takes the other operand's type. */
export function pow(a: Operand, b: Operand): Value {
  const [p, q] = operands('pow', a, b);
  const exponent = numberOf(q);
  if (exponent === 1) return p;
  if (exponent === 2) return square(p);
  if (exponent === 0.5) return sqrt(p);
  if (exponent === -1) return reciprocal(p);
  return apply(elementwise.pow, [p, q], {})[0];
}

/** -x. */
export function neg(x: Value): Value {
  const constant = numberOf(x);
  if (constant !== null) return x.graph.constant([-constant], [], x.dtype);
  const inner = x.node?.op === 'neg' ? x.node.inputs[0] : undefined;
  const scaled = x.node?.op === 'mul' && x.node.inputs.some((input) => numberOf(input) !== null);
  return inner ?? (scaled ? mul(x, -1) : apply1(elementwise.neg, x));
}

/** e^x. */
export const exp = (x: Value): Value => apply1(elementwise.exp, x);
/** The natural logarithm of x. */
export const log = (x: Value): Value => apply1(elementwise.log, x);
/** The square root of x. */
export const sqrt = (x: Value): Value => apply1(elementwise.sqrt, x);
/** x^2. */
export const square = (x: Value): Value => apply1(elementwise.square, x);
/** |x|; the derivative at 0 is 0. */
export const abs = (x: Value): Value => apply1(elementwise.abs, x);
/** -1, 0 or 1; no gradient flows through. */
export const sign = (x: Value): Value => apply1(elementwise.sign, x);
/** The greatest whole number that is not above x; no gradient flows through. */
export const floor = (x: Value): Value => apply1(elementwise.floor, x);
/** 1 / x. */
export const reciprocal = (x: Value): Value => apply1(elementwise.reciprocal, x);
/** The sine of x radians. */
export const sin = (x: Value): Value => apply1(elementwise.sin, x);
/** The cosine of x radians. */
export const cos = (x: Value): Value => apply1(elementwise.cos, x);
/** The error function; float32 only (the engine has no float64 kernel). */
export const erf = (x: Value): Value => apply1(elementwise.erf, x);

/** The result for two numbers, which needs no node. */
function fold(a: Value, b: Value, rule: (a: number, b: number) => number): Value | null {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x === null || y === null || a.dtype !== b.dtype) return null;
  return a.graph.constant([rule(x, y)], [], a.dtype);
}
