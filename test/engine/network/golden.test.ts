import { describe, expect, it } from 'vitest';
import { gradients, mul, reduceSum, type Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { createLoss, createNetwork, layers } from '../../../src/network/index.ts';
import golden from '../../golden/network.json' with { type: 'json' };
import { networkPlan } from '../../unit/network/plans.ts';
import { distance, evaluate, type Fed } from './evaluate.ts';

const runtime = createOnnxRuntime();
const options = { width: 3, members: null };
const scope = (value: (name: string) => Value, training: boolean) => ({
  parameter: value,
  buffer: value,
  mask: () => null,
  training,
});

describe.each([
  ['batch-normalization', golden.batchNormalization],
  ['layer-normalization', golden.layerNormalization],
] as const)('%s', (id, numbers) => {
  const tensors = layers[id].parameters(options);
  const inputs: Record<string, Fed> = {
    x: { shape: [5, 3], data: numbers.x },
    v: { shape: [5, 3], data: numbers.v },
    scale: { shape: tensors[0]?.shape ?? [], data: numbers.scale },
    bias: { shape: tensors[1]?.shape ?? [], data: numbers.bias },
  };

  it('has PyTorch’s values and gradients', async () => {
    const buffers = { mean: { shape: [1, 3], data: [0, 0, 0] }, variance: { shape: [1, 3], data: [1, 1, 1] } };
    const result = await evaluate(runtime, { ...inputs, ...buffers }, (value) => {
      const { output, buffers: next } = layers[id].forward(options, [value('x')], scope(value, true));
      const [x = output, scale = output, bias = output] = gradients(reduceSum(mul(output, value('v'))), [
        value('x'),
        value('scale'),
        value('bias'),
      ]);
      const renamed = Object.fromEntries(Object.entries(next).map(([name, value]) => [`next.${name}`, value]));
      return { output, 'gradient.x': x, 'gradient.scale': scale, 'gradient.bias': bias, ...renamed };
    });
    expect(distance(result('output').data, numbers.y)).toBeLessThan(1e-5);
    expect(distance(result('gradient.x').data, numbers.gradients.x)).toBeLessThan(1e-5);
    expect(distance(result('gradient.scale').data, numbers.gradients.scale)).toBeLessThan(1e-5);
    expect(distance(result('gradient.bias').data, numbers.gradients.bias)).toBeLessThan(1e-5);
    if (!('running' in numbers)) return;
    expect(distance(result('next.mean').data, numbers.running.mean)).toBeLessThan(1e-6);
    expect(distance(result('next.variance').data, numbers.running.variance)).toBeLessThan(1e-6);
  });
});

describe('batch normalization in evaluation', () => {
  it('uses the running statistics, as PyTorch does', async () => {
    const { x, scale, bias, running, evaluation } = golden.batchNormalization;
    const unit = (data: readonly number[]): Fed => ({ shape: [1, 3], data });
    const inputs = {
      x: { shape: [5, 3], declared: ['N', 3], data: x },
      scale: unit(scale),
      bias: unit(bias),
      mean: unit(running.mean),
      variance: unit(running.variance),
    };
    const result = await evaluate(runtime, inputs, (value) => ({
      output: layers['batch-normalization'].forward(options, [value('x')], scope(value, false)).output,
    }));
    expect(distance(result('output').data, evaluation)).toBeLessThan(1e-5);
  });
});

describe('embedding', () => {
  it('has PyTorch’s values and gradients', async () => {
    const { cardinalities, width, table, codes, v, y, gradient } = golden.embedding;
    const inputs: Record<string, Fed> = {
      codes: { shape: [4, 2], data: codes, dtype: 'int32' },
      table: { shape: [7, 2], data: table },
      v: { shape: [4, 4], data: v },
    };
    const result = await evaluate(runtime, inputs, (value) => {
      const { output } = layers.embedding.forward(
        { cardinalities, width, members: null },
        [value('codes')],
        scope(value, true),
      );
      const [slope = output] = gradients(reduceSum(mul(output, value('v'))), [value('table')]);
      return { output, slope };
    });
    expect(distance(result('output').data, y)).toBeLessThan(1e-6);
    expect(distance(result('slope').data, gradient)).toBeLessThan(1e-6);
  });
});

describe('a whole network', () => {
  it('has PyTorch’s output, loss and gradients', async () => {
    const plan = networkPlan({ hidden: [4, 4], activation: 'silu', normalization: 'layer', residual: true });
    const network = createNetwork(plan, {
      numeric: 3,
      continuous: [true, true, true],
      cardinalities: [],
      image: null,
      outputs: 3,
    });
    const loss = createLoss(
      { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' },
      { outputs: 3, classWeights: null },
    );
    const { parameters, gradients: expected, ...numbers } = golden.network;
    const names = network.parameters.map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(parameters).toSorted());
    const inputs: Record<string, Fed> = {
      x: { shape: [7, 3], data: numbers.x },
      target: { shape: [7], data: numbers.target, dtype: 'int32' },
    };
    for (const { name, shape } of network.parameters) {
      inputs[name] = { shape, data: parameters[name as keyof typeof parameters] };
    }
    const result = await evaluate(runtime, inputs, (value) => {
      const { output } = network.forward({
        numeric: value('x'),
        categories: null,
        image: null,
        parameter: value,
        buffer: value,
        mask: null,
        training: true,
      });
      const total = loss.loss(output, value('target'));
      const found = gradients(total, names.map(value));
      return { output, total, ...Object.fromEntries(names.map((name, i) => [`gradient.${name}`, found[i] as Value])) };
    });
    expect(distance(result('output').data, numbers.output)).toBeLessThan(1e-5);
    expect(distance(result('total').data, [numbers.loss])).toBeLessThan(1e-6);
    for (const name of names) {
      expect(distance(result(`gradient.${name}`).data, expected[name as keyof typeof expected])).toBeLessThan(1e-5);
    }
  });
});
