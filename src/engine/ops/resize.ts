// Images in another size, made of products and repetitions whose gradients are known.

import type { Value } from '../graph/graph.ts';
import { concrete, type Dim, sameShape } from '../graph/shape.ts';
import { at, checkWhole, imageSize, type Pair, pairOf } from './convolution-window.ts';
import { full, mul, reduceSum, reshape } from './core.ts';
import { gather } from './indexing.ts';
import { apply, integers, type Literal, type OnnxNode, op, REAL, requireType, type Unary } from './op.ts';
import { averagePool } from './pooling.ts';
import { matmul } from './product.ts';

/** The resizing ops by name. */
export const resizing = {
  /** y[n, c, i, j] = x[n, c, floor(i / p), floor(j / q)]. dx = dy added up over each element's copies. */
  repeat: op<Unary, { readonly factors: readonly number[] }>({
    id: 'repeat',
    about: 'each element of an image several times, side by side',
    infer: ([x], { factors }) => {
      requireType('repeat', x, REAL);
      const size = imageSize('repeat', x);
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...size.map((n, axis) => n * at(factors, axis))] }];
    },
    gradient: (g, [x], [y], { factors }) => [addUp(full(g, y.shape), x, factors)],
    encode: ([x], [y], { factors }) => encodeRepeat(x, y, factors),
  }),
};

/** How new elements are made: 'nearest' repeats or drops (element floor(i old / new)), 'linear' interpolates between
 * the two nearest centers, without smoothing when images get smaller. Both as in PyTorch's `interpolate`. */
export type ResizeMode = 'nearest' | 'linear';

/** Images in another size: [N, C, H, W] -> [N, C, size]. `mode` is 'nearest' by default. */
export function resize(x: Value, size: Pair, mode: ResizeMode = 'nearest'): Value {
  const to = pairOf(size);
  checkWhole('resize', 'a size', to, 2, 1);
  const from = imageSize('resize', x);
  if (sameShape(from, to)) return x;
  if (mode === 'linear') {
    const [rows, columns] = [0, 1].map((axis) => weightsOf(x, at(from, axis), at(to, axis))) as [Value, Value];
    return matmul(rows, matmul(x, columns, { transposeB: true }));
  }
  const factors = to.map((n, axis) => n / at(from, axis));
  if (factors.every(Number.isInteger)) return apply(resizing.repeat, [x], { factors })[0];
  const picked = (axis: number): Value =>
    x.graph.constant(
      Array.from({ length: at(to, axis) }, (_, i) => Math.floor((i * at(from, axis)) / at(to, axis))),
      [at(to, axis)],
      'int64',
    );
  return gather(gather(x, picked(0), 2), picked(1), 3);
}

function encodeRepeat(x: Value, y: Value, factors: readonly number[]): readonly OnnxNode[] {
  const [p, q] = [at(factors, 0), at(factors, 1)];
  if (x.dtype === 'float32') {
    const scales: Literal = { dtype: 'float32', shape: [4], data: [1, 1, p, q] };
    const attributes = {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    };
    return [{ type: 'Resize', inputs: [x, null, scales], outputs: [y], attributes }];
  }
  // Resize has no float64 kernel.
  const channels = at(concrete('repeat', x.shape.slice(1, 2)), 0);
  const [height, width] = imageSize('repeat', x);
  return [
    { type: 'Reshape', inputs: [x, integers([-1, channels, height, 1, width, 1])], outputs: ['apart'] },
    { type: 'Expand', inputs: ['apart', integers([1, 1, 1, p, 1, q])], outputs: ['copies'] },
    { type: 'Reshape', inputs: ['copies', integers([-1, channels, height * p, width * q])], outputs: [y] },
  ];
}

/** dy added up over each element's copies; a mean of windows is the engine's fastest way to do that. */
function addUp(dy: Value, x: Value, factors: readonly number[]): Value {
  const [p, q] = [at(factors, 0), at(factors, 1)];
  if (dy.dtype === 'float32') return mul(averagePool(dy, [p, q]), p * q);
  const [images, channels, height, width] = x.shape as readonly [Dim, Dim, Dim, Dim];
  return reduceSum(reshape(dy, [images, channels, height, p, width, q]), [3, 5]);
}

/** The matrix [to, from] that interpolates between centers; beyond the outermost ones it repeats them. */
function weightsOf(x: Value, from: number, to: number): Value {
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(center);
    const high = Math.min(low + 1, from - 1);
    weights[i * from + low] = 1 - (center - low);
    weights[i * from + high] = (weights[i * from + high] as number) + center - low;
  }
  return x.graph.constant(weights, [to, from], x.dtype);
}
