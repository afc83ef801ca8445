import { describe, expect, it } from 'vitest';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { createMemoryCheck } from '../../../src/tuning/memory-check.node.ts';
import { readData } from '../../../src/tuning/read-data.node.ts';

const MB = 2 ** 20;
const image = { channels: 1, height: 28, width: 28 };
const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 0, image });
const data = await readData({ data: 'examples/data/fashion' }, { share: 0.2, seed: 0 });

const checkWith = (bytes: number, slots = 2) =>
  createMemoryCheck(data, { device: 'cpu', slots, workers: true }, { bytes, container: true });

describe('the memory of a plan', () => {
  it('grows with the batch, with the images and with the trainings at a time', async () => {
    const one = (await checkWith(0, 1)).memory(plan).bytes;
    expect(one).toBeGreaterThan(150 * MB);
    expect(one).toBeLessThan(600 * MB);
    expect((await checkWith(0, 4)).memory(plan).bytes).toBeGreaterThan(one + 3 * 100 * MB);
    const larger: Plan = { ...plan, training: { ...plan.training, batchSize: 1024 } };
    expect((await checkWith(0, 1)).memory(larger).bytes).toBeGreaterThan(one + 300 * MB);
    const { parts } = (await checkWith(0, 1)).memory(plan);
    expect(parts.find(({ name }) => name === 'the images')?.bytes).toBeGreaterThanOrEqual(2500 * 784);
  });

  it('is an error where there is less, which names the largest parts and what would fit', async () => {
    const large: Plan = { ...plan, training: { ...plan.training, batchSize: 2000 } };
    const check = await checkWith(900 * MB);
    expect(() => check.check(large)).toThrow(
      /^2 trainings of this plan at the same time need about .* of memory, but this container has 9\d\d MB for it\. The largest parts: activations of a batch of 2000 \(.*\), .*\. A batch of \d+ would fit \(.*: training\.batchSize\)/,
    );
    expect(check.problem(large)).toMatch(
      /^needs about .* of memory, 9\d\d MB are free; most for activations of a batch of 2000$/,
    );
    expect(check.problem(plan)).toBe(null);
    expect(check.check(plan).bytes).toBeLessThan(900 * MB);
  });
});
