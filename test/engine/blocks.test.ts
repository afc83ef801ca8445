// Random networks on images give the same values and gradients in blocks of channels as in the plain layout.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import {
  add,
  averagePool,
  batchNormalizationImages,
  concat,
  convolution,
  convolutionTranspose,
  createGraph,
  encode,
  globalAveragePool,
  gradients,
  leakyRelu,
  maxPool,
  mul,
  reduceMean,
  relu,
  reshape,
  sigmoid,
  silu,
  square,
  sub,
  type Value,
} from '../../src/engine/index.ts';
import { findConvolutionBlock } from '../../src/engine/runtime/convolution-block.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';

const runtime = createOnnxRuntime();
const block = await runtime.convolutionBlock();
const channels = [3, 6, 8, 16, 32];

/** A network under construction: its images so far, all of one size, and its parameters. */
interface Context {
  readonly images: Value[];
  readonly parameter: (shape: readonly number[]) => Value;
  readonly pick: (count: number) => number;
}

const channelsOf = (x: Value): number => x.shape[1] as number;
const anyOf = ({ images, pick }: Context): Value => images[pick(images.length)] as Value;
/** An image with as many channels as x has. */
const like = (context: Context, x: Value): Value => {
  const same = context.images.filter((image) => channelsOf(image) === channelsOf(x));
  return same[context.pick(same.length)] as Value;
};

/** Each makes images of the same size from those so far. */
const steps: readonly ((context: Context) => Value)[] = [
  (c) => {
    const x = anyOf(c);
    const outputs = channels[c.pick(channels.length)] as number;
    return convolution(x, c.parameter([outputs, channelsOf(x), 3, 3]), c.parameter([outputs]), { padding: 1 });
  },
  (c) => {
    const x = anyOf(c);
    return convolution(x, c.parameter([channelsOf(x), 1, 3, 3]), undefined, { padding: 1, groups: channelsOf(x) });
  },
  (c) => {
    const x = anyOf(c);
    const outputs = channels[c.pick(channels.length)] as number;
    const half = convolution(x, c.parameter([outputs, channelsOf(x), 3, 3]), undefined, { padding: 1, stride: 2 });
    return convolutionTranspose(half, c.parameter([outputs, channelsOf(x), 2, 2]), undefined, { stride: 2 });
  },
  (c) => {
    const x = anyOf(c);
    return batchNormalizationImages(x, c.parameter([channelsOf(x)]), c.parameter([channelsOf(x)]), 0.1).y;
  },
  (c) => relu(anyOf(c)),
  (c) => relu(anyOf(c)),
  (c) => leakyRelu(anyOf(c)),
  (c) => silu(anyOf(c)),
  (c) => maxPool(anyOf(c), 3, { stride: 1, padding: 1 }),
  (c) => averagePool(anyOf(c), 3, { stride: 1, padding: 1 }),
  (c) => {
    const x = anyOf(c);
    return add(x, like(c, x));
  },
  (c) => {
    const x = anyOf(c);
    return mul(x, sigmoid(like(c, x)));
  },
  (c) => {
    const x = anyOf(c);
    return mul(x, reshape(sigmoid(globalAveragePool(like(c, x))), [x.shape[0] as number, channelsOf(x), 1, 1]));
  },
  (c) => {
    const x = anyOf(c);
    return sub(mul(x, c.parameter([channelsOf(x), 1, 1])), c.parameter([1, channelsOf(x), 1, 1]));
  },
  (c) => concat([anyOf(c), anyOf(c)], 1),
];

async function valuesOf(outputs: Readonly<Record<string, Value>>, convolutionBlock: number | null) {
  const session = await runtime.load(encode(outputs, { convolutionBlock }));
  const random = createRandom('blocks');
  const given = Object.values(outputs)[0]?.graph.inputs ?? [];
  // Every input takes its part of the random stream, read or not.
  const feeds = given.map(({ name, shape }) => {
    const data = new Float32Array((shape as readonly number[]).reduce((n, size) => n * size, 1));
    return [
      name,
      runtime.tensor(
        'float32',
        data.map(() => 0.4 * random.normal()),
        shape as readonly number[],
      ),
    ] as const;
  });
  const results = await session.run(Object.fromEntries(feeds.filter(([name]) => session.inputs.includes(name))));
  await session.release();
  return results;
}

test('blocks have 8 or 16 channels, and where the engine does not know them there are none', async () => {
  if (process.arch === 'x64') expect([8, 16]).toContain(block);
  expect(await createOnnxRuntime().convolutionBlock()).toBe(block);
  const unknown = {
    ...runtime,
    load: () => Promise.reject(new Error('com.microsoft.nchwc:ReorderInput is not a registered op')),
  };
  expect(await findConvolutionBlock(unknown)).toBe(null);
});

test('random networks are the same in both layouts', async () => {
  const program = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(1e6)), { minLength: 2, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(program, fc.constantFrom(1, 3, 17), async (choices, batch) => {
      const graph = createGraph();
      const images = [graph.input('x', [batch, 16, 4, 6]), graph.input('z', [batch, 3, 4, 6])];
      const parameters: Value[] = [];
      for (const [step, seed] of choices) {
        const random = createRandom(seed);
        const parameter = (shape: readonly number[]): Value => {
          parameters.push(graph.input(`p${parameters.length}`, shape));
          return parameters.at(-1) as Value;
        };
        const pick = (count: number): number => Math.floor(random.uniform() * count);
        images.push((steps[step] as (context: Context) => Value)({ images, parameter, pick }));
      }
      const last = images.at(-1) as Value;
      const loss = reduceMean(square(add(last, 0.1)));
      const slopes = gradients(loss, [...images.slice(0, 2), ...parameters]);
      const outputs = { loss, last, ...Object.fromEntries(slopes.map((slope, i) => [`g${i}`, slope])) };
      const [plain, blocked] = [await valuesOf(outputs, null), await valuesOf(outputs, block)];
      for (const [name, { data }] of Object.entries(plain)) {
        const expected = data as Float32Array;
        const found = blocked[name]?.data as Float32Array;
        const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
        const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - (found[i] ?? Number.NaN))), 0);
        expect(worst / scale, name).toBeLessThan(1e-3);
      }
    }),
    { numRuns: 60, seed: 4 },
  );
});
