// What the samples of the gradient check are made of.

import { matmul, type Value } from '../../../src/engine/index.ts';
import type { GradientCheck, GradientInput } from '../../../src/engine/testing/check-gradient.ts';

/** A function of real values and the inputs at which its gradients are checked. */
export type GradientSample = Omit<GradientCheck, 'build'> & { readonly build: (...values: readonly Value[]) => Value };
/** Where the elements of an input lie. */
export type Range = readonly [number, number];

/** An input with random elements. */
export const input = (shape: readonly number[], range?: Range): GradientInput => (range ? { shape, range } : { shape });
/** An input with known elements. */
export const given = (shape: readonly number[], data: readonly number[]): GradientInput => ({ shape, data });
/** Away from zero. */
export const POSITIVE: Range = [0.5, 3];
/** Distinct, and at least 0.1 from zero and from each other. */
export const apart = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (((i * 7) % count) - count / 2 + 0.5) * 0.2);

/** A smooth function of one value. */
export const unary = (build: (x: Value) => Value, range?: Range): readonly GradientSample[] => [
  { inputs: [input([3, 4], range)], build },
];
/** A function of one value with kinks, sampled away from them. */
export const kinked = (build: (x: Value) => Value): readonly GradientSample[] => [
  { inputs: [given([3, 4], apart(12))], build },
];
/** The samples in float32, for ops without float64 kernels. */
export const single = (samples: readonly GradientSample[]): readonly GradientSample[] =>
  samples.map((sample) => ({ ...sample, real: 'float32' }));

/** The ways in which two operands broadcast. */
export const binary = (build: (a: Value, b: Value) => Value, range?: Range): readonly GradientSample[] =>
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

/** Indices as a constant. */
export const indicesOf = (x: Value, data: readonly number[], shape: readonly number[]): Value =>
  x.graph.constant(data, shape, 'int64');

/** Every way of flagging a product of [..., 2, 3] and [..., 3, 4]. */
export const flagged = (leadingA: readonly number[], leadingB: readonly number[]): readonly GradientSample[] =>
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

/** Target distributions over the last axis, in the shape of x. */
export function distribution(x: Value): Value {
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
