// In: the tuned plan. Out: networks trained on all training rows, averaged where that helps by more than noise.

import { hash32 } from '../../base/random.ts';
import type { Trial, TrialResult } from '../../execution/execution.ts';
import type { Plan } from '../../plan/plan.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { trialId } from '../evaluator.ts';
import type { Evaluation } from '../journal.ts';
import { mostNetworks, secondsOfOne } from '../time.ts';
import { type AverageGain, averageGain } from './average-gain.ts';

/** The networks of the final fit. */
export interface FinalFit {
  readonly plan: Plan;
  readonly results: readonly TrialResult[];
  readonly epochs: number;
  readonly why: string;
}

/** How many networks there is time for; 0 when one alone would not be done. */
function affordableNetworks(context: TuneContext, incumbent: Evaluation, epochs: number): number {
  const waves = Math.floor(context.budget.left('final') / secondsOfOne(context, incumbent, epochs));
  return Math.min(mostNetworks, Math.max(0, waves) * context.executor.slots);
}

/** The plan with its whole schedule squeezed into fewer epochs: a cut schedule would end at a high learning rate. */
function squeezed(plan: Plan, factor: number): Plan {
  return { ...plan, training: { ...plan.training, epochs: Math.max(1, Math.floor(plan.training.epochs * factor)) } };
}

/** How many networks, and why, in words. */
function decision({ gain, metric }: AverageGain, affordable: number): { networks: number; why: string } {
  if (gain === null) {
    const why = 'no time to measure what an average gains; its expected loss is never above that of its networks';
    return { networks: affordable, why: `${affordable} averaged: ${why}` };
  }
  const range = `${gain.low.toPrecision(2)} to ${gain.high.toPrecision(2)}`;
  const measured = `the average of 3 changes the ${metric} by ${gain.value.toPrecision(2)} (${range})`;
  if (gain.high < 0) return { networks: affordable, why: `${affordable} averaged: ${measured}` };
  return { networks: 1, why: `one network: ${measured}, which is within its noise` };
}

/** Trains the networks of the model on all training rows up to the chosen epoch. */
export async function finalFit(context: TuneContext): Promise<FinalFit> {
  const { executor, rows, metric, budget, units, signal } = context;
  const { incumbent } = context.state();
  if (incumbent === null) throw new Error('a final fit needs a plan in force');
  const chosen = Math.max(1, incumbent.bestEpoch);
  const gain = await averageGain(context, incumbent);
  const affordable = affordableNetworks(context, incumbent, chosen);
  const factor = affordable > 0 ? 1 : Math.min(1, budget.left('final') / secondsOfOne(context, incumbent, chosen));
  const plan = factor === 1 ? incumbent.plan : squeezed(incumbent.plan, factor);
  const epochs = Math.max(1, Math.floor(chosen * factor));
  const { networks, why } = decision(gain, Math.max(affordable, executor.slots));
  const limit = deadline(signal, budget.left('final'));
  try {
    const results = await Promise.all(
      Array.from({ length: networks }, (_, i): Promise<TrialResult | null> => {
        const seeded = { ...plan, seed: hash32(`${plan.seed}/final/${i}`) };
        const trial: Trial = {
          ...{ id: trialId(seeded, rows, 'final'), plan: seeded, metric, trainRows: rows, devRows: null },
          ...{ seconds: null, stopEpoch: epochs, evaluations: 4 },
        };
        return executor.run(trial, { signal: limit.signal }).catch((error: unknown) => {
          if (limit.signal.aborted && !signal.aborted) return null;
          throw error;
        });
      }),
    );
    const trained = results.filter((result) => result !== null);
    const whole = trained.filter(({ record }) => record.status !== 'stopped');
    const kept = whole.length > 0 ? whole : trained.slice(0, 1);
    const cut = kept.length < networks ? `; ${kept.length} of them were done in time` : '';
    return { plan, results: kept, epochs, why: `${why}${cut}; ${units.about} chose epoch ${epochs}` };
  } finally {
    limit.stop();
  }
}
