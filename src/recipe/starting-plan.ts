// In: the data and the budget. Out: the plan that a tuning starts from, before anything is measured.

import type { ImageShape } from '../data/table.ts';
import { defaultImagePlan, defaultPlan, type PlanFacts } from '../plan/defaults.ts';
import { imageLadder } from '../plan/image-ladder.ts';
import type { Plan } from '../plan/plan.ts';
import { searchShare } from './budget.ts';
import { expectedSecondsPerRow, wantedTrainings } from './time.ts';

/** What a tuning may use. */
export interface StartingBudget {
  /** Rows that may be trained on. */
  readonly rows: number;
  /** Seconds of the whole tuning; null is no limit. */
  readonly seconds: number | null;
  /** Trainings at the same time. */
  readonly slots: number;
}

/** Epochs that a training of the search should have at least: a convolutional network learns little in fewer. */
const wantedEpochs = 20;

/**
 * The plan to start from. On images it is the largest of the small plain networks that the search has time to train for 20
 * epochs; the recipe climbs from there, and learns more from twenty trainings of a small network than from two of a large one.
 */
export function startingPlan(facts: PlanFacts, image: ImageShape | null, budget: StartingBudget): Plan {
  if (image === null) return defaultPlan(facts);
  const plan = defaultImagePlan({ ...facts, image });
  const { rows, seconds, slots } = budget;
  if (seconds === null) return plan;
  const most = (searchShare * seconds * slots) / wantedTrainings['hold-out'];
  const plans = imageLadder(image)
    .filter(({ block }) => block === 'plain')
    .map((network): Plan => ({ ...plan, network }));
  const affordable = plans.filter((one) => rows * wantedEpochs * expectedSecondsPerRow(one, image) <= most);
  return affordable.at(-1) ?? plans[0] ?? plan;
}
