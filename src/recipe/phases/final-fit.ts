// In: the tuned plan. Out: networks trained on all training rows, averaged where that helps by more than noise.

import { hash32 } from '../../base/random.ts';
import type { Trial, TrialResult } from '../../execution/execution.ts';
import type { Plan } from '../../plan/plan.ts';
import { rowTerms } from '../../training/score.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { trialId, type UnitResult } from '../evaluator.ts';
import { pairedGain, type UnitTerms } from '../gain.ts';
import type { Evaluation, Gain } from '../journal.ts';

/** Most networks in one model: beyond that an average gains little and costs memory and time. */
const mostNetworks = 8;

/** The networks of the final fit. */
export interface FinalFit {
  readonly plan: Plan;
  readonly results: readonly TrialResult[];
  readonly epochs: number;
  readonly why: string;
}

/** The mean of several seeds' predictions on one unit, as terms. */
function averagedTerms(context: TuneContext, results: readonly UnitResult[]): UnitTerms {
  const first = results[0];
  if (first === undefined) throw new Error('an average needs predictions');
  const values = first.predictions.values.map((_, i) => {
    return results.reduce((sum, { predictions }) => sum + (predictions.values[i] as number), 0) / results.length;
  });
  const truth = Array.from(first.terms.rows, (row) => context.target[row] as number);
  const target = context.target instanceof Int32Array ? Int32Array.from(truth) : Float32Array.from(truth);
  return { ...first.terms, terms: rowTerms(context.metric, { ...first.predictions, values }, target) };
}

/** How much the average of three seeds gains over a single network; null when there is no time to find out. */
async function averageGain(context: TuneContext, incumbent: Evaluation): Promise<Gain | null> {
  const { evaluator, units, metric, budget, executor } = context;
  const perUnit = incumbent.seconds / incumbent.units;
  const count = units.kind === 'folds' ? 3 : 1;
  if ((2 * count * perUnit) / executor.slots > 0.25 * budget.left('final')) return null;
  const indices = Array.from({ length: count }, (_, i) => i);
  const seeds = await Promise.all(
    [0, 1, 2].map((extraSeed) => {
      const label = extraSeed === 0 ? 'the plan in force' : `another seed of the plan in force`;
      return evaluator.run(incumbent.plan, indices, { label, signal: context.signal, extraSeed });
    }),
  );
  const single = indices.map((i) => {
    const all = seeds.map((results) => results[i]).filter((result) => result !== undefined);
    const first = all[0];
    if (first === undefined) throw new Error('every seed has a result for every unit');
    // The mean term of the three networks: what one of them may be expected to score.
    const terms = first.terms.terms.map(
      (_, j) => all.reduce((sum, r) => sum + (r.terms.terms[j] as number), 0) / all.length,
    );
    return { single: { ...first.terms, terms }, average: averagedTerms(context, all) };
  });
  return pairedGain(
    metric,
    single.map((x) => x.single),
    single.map((x) => x.average),
  );
}

/** Seconds of one network on all rows, with room for the difference between trainings. */
function secondsOfOne({ rows, units }: TuneContext, incumbent: Evaluation, epochs: number): number {
  const unitRows = units.units[0]?.trainRows.length ?? rows.length;
  const perEpoch = incumbent.seconds / incumbent.units / incumbent.plan.training.epochs;
  return perEpoch * (rows.length / unitRows) * epochs * 1.15;
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

/** Whether to average, and why, in words. */
function decision(gain: Gain | null, affordable: number, metric: string): { networks: number; why: string } {
  if (gain === null) {
    const networks = Math.min(affordable, 2);
    return { networks, why: `${networks} trained, one per core: no time to measure what an average gains` };
  }
  const measured = `the average of 3 changes the ${metric} by ${gain.value.toPrecision(2)} (${gain.low.toPrecision(2)} to ${gain.high.toPrecision(2)})`;
  if (gain.value < 0) return { networks: affordable, why: `${affordable} averaged: ${measured}` };
  return { networks: 1, why: `one network: ${measured}` };
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
  const { networks, why } = decision(gain, Math.max(affordable, executor.slots), metric);
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
