// The greatest element or the mean of a window that moves over images [N, C, H, W].
// Source of the definitions: https://onnx.ai/onnx/operators/

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import { positive } from './activations.ts';
import { max } from './comparison.ts';
import { convolutionTranspose } from './convolution.ts';
import {
  at,
  checkWhole,
  completeWindow,
  covered,
  imageSize,
  type Pair,
  pairOf,
  positions,
  reach,
  type Window,
  type WindowOptions,
} from './convolution-window.ts';
import { full, mul, reshape } from './core.ts';
import { sub } from './elementwise.ts';
import { gather } from './indexing.ts';
import { concat, split, transpose } from './layout.ts';
import {
  apply,
  type Binary,
  integers,
  type OnnxAttribute,
  type OnnxNode,
  op,
  REAL,
  requireType,
  type Unary,
} from './op.ts';
import type { OpName } from './op-name.ts';
import { reduceMean } from './reduction.ts';

type Pool = Window & { readonly kernel: readonly number[] };
type AveragePool = Pool & { readonly countPadding: boolean };
type Unpool = Pool & { readonly shape: Shape };

/** The pooling ops by name. */
export const pooling = {
  /** y = the greatest element of each window; padding never wins. dx = dy where that element is: of equal ones the first
   * in row-major order, so a tie sends its gradient to exactly one element. Outputs: y, its position in all of x. */
  maxPool: op<Unary, Pool, Binary>({
    id: 'maxPool',
    about: 'the greatest element of each window',
    internalOutputs: true,
    infer: ([x], pool) => {
      const shape = inferPool('maxPool', x, pool);
      return [
        { dtype: x.dtype, shape },
        { dtype: 'int64', shape },
      ];
    },
    gradient: (g, [x], [y, position], pool) => {
      const slopes = full(g, y.shape);
      if (isHalving(x, pool)) return [halvingGradient(slopes, x)];
      return [unpool(slopes, position, { ...pool, shape: x.shape })];
    },
    encode: (inputs, outputs, pool) => [
      { type: 'MaxPool', inputs, outputs, attributes: onnxPool(pool), optionalOutputs: true },
    ],
  }),

  /** y = zeros, then y[position[i]] += x[i]. dx[i] = dy[position[i]]. */
  maxUnpool: op<Binary, Unpool>({
    id: 'maxUnpool',
    about: 'elements put where the greatest elements of windows were',
    infer: ([x], { shape }) => [{ dtype: x.dtype, shape }],
    gradient: (g, [x, position], [y]) => {
      const flat = reshape(full(g, y.shape), [sizeOf('gradient of maxUnpool', y.shape)]);
      return [reshape(gather(flat, position), x.shape), null];
    },
    encode: (inputs, [y], pool) => encodeUnpool(inputs, y, pool),
  }),

  /** y = the mean of each window. dx = the sum over the windows of dy divided by their counts. Float32 only. */
  averagePool: op<Unary, AveragePool>({
    id: 'averagePool',
    about: 'the mean of each window',
    infer: ([x], pool) => {
      requireType('averagePool', x, ['float32']);
      return [{ dtype: x.dtype, shape: inferPool('averagePool', x, pool) }];
    },
    gradient: (g, [x], [y], pool) => [averageGradient(full(g, y.shape), x, pool)],
    encode: (inputs, outputs, { countPadding, ...pool }) => [
      {
        type: 'AveragePool',
        inputs,
        outputs,
        attributes: { ...onnxPool(pool), count_include_pad: { int: countPadding ? 1 : 0 } },
      },
    ],
  }),
};

/** Whether windows of 2 x 2 touch and cover images of known size. */
function isHalving({ shape }: Value, { kernel, stride, padding, dilation }: Pool): boolean {
  const [, , height, width] = shape;
  const halved = [...kernel, ...stride].every((n) => n === 2) && padding.every((n) => n === 0);
  const even = [height, width].every((n) => typeof n === 'number' && n % 2 === 0);
  return halved && dilation.every((n) => n === 1) && even && shape.every((n) => typeof n === 'number');
}

/**
 * The gradient of pooling in windows of 2 x 2, without positions, which onnxruntime finds by a branch for each element:
 * first the greater of left and right, then of top and bottom; of equal ones the left and the top one, which is the first.
 */
function halvingGradient(g: Value, x: Value): Value {
  const [n = 0, channels = 0, height = 0, width = 0] = concrete('maxPool', x.shape);
  const rows = n * channels * height;
  const half = (rows * width) / 2;
  // In one axis: onnxruntime takes columns of one element an element at a time.
  const pairs = reshape(transpose(reshape(x, [half, 2]), [1, 0]), [2 * half]);
  const [left, right] = split(pairs, [half, half], 0) as [Value, Value];
  const greater = reshape(max(left, right), [rows / 2, 2, width / 2]);
  const [top, bottom] = split(greater, [1, 1], 1) as readonly [Value, Value];
  const ofBottom = mul(reshape(g, top.shape), positive(sub(bottom, top)));
  const ofTop = sub(reshape(g, top.shape), ofBottom);
  const ofRow = reshape(concat([ofTop, ofBottom], 1), left.shape);
  const ofRight = mul(ofRow, positive(sub(right, left)));
  const ofLeft = sub(ofRow, ofRight);
  const halves = reshape(concat([ofLeft, ofRight], 0), [2, half]);
  return reshape(transpose(halves, [1, 0]), x.shape);
}

/** What pooling takes beside its images. */
export interface PoolOptions extends WindowOptions {
  /** Rows and columns from one position to the next; by default the window's size, so that windows touch. */
  readonly stride?: Pair;
}

/** What `averagePool` takes beside its images. */
export interface AveragePoolOptions extends Omit<PoolOptions, 'dilation'> {
  /** Whether padding counts as zeros; by default it does not, and a window at the edge is the mean of what lies in the
   * image (PyTorch's default is to count it). */
  readonly countPadding?: boolean;
}

/** The greatest element of each window: [N, C, H, W] -> [N, C, H', W'], padding never being it. Of equal elements the
 * first gets the gradient. Rows and columns that no whole window reaches are left out. */
export function maxPool(x: Value, kernel: Pair, options: PoolOptions = {}): Value {
  return apply(pooling.maxPool, [x], completePool('maxPool', kernel, options))[0];
}

/** The mean of each window: [N, C, H, W] -> [N, C, H', W']. Rows and columns that no whole window reaches are left out.
 * Float32 only. */
export function averagePool(x: Value, kernel: Pair, options: AveragePoolOptions = {}): Value {
  const { countPadding = false, ...window } = options;
  return apply(pooling.averagePool, [x], { ...completePool('averagePool', kernel, window), countPadding })[0];
}

/** The mean of each channel of each image: [N, C, H, W] -> [N, C]. */
export function globalAveragePool(x: Value): Value {
  if (x.shape.length !== 4) {
    throw new FettleError(
      'engine',
      `globalAveragePool: expected images of shape [N, C, H, W], received ${formatShape(x.shape)}. Reshape the value first.`,
    );
  }
  return reduceMean(x, [2, 3]);
}

function unpool(x: Value, position: Value, attributes: Unpool): Value {
  return apply(pooling.maxUnpool, [x, position], attributes)[0];
}

function completePool(id: OpName, given: Pair, options: PoolOptions): Pool {
  const kernel = pairOf(given);
  checkWhole(id, 'a window', kernel, 2, 1);
  const pool = { ...completeWindow(id, { ...options, stride: options.stride ?? given }), kernel };
  if (pool.padding.some((n, i) => n >= reach(kernel, pool, i % 2))) {
    throw new FettleError(
      'engine',
      `${id}: expected less padding than the window's size, so that each window holds a part of the image, received padding ` +
        `${formatShape(pool.padding)} for a window of ${formatShape(kernel)}. Use less padding.`,
    );
  }
  return pool;
}

function inferPool(id: OpName, x: Value, pool: Pool): Shape {
  requireType(id, x, REAL);
  const size = imageSize(id, x);
  return [x.shape[0] as Dim, x.shape[1] as Dim, ...positions(id, size, pool.kernel, pool)];
}

function onnxPool({ kernel, stride, padding, dilation }: Pool): Readonly<Record<string, OnnxAttribute>> {
  return {
    kernel_shape: { ints: kernel },
    strides: { ints: stride },
    pads: { ints: padding },
    ...(dilation.some((n) => n > 1) && { dilations: { ints: dilation } }),
  };
}

/** Where windows do not overlap a position is taken once, and the engine's own op is three times as fast as adding up. */
function encodeUnpool([x, position]: Binary, y: Value, pool: Unpool): readonly OnnxNode[] {
  const shape = concrete('maxUnpool', y.shape);
  const apart = pool.stride.every((n, axis) => n >= reach(pool.kernel, pool, axis));
  if (apart && x.dtype === 'float32') {
    const { kernel_shape, strides, pads } = onnxPool({ ...pool, dilation: [1, 1] });
    const attributes = { kernel_shape, strides, pads } as Readonly<Record<string, OnnxAttribute>>;
    return [{ type: 'MaxUnpool', inputs: [x, position, integers(shape)], outputs: [y], attributes }];
  }
  const size = sizeOf('maxUnpool', shape);
  const attributes = { axis: { int: 0 }, reduction: { string: 'add' } };
  return [
    { type: 'Reshape', inputs: [x, integers([-1])], outputs: ['elements'] },
    { type: 'Reshape', inputs: [position, integers([-1])], outputs: ['positions'] },
    { type: 'Expand', inputs: [{ dtype: x.dtype, shape: [1], data: [0] }, integers([size])], outputs: ['zeros'] },
    { type: 'ScatterElements', inputs: ['zeros', 'positions', 'elements'], outputs: ['sums'], attributes },
    { type: 'Reshape', inputs: ['sums', integers(shape)], outputs: [y] },
  ];
}

function averageGradient(dy: Value, x: Value, pool: AveragePool): Value {
  const what = 'gradient of averagePool';
  const [images, channels, height, width] = concrete(what, x.shape) as readonly [number, number, number, number];
  const [rows, columns] = concrete(what, dy.shape.slice(2)) as readonly [number, number];
  const { kernel, stride, padding } = pool;
  // One convolution of single channels: repeating the elements takes three times as long.
  const shares = mul(
    dy,
    dy.graph.constant(inverseCounts([height, width], [rows, columns], pool), [1, 1, rows, columns]),
  );
  const reached = covered([rows, columns], kernel, pool);
  const ones = dy.graph.constant(new Float32Array(at(kernel, 0) * at(kernel, 1)).fill(1), [1, 1, ...kernel]);
  const single = reshape(shares, [images * channels, 1, rows, columns]);
  const sums = convolutionTranspose(single, ones, undefined, {
    stride: stride as [number, number],
    padding: padding as [number, number, number, number],
    outputPadding: [height - at(reached, 0), width - at(reached, 1)],
  });
  return reshape(sums, x.shape);
}

/** For each window 1 / the number of elements that it is the mean of. */
function inverseCounts(size: readonly number[], counts: readonly [number, number], pool: AveragePool): Float32Array {
  const { kernel, stride, padding, countPadding } = pool;
  const along = (axis: 0 | 1): readonly number[] =>
    Array.from({ length: counts[axis] }, (_, i) => {
      const from = i * at(stride, axis) - at(padding, axis);
      const to = from + at(kernel, axis);
      return countPadding ? at(kernel, axis) : Math.min(to, at(size, axis)) - Math.max(from, 0);
    });
  const columns = along(1);
  return Float32Array.from(along(0).flatMap((rows) => columns.map((n) => 1 / (rows * n))));
}
