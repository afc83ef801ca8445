// Images in another size, made of products and repetitions whose gradients are known.

import type { Value } from '../graph/graph.ts';
import { type Dim, sameShape } from '../graph/shape.ts';
import { at, checkWhole, imageSize, type Pair, pairOf } from './convolution-window.ts';
import { expand, reshape } from './core.ts';
import { gather } from './indexing.ts';
import { matmul } from './product.ts';

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
  if (factors.every(Number.isInteger)) return repeat(x, factors);
  const picked = (axis: number): Value =>
    x.graph.constant(
      Array.from({ length: at(to, axis) }, (_, i) => Math.floor((i * at(from, axis)) / at(to, axis))),
      [at(to, axis)],
      'int64',
    );
  return gather(gather(x, picked(0), 2), picked(1), 3);
}

function repeat(x: Value, factors: readonly number[]): Value {
  const [images, channels, height, width] = x.shape as readonly [Dim, Dim, number, number];
  const [p, q] = [at(factors, 0), at(factors, 1)];
  const spread = expand(reshape(x, [images, channels, height, 1, width, 1]), [images, channels, height, p, width, q]);
  return reshape(spread, [images, channels, height * p, width * q]);
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
