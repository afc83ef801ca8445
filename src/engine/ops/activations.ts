// Activations, element by element, each with its derivative.
// Source of the definitions: https://onnx.ai/onnx/operators/

import type { Value } from '../graph/graph.ts';
import { cast, clip, greater, where } from './comparison.ts';
import { mul } from './core.ts';
import { add, erf, exp, square, sub } from './elementwise.ts';
import {
  apply,
  apply1,
  type Binary,
  castTo,
  likeReal,
  type OnnxNode,
  onnx,
  op,
  type Plain,
  scalarLiteral,
  type Unary,
  type ValueType,
} from './op.ts';
import type { OpName } from './op-name.ts';

/** Constants of SELU: fixed points of mean 0 and variance 1 (Klambauer et al. 2017, arXiv:1706.02515). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Exponents end here: e^-50 = 2e-22 is nothing beside 1 in either precision, and keeps out of the numbers below 1e-38,
 * which processors multiply a hundred times slower. */
const LOWEST = -50;

type Alpha = { readonly alpha: number };

/** The activations by name. */
export const activations = {
  /** y = max(x, 0). dx = dy where y > 0, and 0 at x = 0. */
  relu: op<Unary>({
    id: 'relu',
    about: 'the positive part',
    pointwise: true,
    infer: likeReal('relu'),
    // A product with 0 and 1 is faster than Where.
    gradient: (g, _, [y]) => [mul(g, positive(y))],
    encode: onnx('Relu'),
  }),

  /** y = 1 where x > 0, else 0. */
  positive: op<Unary>({
    id: 'positive',
    about: 'one for numbers above zero, zero for all others',
    infer: likeReal('positive'),
    gradient: { none: 'the result is constant between its jumps' },
    encode: ([x], outputs) => [
      { type: 'Greater', inputs: [x, scalarLiteral(0, x.dtype)], outputs: ['above'] },
      { type: 'Cast', inputs: ['above'], outputs, attributes: castTo(x.dtype) },
    ],
    pointwise: true,
  }),

  /** y = x where x >= 0, else alpha x. dx = dy where x >= 0, else alpha dy. */
  leakyRelu: op<Unary, Alpha>({
    id: 'leakyRelu',
    about: 'the positive part, and a share of the negative part',
    pointwise: true,
    infer: likeReal('leakyRelu'),
    gradient: (g, [x], _, { alpha }) => [where(greater(x, 0), g, mul(g, alpha))],
    // There is no float64 kernel.
    encode: ([x], [y], { alpha }) =>
      x.dtype === 'float32'
        ? [{ type: 'LeakyRelu', inputs: [x], outputs: [y], attributes: { alpha: { float: alpha } } }]
        : [
            { type: 'Mul', inputs: [x, scalarLiteral(alpha, x.dtype)], outputs: ['sloped'] },
            { type: 'Greater', inputs: [x, scalarLiteral(0, x.dtype)], outputs: ['positive'] },
            { type: 'Where', inputs: ['positive', x, 'sloped'], outputs: [y] },
          ],
  }),

  /** y = max(x, 0) + e - alpha, e = alpha e^min(x, 0). dx = dy e where x <= 0, else dy = dy (e + 1 - alpha).
   * Outputs: y, e. arXiv:1511.07289. Written out, since the engine's Elu is three times slower. */
  elu: op<Unary, Alpha, Binary>({
    id: 'elu',
    about: 'the positive part, and an exponential below zero',
    pointwise: true,
    internalOutputs: true,
    infer: twice('elu'),
    gradient: (g, [x], [, e], { alpha }) => [mul(g, withStep(e, x, 1 - alpha))],
    encode: ([x], outputs, { alpha }) => encodeExponential(x, outputs, alpha, 1),
  }),

  /** y = s max(x, 0) + e - s a, e = s a e^min(x, 0). dx = dy e where x <= 0, else dy s = dy (e + s - s a).
   * Outputs: y, e. arXiv:1706.02515. Written out, since the engine's Selu is twice as slow. */
  selu: op<Unary, Plain, Binary>({
    id: 'selu',
    about: 'the self-normalizing exponential unit',
    pointwise: true,
    internalOutputs: true,
    infer: twice('selu'),
    gradient: (g, [x], [, e]) => [mul(g, withStep(e, x, SELU_SCALE - SELU_SCALE * SELU_ALPHA))],
    encode: ([x], outputs) => encodeExponential(x, outputs, SELU_SCALE * SELU_ALPHA, SELU_SCALE),
  }),

  /** y = x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2. dx = dy (P(x) + x e^(-x^2/2) / sqrt(2 pi)). arXiv:1606.08415 */
  gelu: op<Unary>({
    id: 'gelu',
    about: 'the value times the probability that a standard normal number is below it',
    pointwise: true,
    infer: likeReal('gelu'),
    gradient: (g, [x]) => {
      const cumulative = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
      const density = mul(exp(clip(mul(square(x), -0.5), LOWEST, null)), 1 / Math.sqrt(2 * Math.PI));
      return [mul(g, add(cumulative, mul(x, density)))];
    },
    encode: onnx('Gelu'),
  }),

  /** y = tanh x. dx = dy (1 - y^2). */
  tanh: op<Unary>({
    id: 'tanh',
    about: 'the hyperbolic tangent',
    pointwise: true,
    infer: likeReal('tanh'),
    gradient: (g, _, [y]) => [mul(g, sub(1, square(y)))],
    encode: onnx('Tanh'),
  }),

  /** y = 1 / (1 + e^-x). dx = dy y (1 - y). */
  sigmoid: op<Unary>({
    id: 'sigmoid',
    about: 'the logistic function',
    pointwise: true,
    infer: likeReal('sigmoid'),
    gradient: (g, _, [y]) => [mul(g, sub(y, square(y)))],
    encode: onnx('Sigmoid'),
  }),

  /** y = ln(1 + e^x). dx = dy / (1 + e^-x). */
  softplus: op<Unary>({
    id: 'softplus',
    about: 'the smooth positive part',
    pointwise: true,
    infer: likeReal('softplus'),
    gradient: (g, [x]) => [mul(g, sigmoid(x))],
    // max(x, 0) + ln(1 + e^-|x|), since the engine's Softplus is five times slower.
    encode: ([x], [y]) => [
      { type: 'Abs', inputs: [x], outputs: ['size'] },
      { type: 'Neg', inputs: ['size'], outputs: ['negative'] },
      { type: 'Exp', inputs: ['negative'], outputs: ['exp'] },
      { type: 'Add', inputs: ['exp', scalarLiteral(1, x.dtype)], outputs: ['shifted'] },
      { type: 'Log', inputs: ['shifted'], outputs: ['log'] },
      { type: 'Relu', inputs: [x], outputs: ['positive'] },
      { type: 'Add', inputs: ['positive', 'log'], outputs: [y] },
    ],
  }),

  /** y = x s, s = 1 / (1 + e^-x). dx = dy (s + y (1 - s)). Outputs: y, s. arXiv:1702.03118 */
  silu: op<Unary, Plain, Binary>({
    id: 'silu',
    about: 'the value times its logistic function',
    pointwise: true,
    internalOutputs: true,
    infer: twice('silu'),
    gradient: (g, _, [y, s]) => [mul(g, add(s, sub(y, mul(y, s))))],
    encode: ([x], [y, s]) => [
      { type: 'Sigmoid', inputs: [x], outputs: [s] },
      { type: 'Mul', inputs: [x, s], outputs: [y] },
    ],
  }),

  /** y = x t, t = tanh(ln(1 + e^x)). dx = dy (t + x (1 - t^2) / (1 + e^-x)). Outputs: y, t. arXiv:1908.08681 */
  mish: op<Unary, Plain, Binary>({
    id: 'mish',
    about: 'the value times the hyperbolic tangent of its softplus',
    pointwise: true,
    internalOutputs: true,
    infer: twice('mish'),
    gradient: (g, [x], [y, t]) => [mul(g, add(t, mul(sigmoid(x), sub(x, mul(y, t)))))],
    // t = n / (n + 2), n = e^x (e^x + 2); beyond x = 20 it is 1 in either precision. Ten times faster than by softplus.
    encode: ([x], [y, t]) => [
      { type: 'Clip', inputs: [x, scalarLiteral(LOWEST, x.dtype), scalarLiteral(20, x.dtype)], outputs: ['clipped'] },
      { type: 'Exp', inputs: ['clipped'], outputs: ['exp'] },
      { type: 'Add', inputs: ['exp', scalarLiteral(2, x.dtype)], outputs: ['shifted'] },
      { type: 'Mul', inputs: ['exp', 'shifted'], outputs: ['n'] },
      { type: 'Add', inputs: ['n', scalarLiteral(2, x.dtype)], outputs: ['n2'] },
      { type: 'Div', inputs: ['n', 'n2'], outputs: [t] },
      { type: 'Mul', inputs: [x, t], outputs: [y] },
    ],
  }),
};

/** The positive part; the derivative at 0 is 0. */
export const relu = (x: Value): Value => apply1(activations.relu, x);
/** 1 where x is above 0, else 0; without gradient. */
export const positive = (x: Value): Value => apply1(activations.positive, x);
/** x above 0, alpha x (0.01 by default) below. */
export const leakyRelu = (x: Value, alpha = 0.01): Value => apply(activations.leakyRelu, [x], { alpha })[0];
/** x above 0, alpha (e^x - 1) below; alpha is 1 by default. */
export const elu = (x: Value, alpha = 1): Value => apply(activations.elu, [x], { alpha })[0];
/** The self-normalizing exponential unit (arXiv:1706.02515). */
export const selu = (x: Value): Value => apply(activations.selu, [x], {})[0];
/** The exact (erf) Gaussian error linear unit (arXiv:1606.08415); float32 only in the gradient. */
export const gelu = (x: Value): Value => apply1(activations.gelu, x);
/** The hyperbolic tangent. */
export const tanh = (x: Value): Value => apply1(activations.tanh, x);
/** 1 / (1 + e^-x). */
export const sigmoid = (x: Value): Value => apply1(activations.sigmoid, x);
/** ln(1 + e^x). */
export const softplus = (x: Value): Value => apply1(activations.softplus, x);
/** x / (1 + e^-x) (arXiv:1702.03118). */
export const silu = (x: Value): Value => apply(activations.silu, [x], {})[0];
/** x tanh(ln(1 + e^x)) (arXiv:1908.08681). */
export const mish = (x: Value): Value => apply(activations.mish, [x], {})[0];

/** The type rule of ops with a second output like the first. */
function twice(id: OpName): (inputs: Unary) => readonly [ValueType, ValueType] {
  return (inputs) => {
    const [type] = likeReal(id)(inputs);
    return [type, type];
  };
}

/** e, plus `step` where x > 0. */
function withStep(e: Value, x: Value, step: number): Value {
  return step === 0 ? e : add(e, mul(cast(greater(x, 0), x.dtype), step));
}

/** y = slope max(x, 0) + e - height, e = height e^min(x, 0). */
function encodeExponential(x: Value, [y, e]: Binary, height: number, slope: number): readonly OnnxNode[] {
  const number = (value: number) => scalarLiteral(value, x.dtype);
  return [
    { type: 'Clip', inputs: [x, number(LOWEST), number(0)], outputs: ['negative'] },
    { type: 'Exp', inputs: ['negative'], outputs: [height === 1 ? e : 'exp'] },
    ...(height === 1 ? [] : [{ type: 'Mul', inputs: ['exp', number(height)], outputs: [e] }]),
    { type: 'Relu', inputs: [x], outputs: ['positive'] },
    ...(slope === 1 ? [] : [{ type: 'Mul', inputs: ['positive', number(slope)], outputs: ['sloped'] }]),
    { type: 'Sub', inputs: [e, number(height)], outputs: ['below'] },
    { type: 'Add', inputs: [slope === 1 ? 'positive' : 'sloped', 'below'], outputs: [y] },
  ];
}
