import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { createGraph, gradients, printGraph } from '../../../src/engine/index.ts';
import {
  countParameters,
  createLoss,
  createNetwork,
  initializeNetwork,
  type NetworkInputs,
} from '../../../src/network/index.ts';
import { networkPlan } from './plans.ts';

const plainInputs: NetworkInputs = {
  numeric: 3,
  continuous: [true, true, true],
  cardinalities: [],
  image: null,
  outputs: 2,
};
const mixedInputs: NetworkInputs = {
  numeric: 3,
  continuous: [true, false, true],
  cardinalities: [4, 3],
  image: null,
  outputs: 5,
};

/** Everything that a plan can ask for. */
const fullPlan = networkPlan({
  hidden: [6, 6, 4],
  activation: 'mish',
  normalization: 'batch',
  residual: true,
  inputScale: true,
  numericEmbedding: { kind: 'piecewise-linear', bins: 3, width: 2 },
  members: { count: 3, sharing: 'rank-one' },
});

/** The text of a network's graph. */
function print(plan: Parameters<typeof createNetwork>[0], inputs: NetworkInputs, batch: number | null): string {
  const network = createNetwork(plan, inputs);
  const graph = createGraph();
  const rows = batch ?? 'N';
  const tensors = [...network.parameters, ...network.buffers, ...network.masks(batch ?? 1)];
  const values = new Map(tensors.map(({ name, shape }) => [name, graph.input(name, shape)]));
  const value = (name: string) => values.get(name) ?? graph.scalar(Number.NaN);
  const { output, buffers } = network.forward({
    numeric: graph.input('numeric', [rows, inputs.numeric]),
    categories: graph.input('categories', [rows, inputs.cardinalities.length || 1], 'int32'),
    image: null,
    parameter: value,
    buffer: value,
    mask: batch === null ? null : value,
    training: batch !== null,
  });
  return printGraph({ output, ...buffers });
}

describe('createNetwork', () => {
  it('names the parameters of a plain network and counts them', () => {
    const network = createNetwork(networkPlan({ hidden: [4, 6] }), plainInputs);
    expect(network.parameters.map(({ name, layer, shape }) => [name, layer, shape.join()])).toEqual([
      ['hidden.0.weight', 'hidden.0', '3,4'],
      ['hidden.0.bias', 'hidden.0', '4'],
      ['hidden.1.weight', 'hidden.1', '4,6'],
      ['hidden.1.bias', 'hidden.1', '6'],
      ['output.weight', 'output', '6,2'],
      ['output.bias', 'output', '2'],
    ]);
    expect(countParameters(network)).toBe(3 * 4 + 4 + 4 * 6 + 6 + 6 * 2 + 2);
    expect(network.buffers).toEqual([]);
    expect(network.masks(8)).toEqual([
      { name: 'hidden.0.dropout.mask', layer: 'hidden.0', shape: [8, 4] },
      { name: 'hidden.1.dropout.mask', layer: 'hidden.1', shape: [8, 6] },
    ]);
  });

  it('has one linear map without hidden layers', () => {
    const network = createNetwork(networkPlan({ hidden: [] }), plainInputs);
    expect(network.parameters.map(({ name }) => name)).toEqual(['output.weight', 'output.bias']);
  });

  it('penalizes weights of dense layers only', () => {
    const { parameters } = createNetwork(fullPlan, mixedInputs);
    expect(parameters.filter(({ penalized }) => penalized).map(({ name }) => name)).toEqual([
      'hidden.0.weight',
      'hidden.1.weight',
      'hidden.2.weight',
      'output.weight',
    ]);
  });

  it('gives the input scale six times the learning rate, and periodic embeddings a tenth', () => {
    const numericEmbedding = { kind: 'periodic', frequencies: 4, sigma: 0.1, width: 3 } as const;
    const { parameters } = createNetwork(networkPlan({ inputScale: true, numericEmbedding }), plainInputs);
    expect(parameters.filter((p) => p.learningRateFactor !== 1).map((p) => [p.name, p.learningRateFactor])).toEqual([
      ['numeric-embedding.frequency', 0.1],
      ['numeric-embedding.phase', 0.1],
      ['numeric-embedding.weight', 0.1],
      ['numeric-embedding.bias', 0.1],
      ['input-scale.factor', 6],
    ]);
  });

  it('prints the same graphs for the same plans', () => {
    expect(print(networkPlan({ hidden: [4] }), plainInputs, 8)).toMatchSnapshot('plain, training');
    expect(print(networkPlan({ hidden: [4] }), plainInputs, null)).toMatchSnapshot('plain, evaluation');
    expect(print(fullPlan, mixedInputs, 8)).toMatchSnapshot('everything, training');
    expect(print(fullPlan, mixedInputs, null)).toMatchSnapshot('everything, evaluation');
  });
});

describe('the training graph of a plain network', () => {
  it('has three products per layer and few passes beside them', () => {
    const inputs = {
      numeric: 784,
      continuous: new Array<boolean>(784).fill(true),
      cardinalities: [],
      image: null,
      outputs: 10,
    };
    const network = createNetwork(networkPlan({ hidden: [512, 512] }), inputs);
    const graph = createGraph();
    const values = new Map(network.parameters.map(({ name, shape }) => [name, graph.input(name, shape)]));
    const value = (name: string) => values.get(name) ?? graph.scalar(Number.NaN);
    const numeric = graph.input('numeric', [128, 784]);
    const { output } = network.forward({
      numeric,
      categories: null,
      image: null,
      parameter: value,
      buffer: value,
      mask: null,
      training: true,
    });
    const loss = createLoss(
      { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' },
      { outputs: 10, classWeights: null },
    ).loss(output, graph.input('target', [128], 'int32'));
    const slopes = gradients(loss, [...values.values()]);
    const text = printGraph({ loss, ...Object.fromEntries(slopes.map((slope, i) => [`gradient.${i}`, slope])) });
    expect(text).toMatchSnapshot();
    // Three forward, three for weights, two for inputs: none for the gradient of the data.
    expect(text.match(/ gemm\(/g)?.length).toBe(8);
    expect(text.match(/^%/gm)?.length).toBeLessThanOrEqual(25);
  });
});

describe('a network that cannot be', () => {
  it('says that there is no column', () => {
    const inputs = { numeric: 0, continuous: [], cardinalities: [], image: null, outputs: 2 };
    expect(() => createNetwork(networkPlan(), inputs)).toThrow(
      'A network expected at least one input column, but received none. Check the roles of the columns: all were dropped.',
    );
  });

  it('says that a periodic embedding is too narrow', () => {
    const numericEmbedding = { kind: 'periodic', frequencies: 4, sigma: 1, width: 1 } as const;
    expect(() => createNetwork(networkPlan({ numericEmbedding }), plainInputs)).toThrow(
      'The periodic embedding expected a width of at least 2 (the number itself and its waves), but received 1.',
    );
  });

  it.each([
    [
      { ...plainInputs, continuous: [true] },
      "A network expected one flag 'continuous' per numeric column, 3, but received 1.",
    ],
    [{ ...plainInputs, outputs: 0 }, 'A network expected a whole number of outputs, at least 1, but received 0.'],
    [
      { ...plainInputs, cardinalities: [3, 0] },
      'A network expected at least one level per categorical column, but received 0 for column 1.',
    ],
  ])('says which input is wrong: %o', (inputs, message) => {
    expect(() => createNetwork(networkPlan(), inputs)).toThrow(message);
  });

  it('says which columns the graph lacks', () => {
    const graph = createGraph();
    const network = createNetwork(networkPlan(), mixedInputs);
    const tensor = () => graph.scalar(0);
    const options = { image: null, parameter: tensor, buffer: tensor, mask: null, training: false };
    const numeric = graph.input('numeric', ['N', 3]);
    expect(() => network.forward({ ...options, numeric: graph.input('wide', ['N', 4]), categories: null })).toThrow(
      "The network expected 'numeric' of shape [N, 3], but received [N, 4]. Feed rows with the columns that the network was made for.",
    );
    expect(() => network.forward({ ...options, numeric, categories: null })).toThrow(
      "The network expected 'categories' of shape [N, 2], but received none. Feed the codes.",
    );
  });

  it('says that batch normalization trains on a fixed number of rows', () => {
    const network = createNetwork(networkPlan({ normalization: 'batch' }), plainInputs);
    const graph = createGraph();
    const shapes = new Map([...network.parameters, ...network.buffers].map(({ name, shape }) => [name, shape]));
    const tensor = (name: string) =>
      graph.constant(new Float32Array(64).slice(0, size(shapes.get(name))), shapes.get(name) ?? []);
    const size = (shape: readonly number[] = []) => shape.reduce((n, dim) => n * dim, 1);
    const numeric = graph.input('numeric', ['N', 3]);
    expect(() =>
      network.forward({
        numeric,
        categories: null,
        image: null,
        parameter: tensor,
        buffer: tensor,
        mask: null,
        training: true,
      }),
    ).toThrow(
      'Batch normalization expected a training batch of a known number of rows, at least 2, but received [N, 4].',
    );
  });
});

/** Training rows of the mixed columns. */
function sampleOf(inputs: NetworkInputs, rows: number) {
  const random = createRandom('rows');
  const numeric = Float32Array.from({ length: rows * inputs.numeric }, () => 3 * random.normal() + 1);
  const columns = inputs.cardinalities.length;
  const categories = Int32Array.from({ length: rows * columns }, (_, i) =>
    random.below(inputs.cardinalities[i % columns] ?? 1),
  );
  return { rows, numeric, categories, images: null };
}

describe('initializeNetwork', () => {
  const sample = sampleOf(mixedInputs, 300);
  const start = (plan = fullPlan, seed = 0) =>
    initializeNetwork(createNetwork(plan, mixedInputs), { random: createRandom(seed), sample });

  it('gives every parameter and buffer its floats, the same for the same seed', () => {
    const network = createNetwork(fullPlan, mixedInputs);
    const { parameters, buffers } = start();
    for (const { name, shape } of [...network.parameters, ...network.buffers]) {
      const data = parameters.get(name) ?? buffers.get(name);
      expect([name, data?.length]).toEqual([name, shape.reduce((n, dim) => n * dim, 1)]);
    }
    expect(start()).toEqual(start());
    expect(start(fullPlan, 1)).not.toEqual(start());
  });

  it('draws each parameter from its own stream, so that another layer shifts nothing', () => {
    const deeper = start({ ...fullPlan, hidden: [6, 6, 4, 4] });
    expect(deeper.parameters.get('hidden.2.weight')).toEqual(start().parameters.get('hidden.2.weight'));
  });

  it('starts the unknown level of each category at zero', () => {
    const table = start().parameters.get('category-embedding.table') ?? new Float32Array();
    const rows = Array.from({ length: 7 }, (_, i) => [...table.subarray(2 * i, 2 * i + 2)]);
    expect(rows.map((row) => row.every((x) => x === 0))).toEqual([true, false, false, false, true, false, false]);
  });

  it('tells rank-one members apart in the first layer only, by one factor per column of the table', () => {
    const plan = networkPlan({ hidden: [3, 3], members: { count: 4, sharing: 'rank-one' } });
    const { parameters } = start(plan);
    const first = parameters.get('hidden.0.input-factor') ?? new Float32Array();
    expect(new Set(first)).toEqual(new Set([-1, 1]));
    // 3 numeric columns, then 2 categories of width 2: both parts of an embedding share a sign.
    for (let member = 0; member < 4; member++) {
      const [, , , a, b, c, d] = first.subarray(7 * member, 7 * member + 7);
      expect([a, c]).toEqual([b, d]);
    }
    expect(new Set(parameters.get('hidden.1.input-factor'))).toEqual(new Set([1]));
    expect(new Set(parameters.get('hidden.0.output-factor'))).toEqual(new Set([1]));
  });

  it.each(['none', 'rank-one'] as const)(
    'scales data-driven layers to outputs of variance 1 (sharing: %s)',
    (sharing) => {
      const plan = networkPlan({ hidden: [20, 20, 20], initializer: 'data-driven', members: { count: 2, sharing } });
      const network = createNetwork(plan, mixedInputs);
      const { parameters, buffers } = initializeNetwork(network, { random: createRandom(2), sample });
      const values = new Map([...parameters, ...buffers]);
      const traced = new Map<string, number>();
      const batches = new Map<string, ReturnType<(typeof network.steps)[number]['plain']>>([
        ['numeric', { members: null, rows: 300, width: 3, data: sample.numeric }],
        ['categories', { members: null, rows: 300, width: 2, data: sample.categories }],
      ]);
      for (const step of network.steps) {
        const fed = step.inputs.flatMap((name) => batches.get(name) ?? []);
        const batch = step.plain(fed, (name) => values.get(name) ?? new Float32Array());
        batches.set(step.name, batch);
        const data = Float64Array.from(batch.data);
        const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
        traced.set(step.name, data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
      }
      for (const name of ['hidden.0', 'hidden.1', 'hidden.2']) expect(traced.get(name)).toBeCloseTo(1, 1);
      expect(traced.get('output')).toBeCloseTo(0.01, 2);
    },
  );

  it('refuses to be driven by data that never changes', () => {
    const network = createNetwork(networkPlan({ initializer: 'data-driven' }), plainInputs);
    const constant = { rows: 4, numeric: new Float32Array(12), categories: new Int32Array(), images: null };
    expect(() => initializeNetwork(network, { random: createRandom(0), sample: constant })).toThrow(
      'The data-driven initializer expected outputs that differ between training rows, but their standard deviation is 0.',
    );
    const empty = { rows: 0, numeric: new Float32Array(), categories: new Int32Array(), images: null };
    expect(() => initializeNetwork(network, { random: createRandom(0), sample: empty })).toThrow(
      'Initialization expected at least one training row, but received none. Pass training rows.',
    );
  });

  it('refuses to be driven by values that do not exist yet', () => {
    const network = createNetwork(networkPlan({ hidden: [4, 4], initializer: 'data-driven' }), plainInputs);
    const second = network.parameters.find(({ name }) => name === 'hidden.1.weight');
    const context = { random: createRandom(0), sample: sampleOf(plainInputs, 9), values: new Map() };
    expect(() => second?.initialize(context)).toThrow(
      "Initialization expected a value of 'hidden.0.weight', but it has none yet. Initialize tensors in the network's order, with initializeNetwork.",
    );
  });
});
