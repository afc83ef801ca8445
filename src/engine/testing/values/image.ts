// What the ops on images give, worked out by hand.

import {
  averagePool,
  batchNormalizationImages,
  channelBlend,
  channelProducts,
  convolution,
  convolutionTranspose,
  gradients,
  maxPool,
  mul,
  reduceSum,
  resize,
  type Value,
} from '../../index.ts';
import { type Nested, of, type ValueSample } from './sample.ts';

/** One image of one channel. */
const image = (rows: Nested): Nested => [[rows]];
const I = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];
const ties = [
  [3, 3, 0, 0],
  [3, 1, 0, 0],
  [5, 7, 2, 1],
  [7, 7, 1, 2],
];
const gradientOf = (y: Value, x: Value): Value => gradients(reduceSum(y), [x])[0] as Value;

/** By op. */
export const imageValues = {
  batchNormalizationImages: [
    of(
      (t) =>
        batchNormalizationImages(
          t([
            [[[1, 3]], [[0, 2]]],
            [[[3, 1]], [[8, 6]]],
          ]),
          t([2, 10]),
          t([0, 1]),
          0,
        ).y,
      [
        [[[-2, 2]], [[-11.649110640673518, -5.324555320336759]]],
        [[[2, -2]], [[13.649110640673518, 7.324555320336759]]],
      ],
    ),
    of(
      (t) =>
        batchNormalizationImages(
          t([
            [[[1, 3]], [[0, 2]]],
            [[[3, 1]], [[8, 6]]],
          ]),
          t([2, 1]),
          t([0, 0]),
        ).variance,
      [1, 10],
    ),
  ],
  channelProducts: [
    of(
      (t) =>
        channelProducts(
          t([
            [[[1, 2]], [[3, 4]]],
            [[[5, 6]], [[7, 8]]],
          ]),
          t([
            [[[1, 1]], [[2, 2]]],
            [[[1, 0]], [[0, 1]]],
          ]),
        ),
      [8, 22],
    ),
  ],
  channelBlend: [
    of(
      (t) =>
        channelBlend(t([[[[1, 2]], [[3, 4]]]]), t([1, 10]), t([[[[1, 0]], [[0, 1]]]]), t([100, 1000]), t([0.5, 0])),
      [[[[101.5, 2.5]], [[30, 1040]]]],
    ),
  ],
  convolution: [
    // A correlation: the weights are not turned.
    of(
      (t) =>
        convolution(
          t(image(I)),
          t(
            image([
              [1, 10],
              [100, 1000],
            ]),
          ),
        ),
      image([
        [5421, 6532],
        [8754, 9865],
      ]),
    ),
    of(
      (t) => convolution(t(image(I)), t([[[[1]]], [[[2]]]]), t([0.5, -1]), { stride: 2 }),
      [
        [
          [
            [1.5, 3.5],
            [7.5, 9.5],
          ],
          [
            [1, 5],
            [13, 17],
          ],
        ],
      ],
    ),
    of(
      (t) => convolution(t(image([[1, 2]])), t(image([[1, 10, 100]])), undefined, { padding: [0, 1] }),
      image([[210, 21]]),
    ),
    of((t) => convolution(t(image(I)), t(image([[1, 10]])), undefined, { dilation: 2 }), image([[31], [64], [97]])),
    of((t) => convolution(t([[[[1]], [[2]]]]), t([[[[3]]], [[[4]]]]), undefined, { groups: 2 }), [[[[3]], [[8]]]]),
  ],
  convolutionTranspose: [
    of(
      (t) => convolutionTranspose(t(image([[1, 2]])), t(image([[1, 10, 100]])), t([1000])),
      image([[1001, 1012, 1120, 1200]]),
    ),
    of(
      (t) =>
        convolutionTranspose(t(image([[1, 2]])), t(image([[1, 10]])), undefined, {
          stride: [1, 3],
          outputPadding: [0, 1],
        }),
      image([[1, 10, 0, 2, 20, 0]]),
    ),
  ],
  convolutionWeights: [
    of(
      (t) => {
        const w = t(
          image([
            [0, 0],
            [0, 0],
          ]),
        );
        return gradientOf(
          mul(
            convolution(t(image(I)), w),
            t(
              image([
                [1, 10],
                [100, 1000],
              ]),
            ),
          ),
          w,
        );
      },
      image([
        [5421, 6532],
        [8754, 9865],
      ]),
    ),
  ],
  maxPool: [
    of(
      (t) => maxPool(t(image(ties)), 2),
      image([
        [3, 0],
        [7, 2],
      ]),
    ),
    of((t) => maxPool(t(image([[-3, -2, -1]])), [1, 2], { padding: [0, 1], stride: 1 }), image([[-3, -2, -1, -1]])),
    of((t) => maxPool(t(image(I)), 2), image([[5]])),
  ],
  maxUnpool: [
    // Of equal elements the first has the whole gradient.
    of(
      (t) => {
        const x = t(image(ties));
        return gradientOf(
          mul(
            maxPool(x, 2),
            t(
              image([
                [1, 2],
                [3, 4],
              ]),
            ),
          ),
          x,
        );
      },
      image([
        [1, 0, 2, 0],
        [0, 0, 0, 0],
        [0, 3, 4, 0],
        [0, 0, 0, 0],
      ]),
    ),
    of(
      (t) => {
        const x = t(image([[0, 5, 5, 1]]));
        return gradientOf(mul(maxPool(x, [1, 2], { stride: 1 }), t(image([[1, 10, 100]]))), x);
      },
      image([[0, 11, 100, 0]]),
    ),
    of(
      (t) => {
        const x = t([
          [[[1, 2, 9]], [[4, 3, 9]]],
          [[[0, 0, 9]], [[6, 7, 9]]],
        ]);
        return gradientOf(maxPool(x, [1, 2]), x);
      },
      [
        [[[0, 1, 0]], [[1, 0, 0]]],
        [[[1, 0, 0]], [[0, 1, 0]]],
      ],
    ),
  ],
  repeat: [
    of(
      (t) => resize(t([[[[1, 2]], [[3, 4]]]]), [3, 4]),
      [
        [
          [
            [1, 1, 2, 2],
            [1, 1, 2, 2],
            [1, 1, 2, 2],
          ],
          [
            [3, 3, 4, 4],
            [3, 3, 4, 4],
            [3, 3, 4, 4],
          ],
        ],
      ],
    ),
  ],
  averagePool: [
    of(
      (t) => averagePool(t(image(I)), 2, { stride: 1 }),
      image([
        [3, 4],
        [6, 7],
      ]),
    ),
    of((t) => averagePool(t(image([[2, 4]])), [1, 2], { padding: [0, 1], stride: 1 }), image([[2, 3, 4]])),
    of(
      (t) => averagePool(t(image([[2, 4]])), [1, 2], { padding: [0, 1], stride: 1, countPadding: true }),
      image([[1, 3, 2]]),
    ),
  ],
} as const satisfies Readonly<Record<string, readonly ValueSample[]>>;
