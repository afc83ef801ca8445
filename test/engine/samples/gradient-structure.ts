// Inputs at which the gradients of the ops that mix or move elements are checked.

import {
  batchNormalization,
  concat,
  expand,
  gather,
  layerNormalization,
  linear,
  logSoftmax,
  matmul,
  mul,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  scatterAdd,
  slice,
  softmax,
  softmaxCrossEntropy,
  split,
  square,
  squeeze,
  transpose,
  unsqueeze,
  type Value,
} from '../../../src/engine/index.ts';
import {
  apart,
  distribution,
  flagged,
  type GradientSample,
  given,
  indicesOf,
  input,
  unary,
} from './gradient-sample.ts';

/** By op. */
export const structureGradients = {
  softmax: [...unary((x) => softmax(x)), { inputs: [input([3, 2, 4])], build: (x) => softmax(x as Value, 1) }],
  logSoftmax: [
    ...unary((x) => logSoftmax(x)),
    { inputs: [input([3, 2, 4])], build: (x) => logSoftmax(x as Value, 1) },
    { inputs: [input([3, 4])], build: (x) => reduceMean(logSoftmax(x as Value)) },
    { inputs: [input([2, 3, 4])], build: (x) => reduceSum(logSoftmax(x as Value), [0, 2]) },
  ],
  softmaxCrossEntropy: [
    // The targets sum to one, as the op expects; their own gradient is checked as a logarithm of probabilities.
    { inputs: [input([3, 4])], build: (x) => softmaxCrossEntropy(x as Value, distribution(x as Value)) },
    { inputs: [input([2, 3, 4])], build: (x) => square(softmaxCrossEntropy(x as Value, distribution(x as Value))) },
    { inputs: [input([2, 3, 4])], build: (x) => reduceMean(softmaxCrossEntropy(x as Value, distribution(x as Value))) },
    {
      inputs: [input([2, 3, 4]), input([3])],
      build: (x, w) => reduceSum(mul(softmaxCrossEntropy(x as Value, distribution(x as Value)), w as Value), [0]),
    },
    { inputs: [input([4])], build: (x) => softmaxCrossEntropy(x as Value, softmax(mul(x as Value, 0.5))) },
  ],
  gemm: [
    ...flagged([], []),
    {
      inputs: [input([2, 3]), input([3, 4]), input([4])],
      build: (x, w, b) => linear(x as Value, w as Value, b as Value),
    },
    {
      inputs: [input([3, 2]), input([4, 3]), input([1, 4])],
      build: (x, w, b) => square(linear(x as Value, w as Value, b as Value, { transposeA: true, transposeB: true })),
    },
    { inputs: [input([2, 3]), input([3, 4])], build: (x, w) => reduceMean(matmul(x as Value, w as Value)) },
  ],
  matmul: [
    ...flagged([2], [2]),
    ...flagged([2], []),
    ...flagged([], [2]),
    ...flagged([5, 1], [2]),
    ...flagged([1], [3]),
    {
      inputs: [input([2, 2, 3]), input([3, 4]), input([4])],
      build: (x, w, b) => linear(x as Value, w as Value, b as Value),
    },
    {
      inputs: [input([2, 3, 2]), input([2, 3, 4])],
      build: (a, b) => matmul(transpose(a as Value, [0, 2, 1]), b as Value),
    },
  ],
  reduceMean: [
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceMean(x as Value)) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceMean(x as Value, [0, 1])) },
    { inputs: [input([3, 4])], build: (x) => square(reduceMean(x as Value, [0], true)) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceMean(x as Value, [1, 2], true)) },
  ],
  reduceMax: [
    { inputs: [given([3, 4], apart(12))], build: (x) => square(reduceMax(x as Value, [1])) },
    { inputs: [given([3, 4], apart(12))], build: (x) => reduceMax(x as Value, [0], true) },
    { inputs: [given([3, 4], apart(12))], build: (x) => reduceMax(x as Value) },
  ],
  argMax: 'none',
  transpose: [
    { inputs: [input([2, 3, 4])], build: (x) => square(transpose(x as Value, [2, 0, 1])) },
    { inputs: [input([2, 3])], build: (x) => transpose(x as Value) },
  ],
  unsqueeze: [
    { inputs: [input([2, 3])], build: (x) => square(unsqueeze(x as Value, [0, 3])) },
    { inputs: [input([2, 3])], build: (x) => reduceMean(unsqueeze(x as Value, [1])) },
  ],
  squeeze: [
    { inputs: [input([2, 1, 3, 1])], build: (x) => square(squeeze(x as Value)) },
    { inputs: [input([2, 1, 3])], build: (x) => reduceMean(squeeze(x as Value, [1])) },
  ],
  concat: [
    {
      inputs: [input([2, 3]), input([2, 1])],
      build: (a, b) => square(concat([a as Value, b as Value, a as Value], 1)),
    },
    { inputs: [input([2, 3]), input([1, 3])], build: (a, b) => reduceMean(concat([a as Value, b as Value], 0)) },
  ],
  split: [
    { inputs: [input([2, 6])], build: (x) => mul(...(split(x as Value, [3, 3], 1) as [Value, Value])) },
    { inputs: [input([6])], build: (x) => square(split(x as Value, [1, 2, 3], 0)[2] as Value) },
    { inputs: [input([4])], build: (x) => reduceSum(split(x as Value, [1, 3], 0)[1] as Value) },
  ],
  slice: [
    { inputs: [input([4, 5])], build: (x) => square(slice(x as Value, [1, 0], [3, -1])) },
    { inputs: [input([4, 5])], build: (x) => slice(x as Value, [2], [5], [1]) },
  ],
  pad: [{ inputs: [input([2, 3])], build: (x) => square(pad(x as Value, [1, 0], [0, 2])) }],
  gather: [
    { inputs: [input([5, 3])], build: (x) => square(gather(x as Value, indicesOf(x as Value, [4, 0, 4, 1], [4]))) },
    { inputs: [input([5, 3])], build: (x) => square(gather(x as Value, indicesOf(x as Value, [4, 0, 4, 1], [2, 2]))) },
    {
      inputs: [input([2, 5, 3])],
      build: (x) => square(gather(x as Value, indicesOf(x as Value, [4, 0, 4, 1], [2, 2]), 1)),
    },
    { inputs: [input([2, 5])], build: (x) => square(gather(x as Value, indicesOf(x as Value, [4, 0, 0], [3]), -1)) },
    { inputs: [input([5])], build: (x) => gather(x as Value, indicesOf(x as Value, [3, 3], [2])) },
  ],
  scatterAdd: [
    {
      inputs: [input([4, 3])],
      build: (x) => square(scatterAdd(indicesOf(x as Value, [4, 0, 4, 1], [4]), x as Value, 6)),
    },
    {
      inputs: [input([2, 2])],
      build: (x) => square(scatterAdd(indicesOf(x as Value, [2, 0, 2, 2], [2, 2]), x as Value, 3)),
    },
  ],
  oneHot: 'none',
  layerNormalization: [
    {
      inputs: [input([3, 5]), input([5]), input([5])],
      build: (x, s, b) => square(layerNormalization(x as Value, s as Value, b as Value)),
    },
    {
      inputs: [input([2, 3, 5]), input([2, 1, 5]), input([2, 1, 5])],
      build: (x, s, b) => layerNormalization(x as Value, s as Value, b as Value, 0.1),
    },
  ],
  batchNormalization: [
    {
      inputs: [input([4, 3]), input([3]), input([3])],
      build: (x, s, b) => square(batchNormalization(x as Value, s as Value, b as Value).y),
    },
    {
      inputs: [input([2, 4, 3]), input([2, 1, 3]), input([3])],
      build: (x, s, b) => batchNormalization(x as Value, s as Value, b as Value, 0.1).y,
    },
  ],
  labelEncoder: 'none',
  reshape: [
    { inputs: [input([2, 6])], build: (x) => reshape(x as Value, [3, 4]) },
    { inputs: [input([2, 6])], build: (x) => reduceSum(reshape(x as Value, [12])) },
    { inputs: [input([2, 6])], build: (x) => square(reshape(square(reshape(x as Value, [3, 4])), [12])) },
  ],
  expand: [
    { inputs: [input([3, 1])], build: (x) => square(expand(x as Value, [2, 3, 4])) },
    { inputs: [input([])], build: (x) => expand(x as Value, [2, 2]) },
  ],
  reduceSum: [
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceSum(x as Value)) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceSum(x as Value, [0])) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceSum(x as Value, [0, 1], true)) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceSum(x as Value, [-1])) },
    { inputs: [input([2, 3, 4])], build: (x) => square(reduceSum(x as Value, [1], true)) },
    { inputs: [input([3, 4])], build: (x) => square(reduceSum(x as Value, [0])) },
    { inputs: [input([3, 4])], build: (x) => square(reduceSum(x as Value, [0], true)) },
    {
      inputs: [input([3, 4]), input([4])],
      build: (x, b) => mul(square(reduceSum(mul(x as Value, b as Value), [1])), 0.5),
    },
  ],
} as const satisfies Readonly<Record<string, readonly GradientSample[] | 'none'>>;
