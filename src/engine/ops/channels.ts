// Sums and scales of whole channels of images [N, C, H, W], which are one pass over memory each. Values [C] belong to
// channels.

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { concrete, type Dim, formatShape, sameShape } from '../graph/shape.ts';
import { createNodes, emitChannelProducts, emitChannelScale, filled, fillsBlocks } from './blocks.ts';
import { full, mul, reduceSum, reshape } from './core.ts';
import { apply, type Binary, integers, op, REAL, requireSameType, requireType } from './op.ts';
import type { OpName } from './op-name.ts';

type Blend = readonly [Value, Value, Value, Value, Value];

/** The ops on channels by name. */
export const channelOps = {
  /** p[c] = sum over n and positions of x[n, c] y[n, c]. dx = dp y, dy = dp x. */
  channelProducts: op<Binary>({
    id: 'channelProducts',
    about: 'for each channel the sum of the products of two batches of images',
    infer: ([x, y]) => {
      checkImages('channelProducts', x, y);
      return [{ dtype: x.dtype, shape: [x.shape[1] as Dim] }];
    },
    gradient: (g, [x, y], [p]) => {
      const dp = perChannel(full(g, p.shape));
      return [mul(y, dp), mul(x, dp)];
    },
    encode: ([x, y], [p]) => {
      const [images, channels, height, width] = concrete('channelProducts', x.shape) as readonly number[];
      const { nodes, emit } = createNodes();
      const rows = integers([images as number, channels as number, (height as number) * (width as number)]);
      const products = emit('Reshape', [emit('Mul', [x, y]), rows]);
      const sums = emit('ReduceSum', [products, integers([2])], { keepdims: { int: 0 } });
      emit('MatMul', [filled(1, [images as number], x.dtype), sums], {}, [p]);
      return nodes;
    },
    blocked: {
      form: ([x, y], [p], _, { block }) => {
        if (!fillsBlocks(x, block)) return null;
        const { nodes, emit } = createNodes();
        const sums = emitChannelProducts(emit, x, y, x.shape);
        emit('MatMul', [filled(1, concrete('channelProducts', x.shape.slice(0, 1))), sums], {}, [p]);
        return { nodes, blocked: [x, y] };
      },
    },
  }),

  /** z = a[c] x + b[c] y + d[c]. dx = dz a, da = sum(dz x), dy = dz b, db = sum(dz y), dd = sum(dz). */
  channelBlend: op<Blend>({
    id: 'channelBlend',
    about: 'two batches of images, each times a number for each channel, and a number for each channel, added up',
    infer: ([x, a, y, b, d]) => {
      checkImages('channelBlend', x, y);
      for (const parameter of [a, b, d]) checkParameter('channelBlend', x, parameter);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    gradient: (g, [x, a, y, b], [z]) => {
      const dz = full(g, z.shape);
      const [da, db] = [channelProducts(dz, x), channelProducts(dz, y)];
      return [mul(dz, perChannel(a)), da, mul(dz, perChannel(b)), db, reduceSum(dz, [0, 2, 3])];
    },
    encode: ([x, a, y, b, d], [z]) => {
      const channels = integers([x.shape[1] as number, 1, 1]);
      const { nodes, emit } = createNodes();
      const one = filled(1, [x.shape[1] as number], x.dtype);
      const zero = filled(0, [x.shape[1] as number], x.dtype);
      // It is one pass with mean 0 and variance 1.
      const shifted = emit('BatchNormalization', [y, b, d, zero, one], { epsilon: { float: 0 } });
      emit('Add', [emit('Mul', [x, emit('Reshape', [a, channels])]), shifted], {}, [z]);
      return nodes;
    },
    blocked: {
      form: ([x, a, y, b, d], [z], _, { block }) => {
        if (!fillsBlocks(x, block)) return null;
        const { nodes, emit } = createNodes();
        const channels = x.shape[1] as number;
        const shifted = emitChannelScale(emit, y, b, channels, { bias: d });
        emitChannelScale(emit, x, a, channels, { sum: shifted }, z);
        return { nodes, blocked: [x, y, z] };
      },
    },
  }),
};

/** For each channel the sum over batch and positions of x y: images [N, C, H, W] twice -> [C]. */
export function channelProducts(x: Value, y: Value): Value {
  return apply(channelOps.channelProducts, [x, y], {})[0];
}

/** a x + b y + d with images x and y [N, C, H, W] and numbers a, b, d [C] for their channels. */
export function channelBlend(x: Value, a: Value, y: Value, b: Value, d: Value): Value {
  return apply(channelOps.channelBlend, [x, a, y, b, d], {})[0];
}

/** [C] -> [C, 1, 1], which broadcasts over images. */
export function perChannel(x: Value): Value {
  return reshape(x, [...x.shape, 1, 1]);
}

function checkImages(id: OpName, x: Value, y: Value): void {
  requireType(id, x, REAL);
  requireSameType(id, x, y);
  if (x.shape.length === 4 && sameShape(x.shape, y.shape)) return;
  throw new FettleError(
    'engine',
    `${id}: expected images of one shape [N, C, H, W], received ${formatShape(x.shape)} and ${formatShape(y.shape)}. ` +
      'Reshape the values first.',
  );
}

function checkParameter(id: OpName, x: Value, parameter: Value): void {
  requireSameType(id, x, parameter);
  if (sameShape(parameter.shape, x.shape.slice(1, 2))) return;
  throw new FettleError(
    'engine',
    `${id}: expected numbers of shape ${formatShape(x.shape.slice(1, 2))} for the channels of ${formatShape(x.shape)}, ` +
      `received ${formatShape(parameter.shape)}. Correct the shape.`,
  );
}
