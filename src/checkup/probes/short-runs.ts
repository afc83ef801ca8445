// In: a plan, training rows, an engine. Out: short trainings that all begin at the same start, at rates of the caller's choice.
// One trainer is used again and again: its state is put back, so that a run costs its steps and no loading of graphs.

import { mean, median } from '../../base/statistics.ts';
import { batchCount, epochOrder, fillBatch } from '../../data/batches.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { Runtime } from '../../engine/index.ts';
import type { Plan } from '../../plan/plan.ts';
import { startFrom } from '../../training/start-weights.ts';
import type { TrainedWeights } from '../../training/train-options.ts';
import { createTrainer } from '../../training/trainer.ts';

/** Short trainings from one start. */
export interface ShortRuns {
  /** Seconds that one step takes. */
  readonly secondsPerStep: number;
  /**
   * Mean loss of the batches of the last quarter; null where the run diverged or was given up. All runs see the same
   * batches, masks and noise, so the run at rate 0 says what the start's loss on them is.
   */
  run(rate: number, steps: number): Promise<number | null>;
  release(): Promise<void>;
}

/** A loss this many times that of the start is lost. */
const lost = 1e4;

/** Half of the steps must not leave the loss above so many times the start's, or the rest is not waited for. */
const hopeless = 2;

/** Steps of whose times the median counts, after one that warms up the engine: other programs disturb single ones. */
const timedSteps = 7;

/** Opens a trainer of the plan; `seed` stands for the plan's own in start, order, dropout and noise. */
export async function openShortRuns(options: {
  readonly plan: Plan;
  readonly train: Dataset;
  readonly runtime: Runtime;
  readonly seed: number;
  /** First weights in place of random ones. */
  readonly start?: TrainedWeights | null;
  readonly clock: () => number;
}): Promise<ShortRuns> {
  const { train, runtime, seed, clock } = options;
  const plan = { ...options.plan, seed };
  const trainer = await createTrainer(runtime, plan, train);
  if (options.start) startFrom(trainer, options.start);
  const saved = Object.entries(trainer.state).map(([name, values]) => [name, values.slice()] as const);
  const rows = new Uint32Array(trainer.batchSize);
  const batches = batchCount(train.rows, trainer.batchSize);
  const { l1, l2, dropout, augmentation } = plan.regularization;
  const strengths = { l1: l1.strength, l2: l2.strength, dropout: dropout.rate, noise: augmentation.noise };

  const restart = async (): Promise<void> => {
    await trainer.read();
    for (const [name, values] of saved) trainer.state[name]?.set(values);
  };
  const lossesOf = async (learningRate: number, steps: number, watch: boolean): Promise<readonly number[] | null> => {
    await restart();
    const losses: number[] = [];
    let order = epochOrder(seed, 0, train.rows);
    for (let i = 0; i < steps; i++) {
      if (i > 0 && i % batches === 0) order = epochOrder(seed, i / batches, train.rows);
      fillBatch(order, i % batches, rows);
      const loss = await trainer.step({ ...strengths, learningRate, step: i + 1, rows });
      const start = losses[0] ?? loss;
      if (!Number.isFinite(loss) || loss > lost * Math.max(1, start)) return null;
      losses.push(loss);
      if (!watch || i !== Math.floor(steps / 2)) continue;
      if (mean(losses.slice(-Math.ceil(steps / 8))) > hopeless * start) return null;
    }
    return losses;
  };

  const secondsOf = async (): Promise<number> => {
    const begin = clock();
    await lossesOf(0, 1, false);
    return clock() - begin;
  };
  await secondsOf();
  const times: number[] = [];
  for (let i = 0; i < timedSteps; i++) times.push(await secondsOf());
  return {
    secondsPerStep: median(times),
    async run(rate, steps) {
      const losses = await lossesOf(rate, steps, true);
      return losses === null ? null : mean(losses.slice(-Math.ceil(steps / 4)));
    },
    release: () => trainer.release(),
  };
}
