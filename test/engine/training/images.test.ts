import { describe, expect, it } from 'vitest';
import { applyPreprocessing, fitPreprocessing } from '../../../src/data/preprocessing.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { defaultImagePlan, linearPlan, noAugmentation } from '../../../src/plan/defaults.ts';
import type { AugmentationPlan, Plan } from '../../../src/plan/plan.ts';
import { train } from '../../../src/training/train.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { arrowShape, arrows } from '../../fixtures/arrows.ts';
import { memoryStore, smallPlan as smallTablePlan, dataset as tableDataset, timeless } from './fixture.ts';

const runtime = createOnnxRuntime();
const start = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 3, image: arrowShape });

function planOf(augmentation: Partial<AugmentationPlan> = {}, epochs = 24): Plan {
  return {
    ...start,
    network: { ...start.network, stages: [[8], [16]] },
    regularization: { ...start.regularization, augmentation: { ...noAugmentation, ...augmentation } },
    training: { ...start.training, batchSize: 32, epochs },
  };
}

/** Training and held-out arrows, prepared by a plan. */
function dataOf(plan: Plan) {
  const table = arrows(480, 'train');
  const preprocessing = fitPreprocessing(
    plan.preprocessing,
    table,
    inferRoles(table),
    Uint32Array.from(Array(480).keys()),
  );
  return {
    train: applyPreprocessing(preprocessing, table),
    dev: applyPreprocessing(preprocessing, arrows(300, 'dev')),
  };
}

async function errorOf(plan: Plan): Promise<number> {
  const { record } = await train({ plan, ...dataOf(plan), metric: 'error', runtime });
  return record.dev?.value ?? Number.NaN;
}

describe('a training on images', () => {
  it('learns where arrows point, better than without hidden layers', async () => {
    const error = await errorOf(planOf());
    expect(error).toBeLessThan(0.1);
    expect(await errorOf(linearPlan(planOf()))).toBeGreaterThan(error + 0.03);
  });

  it('finds by measuring that a mirror changes what an arrow means, and a shift does not', async () => {
    const mirrored = await errorOf(planOf({ horizontalFlip: true }));
    // Half of the arrows to either side are mirrored: of two thirds of the rows, half can only be guessed.
    expect(mirrored).toBeGreaterThan(0.2);
    expect(await errorOf(planOf({ shift: 0.125 }))).toBeLessThan(0.05);
  });

  it('mixes the targets as it mixes the images', async () => {
    expect(await errorOf(planOf({ mixup: 0.4, cutmix: 1 }, 32))).toBeLessThan(0.1);
  });

  it('judges the same rows the same, however the batches are changed', async () => {
    const [plain, changed] = [planOf(), planOf({ rotation: 40, color: 0.5, cutout: 0.5, mixup: 1 })];
    const { train: data } = dataOf(plain);
    const trainers = await Promise.all([plain, changed].map((plan) => createTrainer(runtime, plan, data)));
    const [a, b] = await Promise.all(trainers.map((trainer) => trainer.predict(data)));
    expect(a?.values).toEqual(b?.values);
    await Promise.all(trainers.map((trainer) => trainer.release()));
  });

  it('goes on after a stop to the same weights, bit for bit', async () => {
    const plan = planOf({ horizontalFlip: true, rotation: 20, mixup: 0.5, cutmix: 0.5, cutout: 0.3 }, 4);
    const common = { plan, ...dataOf(plan), metric: 'error' as const, runtime, checkpointSeconds: 0 };
    const whole = await train(common);
    const checkpoints = memoryStore();
    const stop = new AbortController();
    const onPoint = ({ epoch }: { readonly epoch: number }) => epoch === 2 && stop.abort();
    await train({ ...common, checkpoints, signal: stop.signal, onPoint });
    const resumed = await train({ ...common, checkpoints });
    expect(resumed.weights).toEqual(whole.weights);
    expect(timeless(resumed)).toEqual(timeless(whole));
  });

  it('refuses changes of images for tables, and noise of columns for images', async () => {
    const images = planOf({ noise: 0.1 });
    await expect(createTrainer(runtime, images, dataOf(images).train)).rejects.toThrow(
      'regularization.augmentation: noise expected columns, but the data is images. Switch it off.',
    );
    const table = smallTablePlan('classification', {
      regularization: { augmentation: { ...noAugmentation, horizontalFlip: true, shift: 0.1 } },
    });
    await expect(createTrainer(runtime, table, tableDataset())).rejects.toThrow(
      'regularization.augmentation: horizontalFlip, shift expected images, but the data is a table. Switch them off.',
    );
  });

  it('refuses a center or scale that only columns have', () => {
    const plan = planOf();
    const median: Plan = { ...plan, preprocessing: { ...plan.preprocessing, center: 'median' } };
    expect(() => dataOf(median)).toThrow(
      'Images are centered by none or mean and scaled by none or standard-deviation, but the plan says median and standard-deviation.',
    );
  });
});
