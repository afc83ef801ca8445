// The same plan, seed and data: the same weights and record, bit for bit, also through a stop and a resume.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { train } from '../../../src/training/train.ts';
import { type DataOptions, memoryStore, options, smallPlan, timeless } from './fixture.ts';

const noisy: Partial<Plan['regularization']> = {
  dropout: { rate: 0.3, fade: 'flat-cosine' },
  augmentation: { ...noAugmentation, noise: 0.1 },
  l1: { strength: 0.05, fade: 'constant' },
  l2: { strength: 0.1, fade: 'flat-cosine' },
};

const cases: Readonly<Record<string, { readonly plan: Plan; readonly data: DataOptions }>> = {
  plain: { plan: smallPlan('classification'), data: {} },
  'dropout, noise, l1 and l2': { plan: smallPlan('classification', { regularization: noisy }), data: {} },
  averaging: {
    plan: smallPlan('regression', { regularization: noisy, training: { averaging: 0.9, clipNorm: 1 } }),
    data: { classes: 0 },
  },
  'batch normalization': {
    plan: smallPlan('classification', {
      network: { normalization: 'batch' },
      loss: { kind: 'binary-cross-entropy', labelSmoothing: 0, classWeights: 'balanced' },
      optimizer: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
    }),
    data: { classes: 2 },
  },
  'members, embeddings, categories': {
    plan: smallPlan('regression', {
      network: {
        members: { count: 3, sharing: 'rank-one' },
        numericEmbedding: { kind: 'piecewise-linear', bins: 6, width: 3 },
        normalization: 'batch',
      },
      regularization: noisy,
      training: { averaging: 0.8 },
    }),
    data: { classes: 0, cardinalities: [5, 12] },
  },
};

describe.each(Object.entries(cases))('%s', (_, { plan, data }) => {
  it('is the same bit for bit when it is done again', async () => {
    const first = timeless(await train(options(plan, data)));
    expect(timeless(await train(options(plan, data)))).toEqual(first);
    const other = timeless(await train(options({ ...plan, seed: 2 }, data)));
    expect(other.weights.parameters).not.toEqual(first.weights.parameters);
  });

  it('is the same bit for bit when it was stopped at any point and goes on', async () => {
    const whole = timeless(await train(options(plan, data)));
    expect(whole.record.curve.map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
    const epochs = fc.subarray([1, 1.5, 2, 2.5, 3, 3.5], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(epochs, async (stops) => {
        const checkpoints = memoryStore();
        for (const stop of stops) {
          const controller = new AbortController();
          const onPoint = ({ epoch }: { epoch: number }) => {
            if (epoch === stop) controller.abort();
          };
          const { record } = await train(options(plan, data, { checkpoints, onPoint, signal: controller.signal }));
          expect(record.status).toBe('stopped');
          expect(record.curve.at(-1)?.epoch).toBe(stop);
        }
        const seen: number[] = [];
        const onPoint = ({ epoch }: { epoch: number }) => seen.push(epoch);
        const resumed = await train(options(plan, data, { checkpoints, onPoint }));
        // From the end of the last whole epoch on.
        expect(seen[0]).toBe(Math.floor(stops.at(-1) ?? 0) + 0.5);
        expect(timeless(resumed)).toEqual(whole);
      }),
      { numRuns: 4 },
    );
  });
});

describe('a checkpoint of another training', () => {
  const plan = smallPlan('classification');
  const other = { l2: { strength: 0.5, fade: 'constant' } } as const;
  const changed = options(plan, {});
  const flipped = (x: Float32Array): Float32Array => x.map((value, i) => (i === 17 ? -value : value));

  it.each([
    ['plan', options(smallPlan('classification', { regularization: other }), {})],
    ['training cell', { ...changed, train: { ...changed.train, numeric: flipped(changed.train.numeric) } }],
    ['training target', { ...changed, train: { ...changed.train, target: changed.train.target.toReversed() } }],
    ['dev rows', { ...changed, dev: null }],
    ['metric', { ...changed, metric: 'log-loss' as const }],
  ])('with another %s is not continued', async (_, started) => {
    const checkpoints = memoryStore();
    await train({ ...started, checkpoints, stopEpoch: 2 });
    expect(checkpoints.saves).toBe(1);
    const seen: number[] = [];
    const result = await train({ ...changed, checkpoints, onPoint: ({ epoch }) => seen.push(epoch) });
    expect(seen[0]).toBe(0.5);
    expect(timeless(result)).toEqual(timeless(await train(changed)));
  });

  it('of the same training is continued, whatever it is told about its end', async () => {
    const checkpoints = memoryStore();
    await train({ ...changed, checkpoints, stopEpoch: 3 });
    const seen: number[] = [];
    await train({ ...changed, checkpoints, onPoint: ({ epoch }) => seen.push(epoch) });
    expect(seen).toEqual([2.5, 3, 3.5, 4]);
  });
});
