// What the ops that mix or move elements give, worked out by hand or by JavaScript's own Math.

import {
  argMax,
  batchNormalization,
  concat,
  expand,
  gather,
  labelEncoder,
  layerNormalization,
  linear,
  logSoftmax,
  matmul,
  oneHot,
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
  squeeze,
  transpose,
  unsqueeze,
  type Value,
} from '../../index.ts';
import { M, of, type ValueSample } from './sample.ts';

/** By op. */
export const structureValues = {
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
} as const satisfies Readonly<Record<string, readonly ValueSample[]>>;
