import { describe, expect, it } from 'vitest';
import { gradients, identity, reduceSum, type Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../../src/engine/testing/check-gradient.ts';
import { type ActivationId, activations } from '../../../src/network/index.ts';
import golden from '../../golden/network.json' with { type: 'json' };
import { distance, evaluate } from './evaluate.ts';

const runtime = createOnnxRuntime();

/** The precision of the check: there are no float64 kernels of the error function and of LeakyRelu. */
const precision: { readonly [K in ActivationId]: 'float32' | 'float64' } = {
  relu: 'float64',
  'leaky-relu': 'float32',
  elu: 'float64',
  selu: 'float64',
  gelu: 'float32',
  silu: 'float64',
  mish: 'float64',
  tanh: 'float64',
  sigmoid: 'float64',
  linear: 'float64',
};

describe.each(Object.keys(precision) as ActivationId[])('the activation %s', (id) => {
  it('has PyTorch’s values and slopes', async () => {
    const { x, of: table } = golden.activations;
    const result = await evaluate(runtime, { x: { shape: [x.length], data: x } }, (value) => {
      const y = activations[id].apply(value('x'));
      const [slope = y] = gradients(reduceSum(y), [value('x')]);
      return { y: identity(y), slope: identity(slope) };
    });
    expect(distance(result('y').data, table[id].y)).toBeLessThan(2e-6);
    expect(distance(result('slope').data, table[id].slope)).toBeLessThan(2e-6);
  });

  it('has the gradient of central differences', async () => {
    const real = precision[id];
    const error = await checkGradient(runtime, {
      real,
      // Away from zero, where some of them have a kink.
      inputs: [{ shape: [8], data: [-3, -2, -1, -0.5, 0.5, 1, 2, 3] }],
      build: ([x]) => activations[id].apply(x as Value),
    });
    expect(error).toBeLessThan(GRADIENT_TOLERANCE[real]);
  });
});
