import { describe, expect, test } from 'vitest';
import { defaultImagePlan, defaultPlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { checkMemory, memoryProblem } from '../../../src/training/check-memory.ts';
import { type PlanData, planMemory } from '../../../src/training/plan-memory.ts';

const MB = 2 ** 20;
const facts = { task: 'classification', minimizesError: true, seed: 0 } as const;
const image = { channels: 3, height: 32, width: 32 };
const images: PlanData = {
  ...{ task: 'classification', width: 0, continuous: [], cardinalities: [], rows: 10_000, devRows: 2000 },
  classes: Array.from({ length: 10 }, (_, i) => String(i)),
  images: image,
  storedBytes: 12_000 * 3072,
};
const table: PlanData = {
  ...{ ...images, width: 20, continuous: new Array<boolean>(20).fill(true), images: null, storedBytes: 12_000 * 80 },
};
const imagePlan = (batchSize: number): Plan => {
  const plan = defaultImagePlan({ ...facts, image });
  return { ...plan, training: { ...plan.training, batchSize } };
};

describe('planMemory', () => {
  test('is the sum of its parts, the largest first', () => {
    const { bytes, parts } = planMemory(imagePlan(256), images);
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes);
    expect(parts.map((part) => part.bytes)).toEqual([...parts.map((part) => part.bytes)].sort((a, b) => b - a));
    expect(parts.map(({ name }) => name)).toContain('activations of a batch of 256');
    expect(parts.find(({ name }) => name === 'the images')?.bytes).toBe(images.storedBytes);
  });

  test('grows with the batch by its activations', () => {
    const at = (batch: number): number => planMemory(imagePlan(batch), images).bytes / MB;
    expect((at(256) - at(128)) / (at(128) - at(64))).toBeCloseTo(2, 0);
    expect(at(256) - at(128)).toBeGreaterThan(60);
  });

  test('shares the data between threads, and nothing else', () => {
    const one = planMemory(imagePlan(64), images, { slots: 1, workers: true });
    const three = planMemory(imagePlan(64), images, { slots: 3, workers: true });
    const shared = ['the program', 'the images'];
    for (const { name, bytes } of one.parts) {
      const more = three.parts.find((part) => part.name === name)?.bytes ?? 0;
      expect(more / bytes, name).toBeCloseTo(shared.includes(name) ? 1 : 3, 6);
    }
  });

  test('counts moments and averages', () => {
    const plan = defaultPlan(facts);
    const large = { ...plan, network: { ...plan.network, hidden: [2048, 2048] } };
    const average = { ...large, training: { ...large.training, averaging: 0.99 } };
    const parameters = 4 * (20 * 2048 + 2048 * 2048);
    const added = planMemory(average, table).bytes - planMemory(large, table).bytes;
    expect(added / parameters).toBeCloseTo(2, 1); // itself and in the checkpoint
  });

  test('builds no batch larger than the training set', () => {
    const few = { ...images, rows: 40 };
    expect(planMemory(imagePlan(4096), few).parts.map(({ name }) => name)).toContain('activations of a batch of 40');
  });
});

describe('checkMemory', () => {
  const machine = (mb: number) => ({ bytes: mb * MB, container: false });

  test('lets a plan pass that fits, and says what it needs', () => {
    expect(checkMemory(imagePlan(64), images, machine(4000))).toEqual(planMemory(imagePlan(64), images));
    expect(memoryProblem(imagePlan(64), images, machine(4000))).toBeNull();
  });

  test('refuses one that does not, with its parts and the batch that would fit', () => {
    const check = () => checkMemory(imagePlan(1024), images, { bytes: 700 * MB, container: true });
    expect(check).toThrow(
      /^This plan needs about [\d.]+ GB of memory, but this container has 734 MB for it\. The largest parts: activations of a batch of 1024 \(\d+ MB\), the program \(\d+ MB\) and [\w ]+ \([\d.]+ MB\)\. A batch of (\d+) would fit \(\d+ MB: training\.batchSize\); else use smaller images \(--image-size\) or a smaller network\.$/,
    );
    const size = Number(/A batch of (\d+)/.exec(message(check))?.[1]);
    expect(planMemory(imagePlan(size), images).bytes).toBeLessThanOrEqual(700 * MB);
    expect(planMemory(imagePlan(2 * size), images).bytes).toBeGreaterThan(700 * MB);
  });

  test('names the number of threads that would fit', () => {
    const options = { slots: 8, workers: true };
    const available = machine(planMemory(imagePlan(64), images, { slots: 5, workers: true }).bytes / MB + 1);
    const text = message(() => checkMemory(imagePlan(64), images, available, options));
    expect(text).toContain('8 trainings of this plan at the same time need about');
    expect(text).toContain('--threads 5 would fit');
  });

  test('says so when no batch fits', () => {
    const text = message(() => checkMemory(imagePlan(64), images, machine(100)));
    expect(text).toContain('has 105 MB for it.');
    expect(text).toContain('No smaller batch would fit: use smaller images (--image-size) or a smaller network.');
    expect(message(() => checkMemory(defaultPlan(facts), table, machine(100)))).toMatch(/use a smaller network\.$/);
  });

  test('gives the reason in a few words for a candidate that is left out', () => {
    expect(memoryProblem(imagePlan(1024), images, machine(700))).toMatch(
      /^needs about [\d.]+ GB of memory, 734 MB are free; most for activations of a batch of 1024$/,
    );
  });
});

function message(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error, received none');
}
