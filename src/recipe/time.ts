// In: the plan in force and the budget. Out: how long the search may go on, so that the final fit gets what it needs.

import type { TuneContext } from './context.ts';
import type { Evaluation } from './journal.ts';

/** Most networks in one model: beyond that an average gains little and costs memory and time. */
export const mostNetworks = 8;

/** Share of the budget that the ablation of step 4 gets. */
const ablationShare = 0.06;

/** Room for the difference between trainings of one plan. */
const margin = 1.15;

/** Seconds of one network on all rows up to an epoch. */
export function secondsOfOne({ rows, units }: TuneContext, incumbent: Evaluation, epochs: number): number {
  const unitRows = units.units[0]?.trainRows.length ?? rows.length;
  const perEpoch = incumbent.seconds / incumbent.units / incumbent.plan.training.epochs;
  return perEpoch * (rows.length / unitRows) * epochs * margin;
}

/** Seconds until a final fit of as many networks as pay off has to begin; negative when that is past. */
function untilFinal(context: TuneContext, incumbent: Evaluation): number {
  const waves = Math.ceil(mostNetworks / context.executor.slots);
  return context.budget.left('final') - waves * secondsOfOne(context, incumbent, Math.max(1, incumbent.bestEpoch));
}

/** Seconds that the search may go on: its share of the budget, and longer where the final fit needs less than its own. */
export function searchSeconds(context: TuneContext): number {
  const { budget } = context;
  const { incumbent } = context.state();
  const left = budget.left('search');
  if (incumbent === null || budget.seconds === null) return left;
  return Math.max(left, untilFinal(context, incumbent) - ablationShare * budget.seconds);
}

/** Seconds that the ablation of step 4 may take. */
export function ablationSeconds(context: TuneContext, incumbent: Evaluation): number {
  const { budget } = context;
  if (budget.seconds === null) return budget.left('ablation');
  const least = ablationShare * budget.seconds;
  return Math.min(least, Math.max(budget.left('ablation'), untilFinal(context, incumbent), least / 4));
}
