import { describe, expect, it } from 'vitest';
import { fillBatch } from '../../src/data/batches.ts';
import { noAugmentation } from '../../src/plan/defaults.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { dataset, runtime, smallPlan } from '../engine/training/fixture.ts';

const settings = { learningRate: 1e-3, l2: 0.1, l1: 0.01, dropout: 0.2, noise: 0.1 };

describe('memory', () => {
  it('stays flat over 2,000 steps with evaluations', async () => {
    const plan = smallPlan('classification', {
      network: { hidden: [128, 128], normalization: 'batch' },
      regularization: { dropout: { rate: 0.2, fade: 'constant' }, augmentation: { ...noAugmentation, noise: 0.1 } },
      training: { batchSize: 128, averaging: 0.9, clipNorm: 1 },
    });
    const data = dataset({ rows: 1024, width: 16 });
    const trainer = await createTrainer(runtime, plan, data);
    const order = Uint32Array.from({ length: data.rows }, (_, i) => i);
    const rows = new Uint32Array(128);
    let step = 0;
    const run = async (steps: number): Promise<void> => {
      for (let i = 0; i < steps; i++) {
        fillBatch(order, step % 8, rows);
        step++;
        await trainer.step({ ...settings, step, rows });
        if (step % 50 === 0) await trainer.predict(data);
      }
    };
    await run(2500);
    const before = process.memoryUsage().rss;
    await run(2000);
    const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
    // One tensor of 128 x 128 kept per step would be 128 MB.
    expect(megabytes).toBeLessThan(40);
    await trainer.release();
  });

  it('is given back by a trainer that is released', async () => {
    const plan = smallPlan('classification', { network: { hidden: [512, 512] } });
    const data = dataset({ rows: 256, width: 16 });
    const once = async (): Promise<void> => {
      const trainer = await createTrainer(runtime, plan, data);
      await trainer.step({ ...settings, noise: 0, step: 1, rows: Uint32Array.from({ length: 16 }, (_, i) => i) });
      await trainer.release();
    };
    for (let i = 0; i < 10; i++) await once();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 60; i++) await once();
    const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
    // Each has an arena of about 5 MB and two sessions.
    expect(megabytes).toBeLessThan(150);
  });
});
