import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { createGraph, printGraph } from '../../../src/engine/index.ts';
import {
  createNetwork,
  initializeNetwork,
  multiplyAdds,
  type NetworkInputs,
  parameterCount,
} from '../../../src/network/index.ts';
import type { Batch } from '../../../src/network/layer.ts';
import type { CnnPlan, NetworkPlan } from '../../../src/plan/plan.ts';
import { cnnPlan, imageInputs } from './images.ts';
import { networkPlan } from './plans.ts';

const inputs = imageInputs(3, 12, 12);

/** Noise of one brightness per image. */
function sampleOf({ image }: NetworkInputs, rows: number) {
  const random = createRandom('pixels');
  const size = image === null ? 0 : image.channels * image.height * image.width;
  const images = new Uint8Array(rows * size).map(() => random.below(256));
  return { rows, numeric: new Float32Array(), categories: new Int32Array(), images };
}

const start = (plan: NetworkPlan, shape = inputs, rows = 20) =>
  initializeNetwork(createNetwork(plan, shape), { random: createRandom(0), sample: sampleOf(shape, rows) });

/** The text of a network's graph. */
function print(plan: NetworkPlan, training: boolean): string {
  const network = createNetwork(plan, inputs);
  const graph = createGraph();
  const batch = 4;
  const tensors = [...network.parameters, ...network.buffers, ...network.masks(batch)];
  const values = new Map(tensors.map(({ name, shape }) => [name, graph.input(name, shape)]));
  const value = (name: string) => values.get(name) ?? graph.scalar(Number.NaN);
  const { output, buffers } = network.forward({
    numeric: null,
    categories: null,
    image: graph.input('image', [training ? batch : 'N', 3, 12, 12], 'uint8'),
    parameter: value,
    buffer: value,
    mask: training ? value : null,
    training,
  });
  return printGraph({ output, ...buffers });
}

describe('a convolutional network', () => {
  it('names the parameters of plain blocks, and groups them by block', () => {
    const network = createNetwork(cnnPlan({ stages: [[4, 5], [6]], hidden: [7], stem: 2 }), inputs);
    expect(network.parameters.map(({ name, layer, shape }) => [name, layer, shape.join()])).toEqual([
      ['stage.0.block.0.convolution.weight', 'stage.0.block.0', '4,3,3,3'],
      ['stage.0.block.0.convolution.bias', 'stage.0.block.0', '4'],
      ['stage.0.block.1.convolution.weight', 'stage.0.block.1', '5,4,3,3'],
      ['stage.0.block.1.convolution.bias', 'stage.0.block.1', '5'],
      ['stage.1.block.0.convolution.weight', 'stage.1.block.0', '6,5,3,3'],
      ['stage.1.block.0.convolution.bias', 'stage.1.block.0', '6'],
      ['hidden.0.weight', 'hidden.0', '6,7'],
      ['hidden.0.bias', 'hidden.0', '7'],
      ['output.weight', 'output', '7,3'],
      ['output.bias', 'output', '3'],
    ]);
    expect(network.buffers).toEqual([]);
  });

  it('pools before monotone activations, and after the others', () => {
    const order = (activation: CnnPlan['activation']) =>
      createNetwork(cnnPlan({ activation }), inputs).steps.flatMap(
        ({ name }) => name.match(/^stage.0.block.0.(.*)/)?.[1] ?? [],
      );
    expect(order('relu')).toEqual(['convolution', 'pooling', 'activation', 'dropout']);
    expect(order('silu')).toEqual(['convolution', 'activation', 'pooling', 'dropout']);
  });

  it('drops channels after the stages of plain networks, and units before dense layers', () => {
    const masks = (block: CnnPlan['block']) =>
      createNetwork(cnnPlan({ stages: [[4, 5], [6], [8]], block, hidden: [7] }), inputs).masks(9);
    const head = [
      { name: 'average.dropout.mask', layer: 'average', shape: [9, 8] },
      { name: 'hidden.0.dropout.mask', layer: 'hidden.0', shape: [9, 7] },
    ];
    expect(masks('plain')).toEqual([
      { name: 'stage.0.block.1.dropout.mask', layer: 'stage.0.block.1', shape: [9, 5, 1, 1] },
      { name: 'stage.1.block.0.dropout.mask', layer: 'stage.1.block.0', shape: [9, 6, 1, 1] },
      ...head,
    ]);
    expect(masks('residual')).toEqual(head);
    expect(masks('separable')).toEqual(head);
  });

  it('penalizes weights of convolutions and dense layers only', () => {
    const plan = cnnPlan({ stages: [[4], [6]], block: 'residual', normalization: 'batch', squeezeExcitation: true });
    const { parameters, buffers } = createNetwork(plan, inputs);
    const penalized = parameters.filter((parameter) => parameter.penalized).map(({ name }) => name);
    expect(penalized).toEqual([
      'stem.convolution.weight',
      'stage.0.block.0.first.convolution.weight',
      'stage.0.block.0.second.convolution.weight',
      'stage.0.block.0.squeeze-excitation.squeeze',
      'stage.0.block.0.squeeze-excitation.excite',
      'stage.1.block.0.first.convolution.weight',
      'stage.1.block.0.second.convolution.weight',
      'stage.1.block.0.squeeze-excitation.squeeze',
      'stage.1.block.0.squeeze-excitation.excite',
      'stage.1.block.0.projection.convolution.weight',
      'output.weight',
    ]);
    expect(parameters.some(({ name }) => name.endsWith('convolution.bias'))).toBe(false);
    expect(buffers.filter(({ name }) => name.endsWith('.mean')).length).toBe(6);
  });

  it('prints the same graphs for the same plans', () => {
    const everything = { normalization: 'batch', squeezeExcitation: true, hidden: [5] } as const;
    expect(print(cnnPlan({ stem: 2 }), true)).toMatchSnapshot('plain, training');
    expect(print(cnnPlan({ stem: 2 }), false)).toMatchSnapshot('plain, evaluation');
    expect(print(cnnPlan({ ...everything, block: 'residual' }), true)).toMatchSnapshot('residual, training');
    expect(print(cnnPlan({ ...everything, block: 'residual' }), false)).toMatchSnapshot('residual, evaluation');
    expect(print(cnnPlan({ ...everything, block: 'separable' }), false)).toMatchSnapshot('separable, evaluation');
  });

  it('counts parameters and products as by hand', () => {
    const image = imageInputs(3, 32, 32, 10);
    const plan = cnnPlan({ stages: [[32, 64], [64]] });
    const [first, second, third] = [3 * 32 * 9, 32 * 64 * 9, 64 * 64 * 9];
    expect(parameterCount(plan, image)).toBe(first + 32 + second + 64 + third + 64 + 650);
    expect(multiplyAdds(plan, image)).toBe(1024 * (first + second) + 256 * third + 640);
    const dense = networkPlan({ hidden: [8] });
    expect(parameterCount(dense, image)).toBe(3072 * 8 + 8 + 90);
    expect(multiplyAdds(dense, image)).toBe(3072 * 8 + 80);
    const columns = { ...image, image: null, numeric: 2, continuous: [true, true] };
    expect(multiplyAdds(networkPlan({ hidden: [8], members: { count: 3, sharing: 'none' } }), columns)).toBe(3 * 96);
  });
});

describe('images in a network of dense layers', () => {
  it('are scaled, laid out in a row, and may be scaled by trained factors', () => {
    const network = createNetwork(networkPlan({ hidden: [4], inputScale: true }), imageInputs(1, 3, 5));
    expect(network.steps.map(({ name, layer, width }) => [name, layer, width])).toEqual([
      ['image-scale', 'image-scale', 15],
      ['pixels', 'flatten', 15],
      ['input-scale', 'input-scale', 15],
      ['hidden.0', 'dense', 4],
      ['hidden.0.activation', 'activation', 4],
      ['hidden.0.dropout', 'dropout', 4],
      ['output', 'dense', 3],
    ]);
  });
});

describe('the start of a residual network', () => {
  const stages = [[4, 4], [6], [6]];
  const isZero = (values: Float32Array | undefined): boolean => values?.every((x) => x === 0) ?? false;

  it('has scales of zero at the end of each way through, with batch normalization', () => {
    const { parameters } = start(cnnPlan({ stages, block: 'residual', normalization: 'batch' }));
    const zeros = [...parameters].filter(([name, values]) => name.endsWith('.scale') && isZero(values));
    expect(zeros.map(([name]) => name)).toEqual([
      'stage.0.block.0.second.normalization.scale',
      'stage.0.block.1.second.normalization.scale',
      'stage.1.block.0.second.normalization.scale',
      'stage.2.block.0.second.normalization.scale',
    ]);
    expect([...parameters].filter(([name, values]) => name.endsWith('.weight') && isZero(values))).toEqual([]);
  });

  it('has last convolutions of zero without, and first ones of half the size for four blocks', () => {
    const plan = cnnPlan({ stages, block: 'residual' });
    const { parameters } = start(plan);
    const zeros = [...parameters].filter(([name, values]) => name.endsWith('.weight') && isZero(values));
    expect(zeros.map(([name]) => name)).toEqual([
      'stage.0.block.0.second.convolution.weight',
      'stage.0.block.1.second.convolution.weight',
      'stage.1.block.0.second.convolution.weight',
      'stage.2.block.0.second.convolution.weight',
    ]);
    const name = 'stage.0.block.1.first.convolution.weight';
    const whole = start({ ...plan, stages: [[4, 4]] }).parameters.get(name) ?? new Float32Array();
    const half = parameters.get(name) ?? new Float32Array();
    half.forEach((x, i) => {
      expect(x).toBeCloseTo(((whole[i] as number) * Math.SQRT2) / 2, 6);
    });
  });

  it('is left to initializers that show what goes wrong', () => {
    const plan = cnnPlan({ stages, block: 'residual', normalization: 'batch', initializer: 'constant' });
    const { parameters } = start(plan);
    expect([...parameters].filter(([name, values]) => name.endsWith('.scale') && isZero(values))).toEqual([]);
  });
});

describe('first weights of convolutions', () => {
  const wide = cnnPlan({ stages: [[64, 64]], block: 'separable' });
  const variance = (values: Float32Array = new Float32Array()): number =>
    values.reduce((sum, x) => sum + x * x, 0) / values.length;

  it('have He’s variance by the inputs of one window', () => {
    const { parameters } = start(wide);
    expect(variance(parameters.get('stem.convolution.weight'))).toBeCloseTo(2 / 27, 2);
    expect(variance(parameters.get('stage.0.block.0.depthwise.convolution.weight'))).toBeCloseTo(2 / 9, 1);
    expect(variance(parameters.get('stage.0.block.0.pointwise.convolution.weight'))).toBeCloseTo(2 / 64, 2);
  });

  it('have Glorot’s variance by the outputs that one input reaches too', () => {
    const { parameters } = start({ ...wide, initializer: 'glorot-normal' });
    expect(variance(parameters.get('stem.convolution.weight'))).toBeCloseTo(2 / (27 + 64 * 9), 3);
    expect(variance(parameters.get('stage.0.block.0.depthwise.convolution.weight'))).toBeCloseTo(2 / 18, 1);
  });

  it('are orthogonal from window to output where the initializer says so', () => {
    const { parameters } = start(cnnPlan({ stages: [[6]], initializer: 'orthogonal', activation: 'linear' }));
    const weight = parameters.get('stage.0.block.0.convolution.weight') ?? new Float32Array();
    const filters = Array.from({ length: 6 }, (_, o) => weight.subarray(27 * o, 27 * o + 27));
    filters.forEach((a, i) => {
      filters.forEach((b, j) => {
        expect(a.reduce((sum, x, k) => sum + x * (b[k] as number), 0)).toBeCloseTo(i === j ? 1 : 0, 5);
      });
    });
  });

  it('give outputs of variance 1 on training images where they are driven by data', () => {
    const plan = cnnPlan({ stages: [[8, 8], [12]], initializer: 'data-driven', hidden: [9] });
    const network = createNetwork(plan, inputs);
    const rows = 113; // As many images of 12 x 12 as are looked at.
    const sample = sampleOf(inputs, rows);
    const { parameters } = initializeNetwork(network, { random: createRandom(2), sample });
    const batches = new Map<string, Batch>([['image', { members: null, rows, width: 432, data: sample.images }]]);
    const variances = new Map<string, number>();
    for (const step of network.steps) {
      const fed = step.inputs.flatMap((name) => batches.get(name) ?? []);
      const batch = step.plain(fed, (name) => parameters.get(name) ?? new Float32Array());
      batches.set(step.name, batch);
      const data = Float64Array.from(batch.data);
      const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
      variances.set(step.name, data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
    }
    for (const name of [0, 1].map((i) => `stage.0.block.${i}.convolution`))
      expect(variances.get(name)).toBeCloseTo(1, 4);
    expect(variances.get('stage.1.block.0.convolution')).toBeCloseTo(1, 4);
    expect(variances.get('hidden.0')).toBeCloseTo(1, 4);
    expect(variances.get('output')).toBeCloseTo(0.01, 4);
  });
});

describe('a network for images that cannot be', () => {
  it('says how often its images can be halved', () => {
    const stages = [[4], [4], [4], [4], [4], [4]];
    expect(() => createNetwork(cnnPlan({ stages }), imageInputs(1, 28, 30))).toThrow(
      'A network of 6 stages expected images that it can halve 5 times, but received images of 28 x 30, of which the first ' +
        'convolution (stem 1) leaves 28 rows or columns. Use at most 5 stages, a smaller stem or larger images.',
    );
    expect(() => createNetwork(cnnPlan({ stages: [[4], [4]], stem: 4 }), imageInputs(1, 4, 4))).toThrow(
      'Use at most 1 stage, a smaller stem or larger images.',
    );
    for (const block of ['plain', 'residual', 'separable'] as const) {
      expect(
        createNetwork(cnnPlan({ stages: stages.slice(1), block }), imageInputs(1, 28, 30)).steps.at(-1)?.width,
      ).toBe(3);
    }
  });

  it('says that there are no images', () => {
    const columns = { ...inputs, image: null, numeric: 1, continuous: [true] };
    expect(() => createNetwork(cnnPlan(), columns)).toThrow(
      "A network of kind 'cnn' expected images, but received columns. Use kind 'mlp' for tables.",
    );
    const sample = { ...sampleOf(inputs, 4), images: null };
    const network = createNetwork(cnnPlan({ initializer: 'data-driven' }), inputs);
    expect(() => initializeNetwork(network, { random: createRandom(0), sample })).toThrow(
      'Initialization of a network for images expected training images, but received none. Pass the pixels of training rows.',
    );
  });

  const image = { channels: 2, height: 8, width: 8, center: [0, 0], factor: [1, 1] };
  it.each([
    [
      { ...inputs, image, numeric: 1, continuous: [true] },
      'A network for images expected no columns, but received 1. Pass either images or columns.',
    ],
    [
      { ...inputs, image: { ...image, factor: [1] } },
      'A network expected one center and one factor per channel, 2, but received 2 and 1. Fit the scaling on the same images.',
    ],
    [
      { ...inputs, image: { ...image, height: 0.5 } },
      "A network expected images with whole, positive sizes, but received 2 x 0.5 x 8. Pass the images' shape.",
    ],
  ])('says what is wrong with the inputs: %o', (wrong, message) => {
    expect(() => createNetwork(cnnPlan(), wrong)).toThrow(message);
  });

  it('says which images the graph lacks', () => {
    const graph = createGraph();
    const tensor = () => graph.scalar(0);
    const options = { numeric: null, categories: null, parameter: tensor, buffer: tensor, mask: null, training: false };
    const network = createNetwork(cnnPlan(), inputs);
    const text = "The network expected 'image' as uint8 or float32 of shape [N, 3, 12, 12], but received ";
    expect(() => network.forward({ ...options, image: null })).toThrow(`${text}none.`);
    expect(() => network.forward({ ...options, image: graph.input('a', ['N', 3, 12, 13], 'uint8') })).toThrow(
      `${text}uint8[N, 3, 12, 13]. Feed images with the shape that the network was made for.`,
    );
    expect(() => network.forward({ ...options, image: graph.input('b', ['N', 3, 12, 12], 'int32') })).toThrow(
      `${text}int32[N, 3, 12, 12].`,
    );
  });

  it('says that a window is larger than its images', async () => {
    const { layers } = await import('../../../src/network/index.ts');
    const options = { image: { channels: 1, height: 3, width: 9 }, kernel: 5, stride: 1, padding: 'valid' } as const;
    expect(() => layers['max-pooling'].width(options)).toThrow(
      "The layer 'max-pooling' expected images of at least 5 x 5, the size of its window, but received 3 x 9. " +
        'Use larger images, a smaller window or fewer stages.',
    );
  });

  it('says that batch normalization trains on a fixed number of images', () => {
    const graph = createGraph();
    const network = createNetwork(cnnPlan({ normalization: 'batch' }), inputs);
    const tensors = [...network.parameters, ...network.buffers];
    const values = new Map(tensors.map(({ name, shape }) => [name, graph.input(name, shape)]));
    const tensor = (name: string) => values.get(name) ?? graph.scalar(0);
    const options = { numeric: null, categories: null, parameter: tensor, buffer: tensor, mask: null, training: true };
    expect(() => network.forward({ ...options, image: graph.input('image', ['N', 3, 12, 12], 'uint8') })).toThrow(
      'Batch normalization expected a training batch of a known number of images, at least 2 numbers per channel, but received [N, 4, 12, 12].',
    );
  });
});
