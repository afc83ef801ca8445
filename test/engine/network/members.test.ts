import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { createNetwork, initializeNetwork, type Network, type NetworkInputs } from '../../../src/network/index.ts';
import type { MlpPlan } from '../../../src/plan/plan.ts';
import { networkPlan } from '../../unit/network/plans.ts';
import { distance, evaluate, type Fed } from './evaluate.ts';

const runtime = createOnnxRuntime();
const rows = 5;
const members = 3;
const inputs: NetworkInputs = {
  numeric: 4,
  continuous: [true, false, true, true],
  cardinalities: [3, 4],
  image: null,
  outputs: 2,
};
const random = createRandom('members');
const sample = {
  rows,
  numeric: Float32Array.from({ length: rows * 4 }, () => random.normal()),
  categories: Int32Array.from({ length: rows * 2 }, () => random.below(3)),
  images: null,
};

type Tensors = ReadonlyMap<string, Float32Array>;

/** First values, moved away from ones and zeros. */
function tensorsOf(network: Network): Tensors {
  const { parameters, buffers } = initializeNetwork(network, { random: createRandom(4), sample });
  const moved = [...parameters].map(([name, data]) => [name, data.map((x) => x + 0.2 * random.normal())] as const);
  return new Map([...moved, ...buffers]);
}

async function outputOf(network: Network, tensors: Tensors, training: boolean): Promise<number[]> {
  const feeds: Record<string, Fed> = {
    numeric: { shape: [rows, 4], data: sample.numeric },
    categories: { shape: [rows, 2], data: sample.categories, dtype: 'int32' },
  };
  for (const { name, shape } of [...network.parameters, ...network.buffers]) {
    feeds[name] = { shape, data: tensors.get(name) ?? [] };
  }
  const result = await evaluate(runtime, feeds, (value: (name: string) => Value) => ({
    output: network.forward({
      numeric: value('numeric'),
      categories: value('categories'),
      image: null,
      parameter: value,
      buffer: value,
      mask: null,
      training,
    }).output,
  }));
  return result('output').data;
}

const plans: readonly (readonly [string, Partial<MlpPlan>])[] = [
  ['plain', { hidden: [6, 5], activation: 'selu' }],
  ['without hidden layers', { hidden: [], inputScale: true }],
  [
    'piecewise-linear, batch normalization, residual',
    {
      hidden: [6, 6],
      normalization: 'batch',
      residual: true,
      inputScale: true,
      numericEmbedding: { kind: 'piecewise-linear', bins: 3, width: 2 },
    },
  ],
  [
    'periodic, layer normalization',
    {
      hidden: [6],
      normalization: 'layer',
      numericEmbedding: { kind: 'periodic', frequencies: 3, sigma: 0.2, width: 3 },
    },
  ],
];

describe.each(plans)('members that share nothing: %s', (_, changes) => {
  it.each([true, false])('give exactly what the single networks give (training: %s)', async (training) => {
    const together = createNetwork(networkPlan({ ...changes, members: { count: members, sharing: 'none' } }), inputs);
    const single = createNetwork(networkPlan(changes), inputs);
    const tensors = tensorsOf(together);
    const all = await outputOf(together, tensors, training);
    const names = [...single.parameters, ...single.buffers].map(({ name }) => name);
    for (let m = 0; m < members; m++) {
      // A member's part of a tensor; tensors that are no larger, such as bin edges, are common to all.
      const own = new Map(
        [...single.parameters, ...single.buffers].map(({ name, shape }) => {
          const length = shape.reduce((n, dim) => n * dim, 1);
          const data = tensors.get(name) ?? new Float32Array();
          return [name, data.length === length ? data : data.slice(m * length, (m + 1) * length)] as const;
        }),
      );
      expect([...own.keys()]).toEqual(names);
      const alone = await outputOf(single, own, training);
      expect(distance(all.slice(m * rows * 2, (m + 1) * rows * 2), alone)).toBeLessThan(2e-6);
    }
  });
});

describe('members that share weights up to rank one', () => {
  it('with factors of one are the plain network', async () => {
    const plan = { hidden: [6, 5], activation: 'gelu' } as const;
    const together = createNetwork(networkPlan({ ...plan, members: { count: members, sharing: 'rank-one' } }), inputs);
    const single = createNetwork(networkPlan(plan), inputs);
    const alone = tensorsOf(single);
    const tensors = new Map(
      together.parameters.map(({ name, shape }) => {
        const length = shape.reduce((n, dim) => n * dim, 1);
        const own = alone.get(name);
        if (own === undefined) return [name, new Float32Array(length).fill(1)] as const;
        return [name, Float32Array.from({ length }, (_, i) => own[i % own.length] as number)] as const;
      }),
    );
    const one = await outputOf(single, alone, true);
    expect(distance(await outputOf(together, tensors, true), [...one, ...one, ...one])).toBeLessThan(1e-6);
  });

  it('differ from each other at the start', async () => {
    const plan = networkPlan({ hidden: [6], members: { count: members, sharing: 'rank-one' } });
    const network = createNetwork(plan, inputs);
    const { parameters, buffers } = initializeNetwork(network, { random: createRandom(4), sample });
    const output = await outputOf(network, new Map([...parameters, ...buffers]), false);
    const [a, b] = [output.slice(0, rows * 2), output.slice(rows * 2, rows * 4)];
    expect(distance(a, b)).toBeGreaterThan(1e-3);
  });
});
