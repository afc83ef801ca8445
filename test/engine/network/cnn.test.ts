import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { gradients, mul, reduceSum, type Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import {
  createLoss,
  createNetwork,
  elementCount,
  initializeNetwork,
  type Network,
  type NetworkInputs,
  parameterCount,
} from '../../../src/network/index.ts';
import type { Batch } from '../../../src/network/layer.ts';
import type { CnnPlan, NetworkPlan } from '../../../src/plan/plan.ts';
import { cnnPlan, imageInputs } from '../../unit/network/images.ts';
import { networkPlan } from '../../unit/network/plans.ts';
import { distance, evaluate, type Fed } from './evaluate.ts';

const runtime = createOnnxRuntime();
const rows = 3;
const noColumns = { numeric: new Float32Array(), categories: new Int32Array() };

function pixelsOf(inputs: NetworkInputs, count: number, seed: number): Uint8Array {
  const { channels, height, width } = inputs.image ?? { channels: 0, height: 0, width: 0 };
  const random = createRandom(seed);
  return Uint8Array.from({ length: count * channels * height * width }, () => random.below(256));
}

/** The network's tensors, moved away from ones and zeros so that every part of it counts. */
function tensorsOf(network: Network, images: Uint8Array, count: number, moved: boolean): Map<string, Float32Array> {
  const sample = { rows: count, ...noColumns, images };
  const { parameters, buffers } = initializeNetwork(network, { random: createRandom(4), sample });
  const random = createRandom(5);
  const values = [...parameters].map(([name, data]) => {
    return [name, moved ? data.map((x) => x + 0.1 * random.normal()) : data] as const;
  });
  return new Map([...values, ...buffers]);
}

function feedsOf(network: Network, tensors: ReadonlyMap<string, Float32Array>, images: Uint8Array, open: boolean) {
  const { channels, height, width } = network.inputs.image ?? { channels: 0, height: 0, width: 0 };
  const count = images.length / (channels * height * width);
  const shape = [count, channels, height, width];
  const feeds: Record<string, Fed> = {
    image: { shape, declared: [open ? 'N' : count, channels, height, width], data: images, dtype: 'uint8' },
  };
  for (const spec of [...network.parameters, ...network.buffers]) {
    feeds[spec.name] = { shape: spec.shape, data: tensors.get(spec.name) ?? [] };
  }
  return feeds;
}

const forward = (network: Network, value: (name: string) => Value, training: boolean) =>
  network.forward({
    numeric: null,
    categories: null,
    image: value('image'),
    parameter: value,
    buffer: value,
    mask: null,
    training,
  });

/** What the layers' plain functions make of the images. */
function plainOutput(network: Network, tensors: ReadonlyMap<string, Float32Array>, images: Uint8Array): Batch {
  const batches = new Map<string, Batch>([
    ['image', { members: null, rows, width: images.length / rows, data: images }],
  ]);
  for (const step of network.steps) {
    const fed = step.inputs.flatMap((name) => batches.get(name) ?? []);
    batches.set(
      step.name,
      step.plain(fed, (name) => tensors.get(name) ?? new Float32Array()),
    );
  }
  return batches.get('output') as Batch;
}

const channels = fc.integer({ min: 1, max: 5 });
const plans: fc.Arbitrary<CnnPlan> = fc.record({
  kind: fc.constant('cnn'),
  stages: fc.array(fc.array(channels, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
  block: fc.constantFrom('plain', 'residual', 'separable'),
  kernel: fc.constantFrom(3, 5),
  stem: fc.constantFrom(1, 2, 4),
  squeezeExcitation: fc.boolean(),
  hidden: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  activation: fc.constantFrom('relu', 'silu', 'tanh'),
  normalization: fc.constantFrom('none', 'batch'),
  initializer: fc.constantFrom('he-normal', 'glorot-uniform', 'orthogonal'),
});
const side = fc.integer({ min: 4, max: 17 });
const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), side, side);

describe('a random convolutional network', () => {
  it('is built and runs, or says that its images are too small', async () => {
    const seen = { built: 0, refused: 0 };
    const property = fc.asyncProperty(plans, shapes, async (plan, [c, h, w]) => {
      const inputs = imageInputs(c, h, w);
      if (Math.ceil(Math.min(h, w) / plan.stem) < 2 ** (plan.stages.length - 1)) {
        seen.refused++;
        expect(() => createNetwork(plan, inputs)).toThrow('expected images that it can halve');
        return;
      }
      seen.built++;
      const network = createNetwork(plan, inputs);
      const images = pixelsOf(inputs, rows, 1);
      const tensors = tensorsOf(network, images, rows, true);
      const sizes = network.parameters.map(({ name }) => tensors.get(name)?.length ?? 0);
      expect(sizes).toEqual(network.parameters.map(({ shape }) => elementCount(shape)));
      expect(parameterCount(plan, inputs)).toBe(sizes.reduce((sum, n) => sum + n, 0));
      expect(new Set(network.steps.map(({ name }) => name)).size).toBe(network.steps.length);

      const trained = await evaluate(runtime, feedsOf(network, tensors, images, false), (value) => {
        const { output, buffers } = forward(network, value, true);
        const renamed = Object.entries(buffers).map(([name, next]) => [`next.${name}`, next] as const);
        expect(Object.keys(buffers)).toEqual(network.buffers.map(({ name }) => name));
        const slopes = gradients(
          reduceSum(mul(output, output)),
          network.parameters.map(({ name }) => value(name)),
        );
        const named = slopes.map((slope, i) => [`gradient.${network.parameters[i]?.name}`, slope] as const);
        return { output, ...Object.fromEntries(renamed), ...Object.fromEntries(named) };
      });
      expect(trained('output').shape).toEqual([rows, 3]);
      expect(distance(trained('output').data, plainOutput(network, tensors, images).data)).toBeLessThan(1e-4);
      for (const { name } of network.parameters) {
        expect(trained(`gradient.${name}`).data.every(Number.isFinite)).toBe(true);
      }

      const evaluated = await evaluate(runtime, feedsOf(network, tensors, images, true), (value) => {
        return { output: forward(network, value, false).output };
      });
      expect(evaluated('output').shape).toEqual([rows, 3]);
      expect(evaluated('output').data.every(Number.isFinite)).toBe(true);
      if (plan.normalization === 'none') {
        expect(distance(evaluated('output').data, trained('output').data)).toBeLessThan(1e-5);
      }
    });
    await fc.assert(property, { numRuns: 40 });
    expect(seen.built).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(0);
  });
});

/** First loss and gradients on noise. */
async function start(plan: NetworkPlan) {
  const inputs = imageInputs(3, 16, 16, 4);
  const count = 64;
  const network = createNetwork(plan, inputs);
  const images = pixelsOf(inputs, count, 2);
  const tensors = tensorsOf(network, images, count, false);
  const target = Int32Array.from({ length: count }, (_, i) => i % 4);
  const feeds = { ...feedsOf(network, tensors, images, false), target: { shape: [count], data: target } };
  const loss = createLoss(
    { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' },
    { outputs: 4, classWeights: null },
  );
  const integers = { ...feeds, target: { ...feeds.target, dtype: 'int32' as const } };
  const names = network.parameters.map(({ name }) => name);
  const result = await evaluate(runtime, integers, (value) => {
    const { output, activations } = forward(network, value, true);
    const total = loss.loss(output, value('target'));
    const slopes = gradients(total, names.map(value));
    const named = Object.fromEntries(slopes.map((slope, i) => [`gradient.${names[i]}`, slope]));
    return { total, ...named, last: Object.values(activations).at(-2) ?? output };
  });
  const last = result('last').data;
  return {
    loss: result('total').data[0] ?? Number.NaN,
    signal: Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length),
    still: names.filter((name) => result(`gradient.${name}`).data.every((x) => x === 0)),
  };
}

describe('a network for images at its start', () => {
  const deep = {
    stages: [
      [8, 8],
      [12, 12],
      [16, 16],
    ],
  };
  const cases = (['plain', 'residual', 'separable'] as const).flatMap((block) =>
    (['none', 'batch'] as const).flatMap((normalization) =>
      [false, true].map((squeezeExcitation) => ({ ...deep, block, normalization, squeezeExcitation })),
    ),
  );

  it.each(cases)('guesses and carries its signal: $block, $normalization, $squeezeExcitation', async (changes) => {
    const { loss, signal } = await start(cnnPlan(changes));
    expect(Math.abs(loss / Math.log(4) - 1)).toBeLessThan(0.02);
    // Zeros around small images take a part of it at each layer, most in depthwise convolutions, which see nothing else.
    expect(signal).toBeGreaterThan(changes.block === 'separable' ? 0.05 : 0.25);
    expect(signal).toBeLessThan(3);
  });

  it('moves every tensor of a plain network, and of a residual one all but the ways through its blocks', async () => {
    expect((await start(cnnPlan(deep))).still).toEqual([]);
    const { still } = await start(cnnPlan({ ...deep, block: 'residual', normalization: 'batch' }));
    expect(still).not.toEqual([]);
    expect(still.filter((name) => !/block\.\d\.(first|second)\./.test(name))).toEqual([]);
    expect(still.filter((name) => name.endsWith('second.normalization.scale'))).toEqual([]);
  });

  it('guesses as a network of dense layers too', async () => {
    const { loss, signal } = await start(networkPlan({ hidden: [32, 32] }));
    expect(Math.abs(loss / Math.log(4) - 1)).toBeLessThan(0.02);
    expect(signal).toBeGreaterThan(0.5);
    expect(signal).toBeLessThan(2);
  });
});
