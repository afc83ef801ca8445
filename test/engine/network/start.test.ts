import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import {
  type ActivationId,
  activations,
  createLoss,
  createNetwork,
  type InitializerId,
  initializeNetwork,
  matchedInitializer,
  type NetworkInputs,
} from '../../../src/network/index.ts';
import type { MlpPlan } from '../../../src/plan/plan.ts';
import { networkPlan } from '../../unit/network/plans.ts';
import { evaluate, type Fed } from './evaluate.ts';

const runtime = createOnnxRuntime();
const rows = 256;
const inputs: NetworkInputs = {
  numeric: 10,
  continuous: new Array<boolean>(10).fill(true),
  cardinalities: [],
  image: null,
  outputs: 4,
};
const random = createRandom('start');
const sample = {
  rows,
  numeric: Float32Array.from({ length: rows * 10 }, () => random.normal()),
  categories: new Int32Array(),
  images: null,
};
const target = Int32Array.from({ length: rows }, (_, i) => i % 4);

/** The first loss of a network, and the deviation of its last hidden activation. */
async function start(changes: Partial<MlpPlan>): Promise<{ loss: number; signal: number }> {
  const network = createNetwork(networkPlan({ hidden: [64, 64, 64], ...changes }), inputs);
  const { parameters, buffers } = initializeNetwork(network, { random: createRandom(0), sample });
  const feeds: Record<string, Fed> = {
    numeric: { shape: [rows, 10], data: sample.numeric },
    target: { shape: [rows], data: target, dtype: 'int32' },
  };
  for (const { name, shape } of [...network.parameters, ...network.buffers]) {
    feeds[name] = { shape, data: parameters.get(name) ?? buffers.get(name) ?? [] };
  }
  const loss = createLoss(
    { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' },
    { outputs: 4, classWeights: null },
  );
  const result = await evaluate(runtime, feeds, (value) => {
    const { output, activations: hidden } = network.forward({
      numeric: value('numeric'),
      categories: null,
      image: null,
      parameter: value,
      buffer: value,
      mask: null,
      training: true,
    });
    return { loss: loss.loss(output, value('target')), last: hidden['hidden.2'] ?? output };
  });
  const last = result('last').data;
  return {
    loss: result('loss').data[0] ?? Number.NaN,
    signal: Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length),
  };
}

const guess = Math.log(4);
const within = (loss: number, share: number): boolean => Math.abs(loss / guess - 1) < share;

describe('a network at its start', () => {
  it.each(Object.keys(activations) as ActivationId[])(
    'of %s with the matched initializer guesses',
    async (activation) => {
      const { loss } = await start({ activation, initializer: matchedInitializer(activation) });
      expect(within(loss, 0.02)).toBe(true);
    },
  );

  it.each(['orthogonal', 'data-driven', 'zeros', 'constant'] as InitializerId[])(
    'drawn by %s guesses',
    async (initializer) => {
      expect(within((await start({ initializer })).loss, 0.02)).toBe(true);
    },
  );

  it.each(['rank-one', 'none'] as const)('with members (sharing: %s) guesses', async (sharing) => {
    expect(within((await start({ members: { count: 4, sharing } })).loss, 0.02)).toBe(true);
  });

  it.each(['relu', 'elu', 'selu', 'gelu', 'silu', 'mish'] as const)(
    'carries the signal of %s through its layers with the matched initializer',
    async (activation) => {
      const { signal } = await start({ activation, initializer: matchedInitializer(activation) });
      expect(signal).toBeGreaterThan(0.5);
      expect(signal).toBeLessThan(2);
    },
  );

  it('is far from a guess with plain normal weights, and dead with zeros', async () => {
    expect(within((await start({ initializer: 'plain-normal' })).loss, 1)).toBe(false);
    expect((await start({ initializer: 'zeros' })).signal).toBe(0);
  });
});
