// In: the plan in force and the budget. Out: how long the search may go on, so that the final fit gets what it needs.

import type { ImageShape } from '../data/table.ts';
import type { Plan } from '../plan/plan.ts';
import { searchShare } from './budget.ts';
import type { TuneContext } from './context.ts';
import { multiplyAdds } from './cost.ts';
import type { Evaluation } from './journal.ts';
import type { StateId } from './state-id.ts';

/** Most networks in one model: beyond that an average gains little and costs memory and time. */
export const mostNetworks = 8;

/** Share of the budget that the ablation of step 4 gets. */
const ablationShare = 0.06;

/** Room for the difference between trainings of one plan. */
export const margin = 1.15;

/** Seconds of preprocessing per cell: fitting sorts each column (measured on 1 M x 30 rows). */
const secondsPerCell = 2.5e-7;

/** Seconds of the default network per row of a table and epoch, before anything is measured; real ones are 5e-6 to 2e-5. */
const secondsPerTableRow = 1.5e-5;

/** Seconds per product of a forward pass, before anything is measured: a step computes three times as many, at 30 to 60 GFLOP/s. */
const secondsPerProduct = 1.5e-10;

/** Seconds per row and epoch, before anything is measured. */
export function expectedSecondsPerRow({ network }: Plan, image: ImageShape | null): number {
  return image === null ? secondsPerTableRow : secondsPerProduct * multiplyAdds(network, image);
}

/** Trainings that the search should have time for: few when there is one unit for a first look, more with folds. */
export const wantedTrainings = { 'hold-out': 14, folds: 60 };

/** Trainings that a search wants, times the epochs that each should have at least: together the passes over the rows. */
const wantedPasses = wantedTrainings['hold-out'] * 6;

/** Rows that a training of the search may use, so that the search gets done; at least 2,000. */
export function mostRows(seconds: number | null, slots: number, secondsPerRow = secondsPerTableRow): number {
  if (seconds === null) return Number.POSITIVE_INFINITY;
  return Math.max(2000, Math.floor((searchShare * seconds * slots) / wantedPasses / secondsPerRow));
}

/** What a training's time depends on besides its plan. */
export type Size = Pick<TuneContext, 'units' | 'rows' | 'width'>;

/** Seconds of one network on so many rows up to an epoch, preprocessing included. */
export function secondsOfOne(context: Size, evaluation: Evaluation, epochs: number, rows: number): number {
  const unitRows = context.units.units[0]?.trainRows.length ?? rows;
  const perEpoch = evaluation.seconds / evaluation.units / evaluation.plan.training.epochs;
  return perEpoch * (rows / unitRows) * epochs * margin + rows * context.width * secondsPerCell;
}

/** A training that fits into so many seconds. */
export interface Fit {
  readonly plan: Plan;
  readonly epochs: number;
  /** How many of the rows it may use. */
  readonly rows: number;
}

/**
 * The plan up to its best epoch on all rows if that can be done in so many seconds; else its whole schedule squeezed into
 * fewer epochs, since a cut schedule would end at a high learning rate; and where one epoch is too long, on a part of the rows.
 */
export function fitWithin(context: Size, evaluation: Evaluation, seconds: number): Fit {
  const { plan, bestEpoch } = evaluation;
  const all = context.rows.length;
  const chosen = Math.max(1, bestEpoch);
  const needed = secondsOfOne(context, evaluation, chosen, all);
  if (needed <= seconds) return { plan, epochs: chosen, rows: all };
  const factor = Math.max(0, seconds) / needed;
  const whole = Math.max(1, Math.floor(plan.training.epochs * factor));
  const squeezed = { ...plan, training: { ...plan.training, epochs: whole } };
  const epochs = Math.max(1, Math.floor(chosen * factor));
  if (chosen * factor >= 1) return { plan: squeezed, epochs, rows: all };
  const one = secondsOfOne(context, evaluation, 1, all);
  const rows = Math.max(Math.min(all, 1000), Math.floor((all * Math.max(0, seconds)) / one));
  return { plan: squeezed, epochs: 1, rows: Math.min(all, rows) };
}

/** Seconds until a final fit of as many networks as pay off has to begin; negative when that is past. */
function untilFinal(context: TuneContext, incumbent: Evaluation): number {
  const waves = Math.ceil(mostNetworks / context.executor.slots);
  return (
    context.budget.left('final') -
    waves * secondsOfOne(context, incumbent, Math.max(1, incumbent.bestEpoch), context.rows.length)
  );
}

/** Seconds that the search may go on: its share of the budget, and longer where the final fit needs less than its own. */
export function searchSeconds(context: TuneContext): number {
  const { budget } = context;
  const { incumbent } = context.state();
  const left = budget.left('search');
  if (incumbent === null || budget.seconds === null) return left;
  return Math.max(left, untilFinal(context, incumbent) - ablationShare * budget.seconds);
}

/** Share of the search that is kept for the variance while the bias is treated, where the verdict names both. */
const varianceShare = 0.4;

/** Seconds that a phase may go on: bias comes first, but must not use up the time of a variance that counts too. */
export function phaseSeconds(context: TuneContext, phase: StateId): number {
  const left = searchSeconds(context);
  const { seconds } = context.budget;
  const verdicts = context.state().diagnosis?.verdicts ?? [];
  const both = phase === 'reduce-bias' && verdicts.some(({ id }) => id === 'high-variance');
  return both && seconds !== null ? left - varianceShare * searchShare * seconds : left;
}

/** Seconds that the ablation of step 4 may take. */
export function ablationSeconds(context: TuneContext, incumbent: Evaluation): number {
  const { budget } = context;
  if (budget.seconds === null) return budget.left('ablation');
  const least = ablationShare * budget.seconds;
  return Math.min(least, Math.max(budget.left('ablation'), untilFinal(context, incumbent), least / 4));
}
