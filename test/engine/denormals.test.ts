import { expect, test } from 'vitest';
import {
  createGraph,
  elu,
  encode,
  gelu,
  gradients,
  mish,
  reduceMean,
  reduceSum,
  selu,
  softmaxCrossEntropy,
  type Value,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';

const runtime = createOnnxRuntime();
/** The smallest float32 that processors calculate with at full speed. */
const SMALLEST_NORMAL = 2 ** -126;
/** Exponents whose powers of e are denormal: e^-90 = 8e-40. */
const CONFIDENT = [90, 0, -2, -6];
const FAR = [-13.6, -90, -100, 13.6];

test.each<[string, readonly number[], (x: Value) => Value]>([
  ['a cross-entropy', CONFIDENT, (x) => reduceMean(softmaxCrossEntropy(x, x.graph.constant([1, 0, 0, 0], [4])))],
  ['elu', FAR, (x) => reduceSum(elu(x))],
  ['selu', FAR, (x) => reduceSum(selu(x))],
  ['gelu', FAR, (x) => reduceSum(gelu(x))],
  ['mish', FAR, (x) => reduceSum(mish(x))],
])('%s far from its middle has no denormal gradients, which would slow a step fifty-fold', async (_, data, build) => {
  const x = createGraph().input('x', [4]);
  const [dx] = gradients(build(x), [x]) as [Value];
  const session = await runtime.load(encode({ dx }));
  const results = await session.run({ x: runtime.tensor('float32', Float32Array.from(data), [4]) });
  await session.release();
  const sizes = Array.from(results.dx?.data as Float32Array, Math.abs);
  expect(sizes.filter((size) => size > 0 && size < SMALLEST_NORMAL)).toEqual([]);
});
