// In: the tuned plan. Out: networks trained on all training rows, averaged where that helps by more than noise.

import { createRandom, hash32 } from '../../base/random.ts';
import type { Trial, TrialResult } from '../../execution/execution.ts';
import type { Plan } from '../../plan/plan.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { trialId } from '../evaluator.ts';
import type { Evaluation } from '../journal.ts';
import { type Fit, fitWithin, mostNetworks, secondsOfOne } from '../time.ts';
import { subset } from '../units.ts';
import { type AverageGain, averageGain } from './average-gain.ts';

/** The networks of the final fit. */
export interface FinalFit {
  readonly plan: Plan;
  readonly results: readonly TrialResult[];
  readonly epochs: number;
  readonly why: string;
}

/** How many networks there is time for; at least one per slot. */
function affordableNetworks(context: TuneContext, { plan, epochs, rows }: Fit, incumbent: Evaluation): number {
  const each = secondsOfOne(context, incumbent, epochs, rows);
  // A squeezed plan was made to fit once.
  const waves = plan === incumbent.plan ? Math.floor(context.budget.left('final') / each) : 1;
  return Math.min(mostNetworks, Math.max(1, waves) * context.executor.slots);
}

/** How many networks, and why, in words. */
function decision({ gain, metric }: AverageGain, affordable: number): { networks: number; why: string } {
  if (gain === null) {
    if (affordable === 1) return { networks: 1, why: 'there is no time for more' };
    const why = 'unmeasured for want of time, but the expected loss of an average is never above that of its networks';
    return { networks: affordable, why: `averaged, ${why}` };
  }
  const range = `${gain.low.toPrecision(2)} to ${gain.high.toPrecision(2)}`;
  const measured = `the average of 3 changes the ${metric} by ${gain.value.toPrecision(2)} (${range})`;
  if (gain.high < 0) return { networks: affordable, why: `averaged: ${measured}` };
  return { networks: 1, why: `${measured}, which is within its noise` };
}

/** Trains the networks of the model on all training rows, or as many as there is time for, up to the chosen epoch. */
export async function finalFit(context: TuneContext): Promise<FinalFit> {
  const { executor, metric, budget, units, signal } = context;
  const { incumbent } = context.state();
  if (incumbent === null) throw new Error('a final fit needs a plan in force');
  const average = await averageGain(context, incumbent);
  const fit = fitWithin(context, incumbent, budget.left('final'));
  const { plan, epochs } = fit;
  const { networks, why } = decision(average, affordableNetworks(context, fit, incumbent));
  const limit = deadline(signal, budget.left('final'));
  const train = (i: number): Promise<TrialResult | null> => {
    const seeded = { ...plan, seed: hash32(`${plan.seed}/final/${i}`) };
    const rows = subset(context.rows, fit.rows, createRandom(`final/${seeded.seed}`));
    const trial: Trial = {
      ...{ id: trialId(seeded, rows, 'final'), plan: seeded, metric, trainRows: rows, devRows: null },
      ...{ seconds: null, stopEpoch: epochs, evaluations: 4 },
    };
    return executor.run(trial, { signal: limit.signal }).catch((error: unknown) => {
      if (limit.signal.aborted && !signal.aborted) return null;
      throw error;
    });
  };
  try {
    const results = await Promise.all(Array.from({ length: networks }, (_, i) => train(i)));
    const trained = results.filter((result) => result !== null);
    const whole = trained.filter(({ record }) => record.status !== 'stopped');
    const kept = whole.length > 0 ? whole : trained.slice(0, 1);
    const cut = kept.length < networks ? `; there was time for ${kept.length} of ${networks}` : '';
    const part = fit.rows < context.rows.length ? ` on ${fit.rows} of ${context.rows.length} rows` : '';
    const squeezed = plan === incumbent.plan ? '' : `, squeezed into ${epochs}${part} for lack of time`;
    const chose = `${units.about} chose epoch ${incumbent.bestEpoch}${squeezed}`;
    return { plan, results: kept, epochs, why: `${why}${cut}; ${chose}` };
  } finally {
    limit.stop();
  }
}
