import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import { parsePlan } from '../../../src/plan/plan.ts';
import { train } from '../../../src/training/train.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { dataset, memoryStore, options, runtime, smallPlan } from './fixture.ts';

describe('datasets at the edge', () => {
  it('of one row train', async () => {
    const { record } = await train({ ...options(smallPlan('regression'), { classes: 0, rows: 1 }), dev: null });
    expect(record.train).toMatchObject({ count: 1, standardError: null, share: null });
    expect(record.curve.at(-1)?.step).toBe(4);
  });

  it('smaller than a batch train in batches of all rows', async () => {
    const plan = smallPlan('classification', { training: { batchSize: 512 } });
    const trainer = await createTrainer(runtime, plan, dataset({ rows: 20 }));
    expect(trainer.batchSize).toBe(20);
    await trainer.release();
    const { record } = await train(options(plan, { rows: 20 }));
    expect(record.curve.at(-1)?.step).toBe(4);
  });

  it.each(['none', 'batch', 'layer'] as const)(
    'of embedded categories only train, normalization %s',
    async (normalization) => {
      const plan = smallPlan('classification', {
        network: { normalization, numericEmbedding: { kind: 'periodic', frequencies: 4, sigma: 0.1, width: 2 } },
        regularization: { augmentation: { ...noAugmentation, noise: 0.5 }, dropout: { rate: 0.2, fade: 'constant' } },
        optimizer: { kind: 'adam', learningRate: 0.03, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
        training: { epochs: 20 },
      });
      const { record } = await train(options(plan, { width: 0, cardinalities: [9, 15], rows: 300, noise: 0 }));
      expect(record.status).toBe('finished');
      expect(record.dev?.value).toBeLessThan(0.3);
    },
  );

  it('without any column are an error that says so', async () => {
    await expect(train(options(smallPlan('classification'), { width: 0 }))).rejects.toThrow(
      'A network expected at least one input column, but received none. Check the roles of the columns: all were dropped.',
    );
  });
});

describe('checkpoints', () => {
  it('are saved no more often than asked, and not at the end', async () => {
    const plan = parsePlan(smallPlan('classification', { training: { epochs: 10, batchSize: 96 } }));
    const often = memoryStore();
    await train(options(plan, {}, { checkpoints: often }));
    expect(often.saves).toBe(9);
    let now = 0;
    const clock = () => now++;
    const seldom = memoryStore();
    const { record } = await train(options(plan, {}, { checkpoints: seldom, checkpointSeconds: 20, clock }));
    expect(seldom.saves).toBe(Math.floor((record.seconds ?? 0) / 20));
  });

  it('that cannot be saved end the run with their error', async () => {
    const full = { ...memoryStore(), save: async () => Promise.reject(new Error('the disk is full')) };
    await expect(train(options(smallPlan('classification'), {}, { checkpoints: full }))).rejects.toThrow(
      'the disk is full',
    );
  });
});
