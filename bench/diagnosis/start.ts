// In: a case whose first parameters are not those of its plan. Out: the first weights as the training takes them.

import { createRandom, type Random } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { Runtime } from '../../src/engine/index.ts';
import type { ParameterSpec } from '../../src/network/specs.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { TrainedWeights } from '../../src/training/train-options.ts';
import { createTrainer } from '../../src/training/trainer.ts';

/** First values of one parameter; null keeps those of the plan's initializer. */
export type StartValue = (spec: ParameterSpec, random: Random) => ((index: number) => number) | null;

/** The first weights of a plan on its data, with some parameters changed. */
export async function startWeights(
  runtime: Runtime,
  plan: Plan,
  data: Dataset,
  value: StartValue,
): Promise<TrainedWeights> {
  const trainer = await createTrainer(runtime, plan, data);
  try {
    const parameters = Float32Array.from(trainer.state.parameters ?? trainer.evaluated);
    for (const { spec, slot } of trainer.layout.parameters) {
      const of = value(spec, createRandom(plan.seed).fork(spec.name));
      if (of === null) continue;
      for (let i = 0; i < slot.length; i++) parameters[slot.offset + i] = of(i);
    }
    const buffers = Object.entries(trainer.buffers).map(([name, values]) => [name, Float32Array.from(values)]);
    return { parameters, buffers: Object.fromEntries(buffers) };
  } finally {
    await trainer.release();
  }
}
