// Convolution and its gradients against plain loops, for every way in which the engine computes them.

import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import {
  convolution,
  convolutionTranspose,
  createGraph,
  encode,
  gradients,
  mul,
  reduceSum,
  type Value,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { type ConvolutionCase, convolutionCases, eachProduct, resultShape } from './samples/image-reference.ts';

const runtime = createOnnxRuntime();
/** Without blocks, and with those of this machine. */
const layouts = [null, await runtime.convolutionBlock()] as const;
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const random = createRandom('convolution');
const normals = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, () => random.normal());

/** Runs a graph of the given inputs, in plain layout or in blocks of channels. */
async function run(
  outputs: Readonly<Record<string, Value>>,
  data: Readonly<Record<string, Float32Array>>,
  convolutionBlock: number | null = null,
) {
  const session = await runtime.load(encode(outputs, { keepInputs: true, convolutionBlock }));
  const inputs = Object.values(outputs)[0]?.graph.inputs ?? [];
  const feeds = inputs.map(({ name, shape }) => [
    name,
    runtime.tensor('float32', data[name] as Float32Array, shape as readonly number[]),
  ]);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

function expectClose(found: Float32Array | undefined, expected: Float64Array, what: string): void {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  expect(found?.length, what).toBe(expected.length);
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - (found?.[i] ?? Number.NaN))), 0);
  expect(worst / scale, what).toBeLessThan(1e-5);
}

function references(given: ConvolutionCase, data: { x: Float32Array; w: Float32Array; v: Float32Array }) {
  const y = new Float64Array(data.v.length);
  const dx = new Float64Array(data.x.length);
  const dw = new Float64Array(data.w.length);
  eachProduct(given, (i, j, k) => {
    y[i] = (y[i] as number) + (data.x[j] as number) * (data.w[k] as number);
    dx[j] = (dx[j] as number) + (data.v[i] as number) * (data.w[k] as number);
    dw[k] = (dw[k] as number) + (data.v[i] as number) * (data.x[j] as number);
  });
  return { y, dx, dw };
}

describe('a convolution and its gradients are those of plain loops', () => {
  test.each(convolutionCases)('$about', async (given) => {
    const shape = resultShape(given);
    const data = { x: normals(given.x), w: normals(given.w), v: normals(shape) };
    const graph = createGraph();
    const [x, w, v] = [graph.input('x', given.x), graph.input('w', given.w), graph.input('v', shape)];
    const y = convolution(x, w, undefined, given);
    expect(y.shape).toEqual(shape);
    const [dx, dw] = gradients(reduceSum(mul(y, v)), [x, w]) as [Value, Value];
    const expected = references(given, data);
    for (const block of layouts) {
      const found = await run({ y, dx, dw }, data, block);
      expectClose(found.y, expected.y, `y, blocks of ${block}`);
      expectClose(found.dx, expected.dx, `dx, blocks of ${block}`);
      expectClose(found.dw, expected.dw, `dw, blocks of ${block}`);
    }
  });
});

test('the transposed convolution is the gradient of the convolution, and back', async () => {
  for (const given of convolutionCases) {
    const shape = resultShape(given);
    const data = { x: normals(shape), w: normals(given.w), v: normals(given.x) };
    const graph = createGraph();
    const [x, w, v] = [graph.input('x', shape), graph.input('w', given.w), graph.input('v', given.x)];
    const smallest = convolutionTranspose(x, w, undefined, given).shape as readonly number[];
    const outputPadding = [2, 3].map((i) => (given.x[i] as number) - (smallest[i] as number));
    const y = convolutionTranspose(x, w, undefined, { ...given, outputPadding: outputPadding as [number, number] });
    const [dx, dw] = gradients(reduceSum(mul(y, v)), [x, w]) as [Value, Value];
    const expected = references(given, { x: data.v, w: data.w, v: data.x });
    for (const block of layouts) {
      const found = await run({ y, dx, dw }, data, block);
      expectClose(found.y, expected.dx, `${given.about}: y, blocks of ${block}`);
      expectClose(found.dx, expected.y, `${given.about}: dx, blocks of ${block}`);
      expectClose(found.dw, expected.dw, `${given.about}: dw, blocks of ${block}`);
    }
  }
});
