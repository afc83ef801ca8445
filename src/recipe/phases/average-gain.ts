// In: the plan in force. Out: what the average of three seeds gains over one of them, on held-out rows.
// Probabilities are judged by their log loss, which sees more than the share of wrong rows; averaging a convex loss can
// only lower its expectation (Jensen), so the question is whether it does by more than noise.

import type { Metric } from '../../record/record.ts';
import { rowTerms } from '../../training/score.ts';
import type { TuneContext } from '../context.ts';
import type { UnitResult } from '../evaluator.ts';
import { pairedGain, type UnitTerms } from '../gain.ts';
import type { Evaluation, Gain } from '../journal.ts';

/** The gain of an average, by the metric it was measured with; null when there was no time or trial to find out. */
export interface AverageGain {
  readonly gain: Gain | null;
  readonly metric: Metric;
}

/** Seeds that are averaged. */
const seeds = [0, 1, 2];

/** Share of the time left that finding out may cost. */
const affordableShare = 0.15;

/** Terms of one unit: the mean of the networks' terms, and those of their averaged predictions. */
function unitTerms(context: TuneContext, metric: Metric, networks: readonly UnitResult[]) {
  const first = networks[0];
  if (first === undefined) throw new Error('an average needs predictions');
  const truth = Array.from(first.terms.rows, (row) => context.target[row] as number);
  const target = context.target instanceof Int32Array ? Int32Array.from(truth) : Float32Array.from(truth);
  const mean = (of: (i: number) => ArrayLike<number>) => (_: number, at: number) =>
    networks.reduce((sum, _network, i) => sum + (of(i)[at] as number), 0) / networks.length;
  const each = networks.map(({ predictions }) => rowTerms(metric, predictions, target));
  const values = first.predictions.values.map(mean((i) => networks[i]?.predictions.values ?? []));
  const average = rowTerms(metric, { ...first.predictions, values }, target);
  const { unit, rows } = first.terms;
  const single: UnitTerms = { unit, rows, terms: average.map(mean((i) => each[i] ?? [])) };
  return { single, average: { unit, rows, terms: average } };
}

/** Measures the gain where a small share of the time left is enough for it. */
export async function averageGain(context: TuneContext, incumbent: Evaluation): Promise<AverageGain> {
  const { evaluator, units, budget, executor, task, signal } = context;
  const metric: Metric = task === 'classification' ? 'log-loss' : context.metric;
  const indices = Array.from({ length: units.kind === 'folds' ? 3 : 1 }, (_, i) => i);
  const seconds = ((seeds.length - 1) * indices.length * incumbent.seconds) / incumbent.units / executor.slots;
  const trials = (seeds.length - 1) * indices.length;
  const none = context.trials !== null && context.state().trials + trials > context.trials;
  if (none || seconds > affordableShare * budget.left('final')) return { gain: null, metric };
  const results = await Promise.all(
    seeds.map((extraSeed) => {
      const label = extraSeed === 0 ? 'the plan in force' : 'another seed of the plan in force';
      return evaluator.run(incumbent.plan, indices, { label, signal, extraSeed });
    }),
  );
  const terms = indices.map((i) => {
    const networks = results.map((seed) => seed[i]).filter((result) => result !== undefined);
    return unitTerms(context, metric, networks);
  });
  const single = terms.map((unit) => unit.single);
  const average = terms.map((unit) => unit.average);
  return { gain: pairedGain(metric, single, average), metric };
}
