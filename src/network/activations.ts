// In: an activation's id. Out: its graph, its plain function, and the gain that keeps a signal's variance.

import { elu, gelu, leakyRelu, mish, relu, selu, sigmoid, silu, tanh, type Value } from '../engine/index.ts';
import type { NetworkPlan } from '../plan/plan.ts';
import { normalDistribution } from './erf.ts';

/** The id of an activation, as in a plan. */
export type ActivationId = NetworkPlan['activation'];
/** The id of an initializer, as in a plan. */
export type InitializerId = NetworkPlan['initializer'];

/** One activation function. */
export interface Activation<Id extends string> {
  readonly id: Id;
  /** One sentence for people, with its source. */
  readonly about: string;
  /** 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1): weights of variance gain^2 / fan-in keep the signal's second moment. */
  readonly gain: number;
  /** Whether a greater x never gives a smaller value, so that it may as well come after max pooling. */
  readonly monotone: boolean;
  /** The initializer that fits it. */
  readonly initializer: InitializerId;
  /** Adds it to a graph; any shape. */
  apply(x: Value): Value;
  /** The same function of one number. */
  value(x: number): number;
}

/** Slope of LeakyReLU below zero, PyTorch's default. */
export const leakySlope = 0.01;

/** SELU's two constants (Klambauer et al., 2017). */
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** All activations, closed by the plan's type. */
export const activations: { readonly [K in ActivationId]: Activation<K> } = {
  relu: {
    id: 'relu',
    about: 'max(x, 0); units can die. Nair and Hinton, 2010.',
    gain: Math.SQRT2,
    monotone: true,
    initializer: 'he-normal',
    apply: relu,
    value: (x) => Math.max(x, 0),
  },
  'leaky-relu': {
    id: 'leaky-relu',
    about: `x, or ${leakySlope} x below zero, so that no unit dies. Maas et al., 2013.`,
    gain: Math.sqrt(2 / (1 + leakySlope ** 2)),
    monotone: true,
    initializer: 'he-normal',
    apply: (x) => leakyRelu(x, leakySlope),
    value: (x) => (x > 0 ? x : leakySlope * x),
  },
  elu: {
    id: 'elu',
    about: 'x, or exp(x) - 1 below zero. Clevert et al., 2016.',
    gain: 1.2451983,
    monotone: true,
    initializer: 'he-normal',
    apply: (x) => elu(x),
    value: (x) => (x > 0 ? x : Math.expm1(x)),
  },
  selu: {
    id: 'selu',
    about: 'A scaled ELU that pulls mean and variance of a layer to 0 and 1. Klambauer et al., 2017.',
    gain: 1,
    monotone: true,
    initializer: 'lecun-normal',
    apply: selu,
    value: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
  },
  gelu: {
    id: 'gelu',
    about: 'x times the normal distribution function of x. Hendrycks and Gimpel, 2016.',
    gain: 1.5335304,
    monotone: false,
    initializer: 'he-normal',
    apply: gelu,
    value: (x) => x * normalDistribution(x),
  },
  silu: {
    id: 'silu',
    about: 'x sigmoid(x), also called swish. Elfwing et al., 2018.',
    gain: 1.6765325,
    monotone: false,
    initializer: 'he-normal',
    apply: silu,
    value: (x) => x * logistic(x),
  },
  mish: {
    id: 'mish',
    about: 'x tanh(softplus(x)). Misra, 2020.',
    gain: 1.4868476,
    monotone: false,
    initializer: 'he-normal',
    apply: mish,
    value: (x) => x * Math.tanh(softplus(x)),
  },
  tanh: {
    id: 'tanh',
    about: 'The hyperbolic tangent; saturates at -1 and 1. LeCun et al., 1998.',
    gain: 1.5925374,
    monotone: true,
    initializer: 'glorot-normal',
    apply: tanh,
    value: Math.tanh,
  },
  sigmoid: {
    id: 'sigmoid',
    about: '1 / (1 + exp(-x)); saturates at 0 and 1 and is not centred, so deep stacks of it learn slowly.',
    gain: 1.8462285,
    monotone: true,
    initializer: 'glorot-normal',
    apply: sigmoid,
    value: logistic,
  },
  linear: {
    id: 'linear',
    about: 'x: a network of it is one linear map, however deep.',
    gain: 1,
    monotone: true,
    initializer: 'glorot-normal',
    apply: (x) => x,
    value: (x) => x,
  },
};

/** The initializer that fits an activation: He for rectifiers, LeCun for SELU, Glorot for the symmetric ones. */
export function matchedInitializer(activation: ActivationId): InitializerId {
  return activations[activation].initializer;
}
