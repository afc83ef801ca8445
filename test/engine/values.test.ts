import { describe, expect, test } from 'vitest';
import { createGraph, encode, type OpName, ops, type Real } from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { valueSamples } from '../../src/engine/testing/values/index.ts';

const runtime = createOnnxRuntime();
/** The engine has no float64 kernels for these. */
const FLOAT32_ONLY: readonly OpName[] = [
  'erf',
  'gelu',
  'convolution',
  'convolutionTranspose',
  'convolutionWeights',
  'averagePool',
];
const DIGITS = { float32: 5, float64: 11 } as const;

describe('each op gives the known result', () => {
  for (const name of Object.keys(valueSamples) as OpName[]) {
    test(name, async () => {
      expect(ops[name].id).toBe(name);
      for (const real of ['float32', 'float64'] as const satisfies readonly Real[]) {
        if (real === 'float64' && FLOAT32_ONLY.includes(name)) continue;
        for (const { build, expected } of valueSamples[name]) {
          const y = build(createGraph({ real }));
          const session = await runtime.load(encode({ y }));
          const { y: result } = await session.run({});
          await session.release();
          expect(result?.shape).toEqual(y.shape);
          expect(result?.dtype).toBe(y.dtype);
          const numbers = Array.from(result?.data as Float64Array, (x) => (typeof x === 'bigint' ? Number(x) : x));
          const flat = [expected].flat(9) as unknown[];
          expect(numbers).toEqual(flat.map((x) => (typeof x === 'number' ? expect.closeTo(x, DIGITS[real]) : x)));
        }
      }
    });
  }
});
