import { expect, test } from 'vitest';
import {
  createGraph,
  encode,
  globalAveragePool,
  type Real,
  resize,
  square,
  type Value,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../src/engine/testing/check-gradient.ts';

const runtime = createOnnxRuntime();

async function evaluate(data: readonly number[], shape: readonly number[], build: (x: Value) => Value, real: Real) {
  const graph = createGraph({ real });
  const y = build(graph.constant(data, shape));
  const session = await runtime.load(encode({ y }));
  const { y: found } = await session.run({});
  await session.release();
  expect(found?.shape).toEqual(y.shape);
  return Array.from(found?.data as Float64Array);
}

test.each<Real>(['float32', 'float64'])('images in other sizes, %s', async (real) => {
  const line = (size: number, mode?: 'nearest' | 'linear') =>
    evaluate([1, 2, 4], [1, 1, 1, 3], (x) => resize(x, [1, size], mode), real);
  expect(await line(6)).toEqual([1, 1, 2, 2, 4, 4]);
  expect(await line(4)).toEqual([1, 1, 2, 4]);
  expect(await line(2)).toEqual([1, 2]);
  expect(await line(3, 'linear')).toEqual([1, 2, 4]);
  expect(await line(6, 'linear')).toEqual([1, 1.25, 1.75, 2.5, 3.5, 4].map((x) => expect.closeTo(x, 5)));
  expect(await line(2, 'linear')).toEqual([1.25, 3.5].map((x) => expect.closeTo(x, 5)));
  const square = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(await evaluate(square, [1, 2, 2, 2], (x) => resize(x, [4, 2]), real)).toEqual([
    1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7, 8, 7, 8,
  ]);
  expect(await evaluate(square, [1, 2, 2, 2], globalAveragePool, real)).toEqual([2.5, 6.5]);
});

test('the gradient of resizing and of global pooling is their derivative', async () => {
  const builds: readonly ((x: Value) => Value)[] = [
    (x) => resize(x, [6, 8]),
    (x) => resize(x, [5, 3]),
    (x) => resize(x, 2),
    (x) => resize(x, [5, 3], 'linear'),
    (x) => resize(x, 7, 'linear'),
    (x) => globalAveragePool(x),
  ];
  for (const build of builds) {
    const inputs = [{ shape: [2, 2, 3, 4] }];
    const error = await checkGradient(runtime, { inputs, build: ([x]) => square(build(x as Value)) });
    expect(error).toBeLessThan(GRADIENT_TOLERANCE.float64);
  }
});
