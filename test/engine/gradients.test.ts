import { describe, expect, test } from 'vitest';
import { type OpName, ops } from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../src/engine/testing/check-gradient.ts';
import type { GradientSample } from './samples/gradient-sample.ts';
import { gradientSamples } from './samples/gradients.ts';

const runtime = createOnnxRuntime();

describe('the gradient of each op is its derivative', () => {
  for (const name of Object.keys(gradientSamples) as OpName[]) {
    const samples: readonly GradientSample[] | 'none' = gradientSamples[name];
    if (samples === 'none') {
      test(`${name} has none and says why`, () => {
        expect(ops[name].gradient).toEqual({ none: expect.stringMatching(/\w+ \w+/) });
      });
      continue;
    }
    test(name, async () => {
      for (const [i, { build, ...sample }] of samples.entries()) {
        const error = await checkGradient(runtime, { ...sample, build: (values) => build(...values) });
        expect(error, `${name}, sample ${i}`).toBeLessThan(GRADIENT_TOLERANCE[sample.real ?? 'float64']);
      }
    });
  }
});
