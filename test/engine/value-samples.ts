// For every op what it gives for known inputs; a missing op does not compile. The numbers are worked out by hand or by
// JavaScript's own Math, never by the engine.

import {
  abs,
  add,
  and,
  argMax,
  batchNormalization,
  cast,
  clip,
  concat,
  cos,
  type DType,
  div,
  elu,
  equal,
  erf,
  exp,
  expand,
  floor,
  type Graph,
  gather,
  gelu,
  greater,
  identity,
  isNan,
  labelEncoder,
  layerNormalization,
  leakyRelu,
  less,
  linear,
  log,
  logSoftmax,
  matmul,
  max,
  min,
  mish,
  mod,
  mul,
  neg,
  not,
  type OpName,
  oneHot,
  or,
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
  sign,
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
  stringEqual,
  sub,
  tanh,
  transpose,
  unsqueeze,
  type Value,
  where,
} from '../../src/engine/index.ts';

/** Nested numbers as a tensor is written. */
export type Nested = number | string | readonly Nested[];
export interface ValueSample {
  readonly build: (graph: Graph) => Value;
  readonly expected: Nested;
}

const X = [-3, -1, -0.25, 0, 0.5, 2];
/** A graph's input would do as well, but constants keep a sample in one line. */
const tensor = (graph: Graph, data: Nested, dtype?: DType): Value => {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0] as Nested) shape.push(level.length);
  const flat = [data].flat(9) as number[];
  return graph.constant(flat, shape, dtype);
};
const unary = (
  op: (x: Value) => Value,
  f: (x: number) => number,
  data: readonly number[] = X,
): readonly ValueSample[] => [{ build: (graph) => op(tensor(graph, data)), expected: data.map(f) }];
const of = (build: (t: (data: Nested, dtype?: DType) => Value) => Value, expected: Nested): ValueSample => ({
  build: (graph) => build((data, dtype) => tensor(graph, data, dtype)),
  expected,
});
const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const normalCdf: Readonly<Record<string, number>> = { '-1': 0.158655253931457, '0': 0.5, '2': 0.977249868051821 };
const M = [
  [1, 2, 3],
  [4, 5, 6],
];

export const valueSamples = {
  reshape: [
    of(
      (t) => reshape(t(M), [3, 2]),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ),
  ],
  expand: [
    of(
      (t) => expand(t([[1], [2]]), [2, 3]),
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ),
  ],
  reduceSum: [
    of((t) => reduceSum(t(M)), 21),
    of((t) => reduceSum(t(M), [0]), [5, 7, 9]),
    of((t) => reduceSum(t(M), [1], true), [[6], [15]]),
    of((t) => reduceSum(t([M, M]), [0, 1]), [10, 14, 18]),
    of(
      (t) => reduceSum(t([M, M]), [0]),
      [
        [2, 4, 6],
        [8, 10, 12],
      ],
    ),
    of((t) => reduceSum(t(M, 'int64'), [0]), [5, 7, 9]),
  ],
  mul: [
    of(
      (t) => mul(t(M), t([1, 0, -2])),
      [
        [1, 0, -6],
        [4, 0, -12],
      ],
    ),
    of((t) => mul(3, t([1, 2])), [3, 6]),
  ],
  add: [
    of(
      (t) => add(t([[1], [2]]), t([10, 20])),
      [
        [11, 21],
        [12, 22],
      ],
    ),
    of((t) => add(t([7], 'int32'), 1), [8]),
  ],
  sub: [of((t) => sub(1, t([1, 2])), [0, -1])],
  div: [of((t) => div(t([1, 9]), t([2, 3])), [0.5, 3]), of((t) => div(t([7, -7], 'int64'), 2), [3, -3])],
  neg: unary(neg, (x) => -x),
  exp: unary(exp, Math.exp),
  log: unary(log, Math.log, [0.5, 1, 8]),
  sqrt: unary(sqrt, Math.sqrt, [0, 2, 9]),
  square: unary(square, (x) => x * x),
  abs: unary(abs, Math.abs),
  sign: unary(sign, Math.sign),
  floor: unary(floor, Math.floor),
  reciprocal: unary(reciprocal, (x) => 1 / x, [-2, 0.5, 4]),
  pow: [of((t) => pow(t([2, 3]), t([3, -1])), [8, 1 / 3]), of((t) => pow(t([4]), 1.5), [8])],
  sin: unary(sin, Math.sin),
  cos: unary(cos, Math.cos),
  erf: [of((t) => erf(t([-1, 0, 0.5])), [-0.842700792949715, 0, 0.520499877813047])],
  max: [of((t) => max(t([1, 5]), t([3, 2])), [3, 5])],
  min: [of((t) => min(t([1, 5]), 3), [1, 3])],
  clip: [
    ...unary(
      (x) => clip(x, -1, 0.5),
      (x) => Math.min(Math.max(x, -1), 0.5),
    ),
    ...unary(
      (x) => clip(x, null, 0),
      (x) => Math.min(x, 0),
    ),
  ],
  where: [of((t) => where(t([1, 0], 'bool'), t([1, 2]), 9), [1, 9])],
  greater: [of((t) => greater(t([1, 2, 3]), 2), [0, 0, 1])],
  less: [of((t) => less(t([1, 2, 3]), 2), [1, 0, 0])],
  equal: [
    of((t) => equal(t([1, 2], 'int64'), 2), [0, 1]),
    of((t) => stringEqual(t(['a', 'ü', ''], 'string'), 'ü'), [0, 1, 0]),
  ],
  isNan: [of((t) => isNan(t([1, Number.NaN, Number.POSITIVE_INFINITY])), [0, 1, 0])],
  not: [of((t) => not(t([1, 0], 'bool')), [0, 1])],
  and: [of((t) => and(t([1, 1, 0], 'bool'), t([1, 0, 0], 'bool')), [1, 0, 0])],
  or: [of((t) => or(t([1, 1, 0], 'bool'), t([1, 0, 0], 'bool')), [1, 1, 0])],
  mod: [of((t) => mod(t([7, -7], 'int64'), 3), [1, 2])],
  cast: [
    of((t) => cast(t([1.9, -1.9]), 'int64'), [1, -1]),
    of((t) => cast(t([1, 0], 'bool'), 'float32'), [1, 0]),
    of((t) => cast(t([3], 'int32'), 'float64'), [3]),
  ],
  identity: unary(identity, (x) => x),
  relu: unary(relu, (x) => Math.max(x, 0)),
  leakyRelu: unary(
    (x) => leakyRelu(x, 0.1),
    (x) => (x > 0 ? x : 0.1 * x),
  ),
  elu: [
    ...unary(elu, (x) => (x > 0 ? x : Math.expm1(x))),
    ...unary(
      (x) => elu(x, 0.5),
      (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
    ),
  ],
  selu: unary(selu, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  gelu: unary(gelu, (x) => x * (normalCdf[x] as number), [-1, 0, 2]),
  silu: unary(silu, (x) => x * sigma(x)),
  mish: unary(mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x))), [-90, ...X, 19, 21, 300]),
  tanh: unary(tanh, Math.tanh),
  sigmoid: unary(sigmoid, sigma),
  softplus: unary(softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), [-200, ...X, 200]),
  softmax: [
    of(
      (t) =>
        softmax(
          t([
            [0, Math.log(3)],
            [1000, 1000],
          ]),
        ),
      [
        [0.25, 0.75],
        [0.5, 0.5],
      ],
    ),
  ],
  logSoftmax: [of((t) => logSoftmax(t([[0], [Math.log(3)]]), 0), [[Math.log(0.25)], [Math.log(0.75)]])],
  softmaxCrossEntropy: [
    of(
      (t) =>
        softmaxCrossEntropy(
          t([
            [0, Math.log(3)],
            [0, 0],
          ]),
          t([
            [0, 1],
            [0.5, 0.5],
          ]),
        ),
      [-Math.log(0.75), Math.log(2)],
    ),
  ],
  gemm: [
    of(
      (t) =>
        matmul(
          t(M),
          t([
            [1, 0],
            [0, 1],
            [1, 1],
          ]),
        ),
      [
        [4, 5],
        [10, 11],
      ],
    ),
    of(
      (t) =>
        linear(
          t(M),
          t([
            [1, 0, 1],
            [0, 1, 1],
          ]),
          t([10, 20]),
          { transposeB: true },
        ),
      [
        [14, 25],
        [20, 31],
      ],
    ),
    of((t) => matmul(t(M), t([[1], [1]]), { transposeA: true }), [[5], [7], [9]]),
  ],
  matmul: [
    of(
      (t) => matmul(t([M, M]), t([[1], [0], [1]])),
      [
        [[4], [10]],
        [[4], [10]],
      ],
    ),
    of(
      (t) =>
        matmul(
          t([[[1, 2]]]),
          t([
            [[1], [1]],
            [[2], [0]],
          ]),
        ),
      [[[3]], [[2]]],
    ),
    of((t) => matmul(t([[[1], [2]]]), t([[[1, 1]], [[2, 0]]]), { transposeA: true, transposeB: true }), [[[3]], [[2]]]),
  ],
  reduceMean: [
    of((t) => reduceMean(t(M)), 3.5),
    of((t) => reduceMean(t(M), [0]), [2.5, 3.5, 4.5]),
    of((t) => reduceMean(t([M, M]), [1, 2], true), [[[3.5]], [[3.5]]]),
  ],
  reduceMax: [of((t) => reduceMax(t(M), [0]), [4, 5, 6]), of((t) => reduceMax(t(M), [1], true), [[3], [6]])],
  argMax: [
    of(
      (t) =>
        argMax(
          t([
            [1, 3, 3],
            [9, 0, 0],
          ]),
        ),
      [1, 0],
    ),
  ],
  transpose: [
    of(
      (t) => transpose(t(M)),
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ),
    of((t) => transpose(t([M]), [2, 0, 1]), [[[1, 4]], [[2, 5]], [[3, 6]]]),
  ],
  unsqueeze: [of((t) => unsqueeze(t([1, 2]), [0, -1]), [[[1], [2]]])],
  squeeze: [of((t) => squeeze(t([[[1], [2]]]), [0]), [[1], [2]])],
  concat: [
    of(
      (t) => concat([t([[1], [2]]), t([[3], [4]])], 1),
      [
        [1, 3],
        [2, 4],
      ],
    ),
  ],
  split: [
    of(
      (t) => split(t(M), [1, 2], 1)[1] as Value,
      [
        [2, 3],
        [5, 6],
      ],
    ),
  ],
  slice: [
    of((t) => slice(t(M), [0, 1], [1, 3]), [[2, 3]]),
    of(
      (t) => slice(t(M), [0], [-1], [1]),
      [
        [1, 2],
        [4, 5],
      ],
    ),
  ],
  pad: [
    of(
      (t) => pad(t([[1, 2]]), [1, 0], [0, 1]),
      [
        [0, 0, 0],
        [1, 2, 0],
      ],
    ),
  ],
  gather: [
    of((t) => gather(t(M), t([1, 0, 1], 'int64')), [M[1] as number[], M[0] as number[], M[1] as number[]]),
    of((t) => gather(t(M), t([[2, 0]], 'int32'), 1), [[[3, 1]], [[6, 4]]]),
    of((t) => gather(t(['no', 'yes'], 'string'), t([1, 0], 'int64')), ['yes', 'no']),
  ],
  scatterAdd: [
    of(
      (t) =>
        scatterAdd(
          t([2, 0, 2], 'int64'),
          t([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          3,
        ),
      [
        [3, 4],
        [0, 0],
        [6, 8],
      ],
    ),
    of((t) => scatterAdd(t([1, 1], 'int32'), t([1, 2]), 2), [0, 3]),
  ],
  oneHot: [
    of(
      (t) => oneHot(t([[2, 0]], 'int64'), 3),
      [
        [
          [0, 0, 1],
          [1, 0, 0],
        ],
      ],
    ),
    of(
      (t) => oneHot(t([-1, 1], 'int32'), 2),
      [
        [0, 0],
        [0, 1],
      ],
    ),
  ],
  layerNormalization: [
    of((t) => layerNormalization(t([[1, 3]]), t([2, 2]), t([0, 1]), 0), [[-2, 3]]),
    of((t) => layerNormalization(t([[[1, 3]], [[4, 2]]]), t([[[2]], [[1]]]), t(0), 0), [[[-2, 2]], [[1, -1]]]),
  ],
  batchNormalization: [
    of(
      (t) =>
        batchNormalization(
          t([
            [1, 0],
            [3, 4],
          ]),
          t([2, 1]),
          t([0, 1]),
          0,
        ).y,
      [
        [-2, 0],
        [2, 2],
      ],
    ),
  ],
  labelEncoder: [of((t) => labelEncoder(t(['b', 'x', 'a'], 'string'), ['a', 'b']), [1, -1, 0])],
} as const satisfies { readonly [K in OpName]: readonly ValueSample[] };
