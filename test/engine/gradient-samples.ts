// For every op at least one input on which its gradient is checked; a missing op does not compile.
// Ops with kinks are sampled away from them.

import {
  abs,
  add,
  batchNormalization,
  cast,
  clip,
  concat,
  cos,
  div,
  elu,
  erf,
  exp,
  expand,
  gather,
  gelu,
  greater,
  identity,
  layerNormalization,
  leakyRelu,
  linear,
  log,
  logSoftmax,
  matmul,
  max,
  min,
  mish,
  mul,
  neg,
  type OpName,
  pad,
  pow,
  reciprocal,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scatterAdd,
  selu,
  sigmoid,
  silu,
  sin,
  slice,
  softmax,
  softmaxCrossEntropy,
  softplus,
  split,
  sqrt,
  square,
  squeeze,
  sub,
  tanh,
  transpose,
  unsqueeze,
  type Value,
  where,
} from '../../src/engine/index.ts';
import type { GradientCheck, GradientInput } from '../../src/engine/testing/check-gradient.ts';

export type GradientSample = Omit<GradientCheck, 'build'> & { readonly build: (...values: readonly Value[]) => Value };
type Range = readonly [number, number];

const input = (shape: readonly number[], range?: Range): GradientInput => (range ? { shape, range } : { shape });
const given = (shape: readonly number[], data: readonly number[]): GradientInput => ({ shape, data });
const POSITIVE: Range = [0.5, 3];
/** Distinct, and at least 0.1 from zero and from each other. */
const apart = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (((i * 7) % count) - count / 2 + 0.5) * 0.2);

const unary = (build: (x: Value) => Value, range?: Range): readonly GradientSample[] => [
  { inputs: [input([3, 4], range)], build },
];
const kinked = (build: (x: Value) => Value): readonly GradientSample[] => [
  { inputs: [given([3, 4], apart(12))], build },
];
const single = (samples: readonly GradientSample[]): readonly GradientSample[] =>
  samples.map((sample) => ({ ...sample, real: 'float32' }));

/** The ways in which two operands broadcast. */
const binary = (build: (a: Value, b: Value) => Value, range?: Range): readonly GradientSample[] =>
  [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], [4]],
    [
      [3, 1],
      [1, 4],
    ],
    [[], [2, 3]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [
      [1, 3],
      [2, 3],
    ],
  ].map(([a, b]) => ({ inputs: [input(a as number[], range), input(b as number[], range)], build }));

const indicesOf = (x: Value, data: readonly number[], shape: readonly number[]): Value =>
  x.graph.constant(data, shape, 'int64');

/** Every way of flagging a product of [..., 2, 3] and [..., 3, 4]. */
const flagged = (leadingA: readonly number[], leadingB: readonly number[]): readonly GradientSample[] =>
  [false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): GradientSample => ({
        inputs: [
          input([...leadingA, ...(transposeA ? [3, 2] : [2, 3])]),
          input([...leadingB, ...(transposeB ? [4, 3] : [3, 4])]),
        ],
        build: (a, b) => matmul(a as Value, b as Value, { transposeA, transposeB }),
      }),
    ),
  );

export const gradientSamples = {
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
  mul: [
    ...binary((a, b) => mul(a, b)),
    { inputs: [input([3])], build: (x) => mul(x as Value, x as Value) },
    { inputs: [input([3])], build: (x) => mul(mul(x as Value, 2), -3) },
  ],
  add: binary((a, b) => add(square(a), b)),
  sub: binary((a, b) => sub(square(a), square(b))),
  div: [...binary((a, b) => div(a, b), POSITIVE), { inputs: [input([3], POSITIVE)], build: (x) => div(2, x as Value) }],
  neg: unary((x) => neg(square(x))),
  exp: unary(exp),
  log: unary(log, POSITIVE),
  sqrt: unary(sqrt, POSITIVE),
  square: unary(square),
  abs: kinked(abs),
  sign: 'none',
  floor: 'none',
  reciprocal: unary(reciprocal, POSITIVE),
  pow: [
    ...binary((a, b) => pow(a, b), POSITIVE),
    { inputs: [input([3], POSITIVE)], build: (x) => pow(x as Value, 2.5) },
  ],
  sin: unary(sin),
  cos: unary(cos),
  erf: single(unary(erf)),
  max: [
    {
      inputs: [given([2, 3], apart(6)), given([3], [0.33, -0.05, 0.17])],
      build: (a, b) => max(a as Value, b as Value),
    },
  ],
  min: [
    {
      inputs: [given([2, 3], apart(6)), given([3], [0.33, -0.05, 0.17])],
      build: (a, b) => min(a as Value, b as Value),
    },
  ],
  clip: [
    ...kinked((x) => clip(x, -0.65, 0.45)),
    ...kinked((x) => clip(x, null, 0.45)),
    ...kinked((x) => clip(x, -0.65, null)),
  ],
  where: [
    {
      inputs: [input([2, 3]), input([3])],
      build: (a, b) => where((a as Value).graph.constant([1, 0, 1, 0, 0, 1], [2, 3], 'bool'), a as Value, b as Value),
    },
    {
      inputs: [given([3, 4], apart(12)), input([])],
      build: (a, b) => where(greater(a as Value, 0), square(a as Value), b as Value),
    },
  ],
  greater: 'none',
  less: 'none',
  equal: 'none',
  isNan: 'none',
  not: 'none',
  and: 'none',
  or: 'none',
  mod: 'none',
  cast: single([{ inputs: [input([3])], build: (x) => cast(square(cast(x as Value, 'float64')), 'float32') }]),
  identity: unary((x) => square(identity(x))),
  relu: kinked(relu),
  leakyRelu: kinked((x) => leakyRelu(x, 0.2)),
  elu: [...kinked((x) => elu(x)), ...kinked((x) => elu(x, 0.5))],
  selu: kinked(selu),
  gelu: single(unary(gelu)),
  silu: unary(silu),
  mish: unary(mish, [-6, 6]),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
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
} as const satisfies { readonly [K in OpName]: readonly GradientSample[] | 'none' };

/** Target distributions over the last axis, in the shape of x. */
function distribution(x: Value): Value {
  const shape = x.shape as readonly number[];
  const size = shape.reduce((product, dim) => product * dim, 1);
  const weights = Array.from({ length: size }, (_, i) => 1 + ((i * 5) % 7));
  const classes = shape.at(-1) ?? 1;
  const sums = weights.map((_, i) => {
    const row = Math.floor(i / classes) * classes;
    return weights.slice(row, row + classes).reduce((sum, w) => sum + w, 0);
  });
  return x.graph.constant(
    weights.map((w, i) => w / (sums[i] as number)),
    shape,
  );
}
