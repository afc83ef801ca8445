// Activations, element by element, each with its derivative.
// Source of the definitions: https://onnx.ai/onnx/operators/

import type { Value } from '../graph/graph.ts';
import { greater, where } from './comparison.ts';
import { mul } from './core.ts';
import { add, erf, exp, square, sub } from './elementwise.ts';
import { apply, apply1, likeReal, onnx, op, type Plain, type Unary } from './op.ts';

/** Constants of SELU: fixed points of mean 0 and variance 1 (Klambauer et al. 2017, arXiv:1706.02515). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

type Alpha = { readonly alpha: number };
const alphaAttribute = ({ alpha }: Alpha) => ({ alpha: { float: alpha } });

export const activations = {
  /** y = max(x, 0). dx = dy where y > 0, and 0 at x = 0. */
  relu: op<Unary>({
    id: 'relu',
    about: 'the positive part',
    infer: likeReal('relu'),
    gradient: (g, _, [y]) => [where(greater(y, 0), g, 0)],
    encode: onnx('Relu'),
  }),

  /** y = x where x >= 0, else alpha x. dx = dy where x >= 0, else alpha dy. */
  leakyRelu: op<Unary, Alpha>({
    id: 'leakyRelu',
    about: 'the positive part, and a share of the negative part',
    infer: likeReal('leakyRelu'),
    gradient: (g, [x], _, { alpha }) => [where(greater(x, 0), g, mul(g, alpha))],
    encode: onnx('LeakyRelu', alphaAttribute),
  }),

  /** y = x where x > 0, else alpha (e^x - 1). dx = dy where x > 0, else dy (y + alpha). */
  elu: op<Unary, Alpha>({
    id: 'elu',
    about: 'the positive part, and an exponential below zero',
    infer: likeReal('elu'),
    gradient: (g, _, [y], { alpha }) => [mul(g, where(greater(y, 0), 1, add(y, alpha)))],
    encode: onnx('Elu', alphaAttribute),
  }),

  /** y = s x where x > 0, else s a (e^x - 1). dx = s dy where x > 0, else dy (y + s a). arXiv:1706.02515 */
  selu: op<Unary>({
    id: 'selu',
    about: 'the self-normalizing exponential unit',
    infer: likeReal('selu'),
    gradient: (g, _, [y]) => [mul(g, where(greater(y, 0), SELU_SCALE, add(y, SELU_SCALE * SELU_ALPHA)))],
    encode: onnx('Selu', () => ({ alpha: { float: SELU_ALPHA }, gamma: { float: SELU_SCALE } })),
  }),

  /** y = x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2. dx = dy (P(x) + x e^(-x^2/2) / sqrt(2 pi)). arXiv:1606.08415 */
  gelu: op<Unary>({
    id: 'gelu',
    about: 'the value times the probability that a standard normal number is below it',
    infer: likeReal('gelu'),
    gradient: (g, [x]) => {
      const cumulative = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5);
      const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [mul(g, add(cumulative, mul(x, density)))];
    },
    encode: onnx('Gelu'),
  }),

  /** y = tanh x. dx = dy (1 - y^2). */
  tanh: op<Unary>({
    id: 'tanh',
    about: 'the hyperbolic tangent',
    infer: likeReal('tanh'),
    gradient: (g, _, [y]) => [mul(g, sub(1, square(y)))],
    encode: onnx('Tanh'),
  }),

  /** y = 1 / (1 + e^-x). dx = dy y (1 - y). */
  sigmoid: op<Unary>({
    id: 'sigmoid',
    about: 'the logistic function',
    infer: likeReal('sigmoid'),
    gradient: (g, _, [y]) => [mul(g, sub(y, square(y)))],
    encode: onnx('Sigmoid'),
  }),

  /** y = ln(1 + e^x). dx = dy / (1 + e^-x). */
  softplus: op<Unary>({
    id: 'softplus',
    about: 'the smooth positive part',
    infer: likeReal('softplus'),
    gradient: (g, [x]) => [mul(g, sigmoid(x))],
    encode: onnx('Softplus'),
  }),

  /** y = x s, s = 1 / (1 + e^-x). dx = dy (s + y (1 - s)). Outputs: y, s. arXiv:1702.03118 */
  silu: op<Unary, Plain, readonly [Value, Value]>({
    id: 'silu',
    about: 'the value times its logistic function',
    internalOutputs: true,
    infer: ([x]) => {
      const [type] = likeReal('silu')([x]);
      return [type, type];
    },
    gradient: (g, _, [y, s]) => [mul(g, add(s, sub(y, mul(y, s))))],
    encode: ([x], [y, s]) => [
      { type: 'Sigmoid', inputs: [x], outputs: [s] },
      { type: 'Mul', inputs: [x, s], outputs: [y] },
    ],
  }),

  /** y = x t, t = tanh(ln(1 + e^x)). dx = dy (t + x (1 - t^2) / (1 + e^-x)). Outputs: y, t. arXiv:1908.08681 */
  mish: op<Unary, Plain, readonly [Value, Value]>({
    id: 'mish',
    about: 'the value times the hyperbolic tangent of its softplus',
    internalOutputs: true,
    infer: ([x]) => {
      const [type] = likeReal('mish')([x]);
      return [type, type];
    },
    gradient: (g, [x], [y, t]) => [mul(g, add(t, mul(sigmoid(x), sub(x, mul(y, t)))))],
    encode: ([x], [y, t]) => [
      { type: 'Softplus', inputs: [x], outputs: ['softplus'] },
      { type: 'Tanh', inputs: ['softplus'], outputs: [t] },
      { type: 'Mul', inputs: [x, t], outputs: [y] },
    ],
  }),
};

/** The positive part; the derivative at 0 is 0. */
export const relu = (x: Value): Value => apply1(activations.relu, x);
/** x above 0, alpha x (0.01 by default) below. */
export const leakyRelu = (x: Value, alpha = 0.01): Value => apply(activations.leakyRelu, [x], { alpha })[0];
/** x above 0, alpha (e^x - 1) below; alpha is 1 by default. */
export const elu = (x: Value, alpha = 1): Value => apply(activations.elu, [x], { alpha })[0];
/** The self-normalizing exponential unit (arXiv:1706.02515). */
export const selu = (x: Value): Value => apply1(activations.selu, x);
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
