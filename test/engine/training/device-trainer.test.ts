// The trainer for devices with a memory of their own, run on the CPU: its update is in the graph and its state is handed
// from step to step, as on any other device.

import { describe, expect, it } from 'vitest';
import type { Runtime } from '../../../src/engine/index.ts';
import { trainingChecks } from '../../../src/training/testing/training-checks.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { dataset, runtime as reference, smallPlan } from './fixture.ts';

const runtime: Runtime = { ...reference, name: 'update in the graph', device: 'cuda' };

describe('training with the update in the graph', () => {
  it.each(trainingChecks)('$name', ({ run }) => run({ runtime, reference }));
});

describe('a trainer on a device', () => {
  const plan = smallPlan('classification', { training: { averaging: 0.5 } });
  const rows = Uint32Array.from({ length: 16 }, (_, i) => i);
  const settings = { rows, learningRate: 0.01, l2: 0, l1: 0, dropout: 0, noise: 0 };

  it('shows the state of the start until it is read, and goes on from what was written', async () => {
    const trainer = await createTrainer(runtime, plan, dataset());
    const parameters = trainer.state.parameters as Float32Array;
    const start = parameters.slice();
    await trainer.step({ ...settings, step: 1 });
    expect(parameters).toEqual(start);
    await trainer.read();
    expect(parameters).not.toEqual(start);
    parameters.set(start);
    trainer.state['first-moment']?.fill(0);
    trainer.state['second-moment']?.fill(0);
    const first = await trainer.step({ ...settings, step: 1 });
    await trainer.release();
    const fresh = await createTrainer(runtime, plan, dataset());
    expect(await fresh.step({ ...settings, step: 1 })).toBe(first);
    await fresh.release();
  });

  it('predicts with the newest weights, and counts their zeros', async () => {
    const trainers = await Promise.all([reference, runtime].map((engine) => createTrainer(engine, plan, dataset())));
    const [expected, actual] = await Promise.all(
      trainers.map(async (trainer) => {
        for (let step = 1; step <= 3; step++) await trainer.step({ ...settings, step });
        const { values } = await trainer.predict(dataset({ seed: 1 }));
        const figures = trainer.optimizer.statistics();
        trainer.optimizer.reset();
        expect(trainer.optimizer.statistics()).toBeNull();
        await trainer.release();
        return { values, zeros: figures?.map(({ layer, zeros, weights }) => ({ layer, zeros, weights })) };
      }),
    );
    expect(actual?.zeros).toEqual(expected?.zeros);
    actual?.values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected?.values[i] ?? Number.NaN, 5);
    });
  });

  it('makes zeros of the smallest numbers every 128 steps, as the kernels do', async () => {
    const trainer = await createTrainer(runtime, plan, dataset());
    const moment = trainer.state['first-moment'] as Float32Array;
    const parameters = trainer.state.parameters as Float32Array;
    parameters.fill(Number.NaN);
    // Padding belongs to no parameter, so that no step changes it.
    const end = trainer.layout.parameters.at(-1)?.slot;
    const padding = (end?.offset ?? 0) + (end?.length ?? 0);
    expect(padding).toBeLessThan(moment.length);
    parameters[padding] = 1e-31;
    await trainer.step({ ...settings, step: 127 });
    await trainer.read();
    expect(parameters[padding]).toBeCloseTo(1e-31, 35);
    expect(parameters[padding]).not.toBe(0);
    await trainer.step({ ...settings, step: 128 });
    await trainer.read();
    expect(parameters[padding]).toBe(0);
    expect(parameters[0]).toBeNaN();
    await trainer.release();
  });
});
