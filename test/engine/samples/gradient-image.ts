// Inputs at which the gradients of the ops on images are checked. Convolutions are linear in each input, so float32 with
// its tolerance finds any wrong term; convolution.test.ts compares them with plain loops beside.

import {
  averagePool,
  batchNormalizationImages,
  type ConvolutionOptions,
  channelBlend,
  channelProducts,
  convolution,
  convolutionTranspose,
  gradients,
  maxPool,
  mul,
  reduceSum,
  resize,
  square,
  type Value,
} from '../../../src/engine/index.ts';
import { apart, type GradientSample, given, input, single } from './gradient-sample.ts';

type Size = readonly [number, number, number, number];

const convolved = (x: Size, w: Size, options: ConvolutionOptions = {}): readonly GradientSample[] =>
  single([
    {
      inputs: [input(x), input(w), input([w[0]])],
      build: (x, w, b) => square(convolution(x as Value, w as Value, b as Value, options)),
    },
  ]);
const transposed = (x: Size, w: Size, options: Parameters<typeof convolutionTranspose>[3] = {}) =>
  single([
    {
      inputs: [input(x), input(w), input([w[1] * (options.groups ?? 1)])],
      build: (x, w, b) => square(convolutionTranspose(x as Value, w as Value, b as Value, options)),
    },
  ]);
/** The weight gradient as a function: that of a sum of products. */
const weightGradient = (x: Value, v: Value, kernel: Size, options: ConvolutionOptions = {}): Value => {
  const w = x.graph.constant(new Float32Array(kernel.reduce((n, size) => n * size, 1)), kernel);
  return gradients(reduceSum(mul(convolution(x, w, undefined, options), v)), [w])[0] as Value;
};

/** By op. */
export const imageGradients = {
  batchNormalizationImages: [
    {
      inputs: [input([3, 2, 2, 3]), input([2]), input([2])],
      build: (x, s, b) => square(batchNormalizationImages(x as Value, s as Value, b as Value).y),
    },
    {
      inputs: [input([1, 3, 4, 5]), input([3]), input([3])],
      build: (x, s, b) => batchNormalizationImages(x as Value, s as Value, b as Value, 0.1).y,
    },
  ],
  channelProducts: [
    {
      inputs: [input([3, 2, 2, 3]), input([3, 2, 2, 3])],
      build: (x, y) => square(channelProducts(x as Value, y as Value)),
    },
    { inputs: [input([3, 2, 2, 3])], build: (x) => channelProducts(x as Value, x as Value) },
  ],
  channelBlend: [
    {
      inputs: [input([2, 3, 2, 3]), input([3]), input([2, 3, 2, 3]), input([3]), input([3])],
      build: (x, a, y, b, d) => square(channelBlend(x as Value, a as Value, y as Value, b as Value, d as Value)),
    },
  ],
  convolution: [
    ...convolved([2, 2, 4, 3], [3, 2, 3, 3], { padding: 1 }),
    ...convolved([2, 9, 4, 4], [2, 9, 2, 2]),
    ...convolved([2, 3, 5, 5], [2, 3, 1, 1], { stride: 2 }),
    ...convolved([2, 4, 6, 5], [4, 1, 3, 3], { padding: 1, groups: 4, stride: 2 }),
    ...convolved([1, 4, 5, 5], [2, 2, 3, 3], { padding: [2, 0, 1, 2], groups: 2, dilation: [2, 1] }),
  ],
  convolutionTranspose: [
    ...transposed([2, 3, 3, 2], [3, 2, 3, 3], { padding: 1, stride: 2, outputPadding: 1 }),
    ...transposed([2, 2, 4, 3], [2, 3, 3, 3], { padding: 1 }),
    ...transposed([1, 4, 3, 3], [4, 1, 3, 3], { groups: 2, dilation: 2 }),
  ],
  convolutionWeights: single([
    {
      inputs: [input([2, 2, 4, 4]), input([2, 3, 4, 4])],
      build: (x, v) => square(weightGradient(x as Value, v as Value, [3, 2, 3, 3], { padding: 1 })),
    },
    {
      inputs: [input([2, 2, 5, 5]), input([2, 4, 2, 2])],
      build: (x, v) => square(weightGradient(x as Value, v as Value, [4, 1, 3, 3], { stride: 2, groups: 2 })),
    },
  ]),
  maxPool: [
    { inputs: [given([1, 2, 4, 4], apart(32))], build: (x) => square(maxPool(x as Value, 2)) },
    {
      inputs: [given([2, 1, 5, 4], apart(40))],
      build: (x) => square(maxPool(x as Value, 3, { stride: 2, padding: 1 })),
    },
    { inputs: [given([1, 1, 6, 6], apart(36))], build: (x) => maxPool(x as Value, 2, { dilation: 2, stride: [1, 3] }) },
    ...single([
      { inputs: [given([1, 2, 4, 4], apart(32))], build: (x) => square(maxPool(x as Value, 2)), step: 1e-2 },
      {
        inputs: [given([1, 2, 5, 7], apart(70))],
        build: (x) => maxPool(x as Value, [2, 3], { padding: 1 }),
        step: 1e-2,
      },
    ]),
  ],
  maxUnpool: [
    {
      inputs: [given([1, 2, 4, 4], apart(32))],
      build: (x) => square(gradients(reduceSum(square(maxPool(x as Value, 2))), [x as Value])[0] as Value),
    },
  ],
  repeat: [
    { inputs: [input([2, 2, 3, 2])], build: (x) => square(resize(x as Value, [6, 6])) },
    { inputs: [input([2, 1, 2, 3])], build: (x) => square(resize(x as Value, [2, 9])), real: 'float32' },
  ],
  averagePool: single([
    { inputs: [input([2, 3, 4, 6])], build: (x) => square(averagePool(x as Value, [2, 3])) },
    { inputs: [input([2, 3, 5, 5])], build: (x) => square(averagePool(x as Value, 2)) },
    { inputs: [input([1, 2, 5, 6])], build: (x) => square(averagePool(x as Value, 3, { stride: 2, padding: 1 })) },
    {
      inputs: [input([1, 2, 5, 6])],
      build: (x) => square(averagePool(x as Value, 3, { stride: [1, 2], padding: 1, countPadding: true })),
    },
  ]),
} as const satisfies Readonly<Record<string, readonly GradientSample[] | 'none'>>;
