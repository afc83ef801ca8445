// In: an initializer's id from the plan. Out: a function that draws the weights of one matrix [in, out].
// Fan-in and fan-out are its sizes in dense layers; biases start at zero with all of them.

import type { InitializerId } from '../activations.ts';
import { drawConstant, drawNormal, drawUniform, type Initializer } from './initializer.ts';
import { drawOrthogonal } from './orthogonal.ts';

export type { Draw, Initializer } from './initializer.ts';

/** All initializers, closed by the plan's type. */
export const initializers: { readonly [K in InitializerId]: Initializer<K> } = {
  'he-normal': {
    id: 'he-normal',
    about: 'Normal with variance gain^2 / in, which is 2 / in for ReLU. He et al., 2015.',
    scaledOnSample: false,
    draw: (draw) => drawNormal(draw, draw.gain / Math.sqrt(draw.fanIn)),
  },
  'he-uniform': {
    id: 'he-uniform',
    about: 'Uniform with variance gain^2 / in, which is 2 / in for ReLU. He et al., 2015.',
    scaledOnSample: false,
    draw: (draw) => drawUniform(draw, draw.gain / Math.sqrt(draw.fanIn)),
  },
  'glorot-normal': {
    id: 'glorot-normal',
    about: 'Normal with variance 2 / (in + out): a compromise of both directions. Glorot and Bengio, 2010.',
    scaledOnSample: false,
    draw: (draw) => drawNormal(draw, Math.sqrt(2 / (draw.fanIn + draw.fanOut))),
  },
  'glorot-uniform': {
    id: 'glorot-uniform',
    about: 'Uniform with variance 2 / (in + out). Glorot and Bengio, 2010.',
    scaledOnSample: false,
    draw: (draw) => drawUniform(draw, Math.sqrt(2 / (draw.fanIn + draw.fanOut))),
  },
  'lecun-normal': {
    id: 'lecun-normal',
    about: 'Normal with variance 1 / in, made for SELU and for tanh scaled to it. LeCun et al., 1998.',
    scaledOnSample: false,
    draw: (draw) => drawNormal(draw, 1 / Math.sqrt(draw.fanIn)),
  },
  'lecun-uniform': {
    id: 'lecun-uniform',
    about: 'Uniform with variance 1 / in. LeCun et al., 1998.',
    scaledOnSample: false,
    draw: (draw) => drawUniform(draw, 1 / Math.sqrt(draw.fanIn)),
  },
  orthogonal: {
    id: 'orthogonal',
    about: 'A random orthogonal matrix times the gain. Saxe et al., 2014.',
    scaledOnSample: false,
    draw: drawOrthogonal,
  },
  'data-driven': {
    id: 'data-driven',
    about: 'Orthogonal, then scaled so that outputs on training rows have variance 1 (LSUV). Mishkin and Matas, 2016.',
    scaledOnSample: true,
    draw: (draw) => drawOrthogonal({ ...draw, gain: 1 }),
  },
  zeros: {
    id: 'zeros',
    about: 'All weights 0: no gradient reaches any hidden layer. It exists to show what goes wrong.',
    scaledOnSample: false,
    draw: (draw) => drawConstant(draw, 0),
  },
  constant: {
    id: 'constant',
    about: 'All weights 1 / in: all units of a layer stay the same unit. It exists to show what goes wrong.',
    scaledOnSample: false,
    draw: (draw) => drawConstant(draw, 1 / draw.fanIn),
  },
  'plain-normal': {
    id: 'plain-normal',
    about: 'N(0, 1) whatever the width: signals and gradients explode. It exists to show what goes wrong.',
    scaledOnSample: false,
    draw: (draw) => drawNormal(draw, 1),
  },
};
