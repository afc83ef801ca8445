import { describe, expect, it } from 'vitest';
import { fillBatch } from '../../src/data/batches.ts';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocessing.ts';
import { inferRoles } from '../../src/data/roles.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { defaultImagePlan } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { arrowShape, arrows } from '../fixtures/arrows.ts';

const batchSize = 32;
const augmentation: Plan['regularization']['augmentation'] = {
  ...{ noise: 0, horizontalFlip: true, verticalFlip: true, shift: 0.1, rotation: 15, scale: 0.1 },
  ...{ color: 0.2, cutout: 0.3, mixup: 0.2, cutmix: 1 },
};

function planOf(): Plan {
  const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 0, image: arrowShape });
  return {
    ...plan,
    network: { ...plan.network, stages: [[16], [32]] },
    regularization: { ...plan.regularization, dropout: { rate: 0.2, fade: 'constant' }, augmentation },
    training: { ...plan.training, batchSize },
  };
}

describe('the memory of a training on images', () => {
  it('stays flat over 2,000 steps with every augmentation, and evaluations', async () => {
    const plan = planOf();
    const table = arrows(512, 'memory');
    const order = Uint32Array.from({ length: table.rows }, (_, i) => i);
    const preprocessing = fitPreprocessing(plan.preprocessing, table, inferRoles(table), order);
    const data = applyPreprocessing(preprocessing, table);
    const trainer = await createTrainer(createOnnxRuntime(), plan, data);
    const rows = new Uint32Array(batchSize);
    let step = 0;
    const run = async (steps: number): Promise<void> => {
      for (let i = 0; i < steps; i++) {
        fillBatch(order, step % (data.rows / batchSize), rows);
        step++;
        await trainer.step({ step, rows, learningRate: 1e-4, l2: 0.01, l1: 0, dropout: 0.2, noise: 0 });
        if (step % 100 === 0) await trainer.predict(data);
      }
    };
    await run(1000);
    const before = process.memoryUsage().rss;
    await run(2000);
    const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
    // One batch of bytes kept per step would be 9 MB, one layer's activations 590 MB, all gradients 40 MB.
    expect(megabytes).toBeLessThan(8);
    await trainer.release();
  });
});
