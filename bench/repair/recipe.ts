// In: a faulty case, and what it may cost. Out: the plan that the recipe comes to: its own states and phases, from the
// baseline until nothing is left to try or the cost is spent.

import { dataFacts } from '../../src/checkup/data-facts.ts';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocessing.ts';
import { targetValues } from '../../src/data/target-values.ts';
import { defaultImagePlan, defaultPlan } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { type Budget, searchShare } from '../../src/recipe/budget.ts';
import type { TuneContext } from '../../src/recipe/context.ts';
import type { TuneEvent } from '../../src/recipe/journal.ts';
import { phases } from '../../src/recipe/phases/index.ts';
import { advance, initialState, nextState, type TuneState } from '../../src/recipe/state.ts';
import { defaultMetric } from '../../src/training/score.ts';
import type { BenchCase } from '../diagnosis/case.ts';
import { known } from '../diagnosis/known.ts';
import type { Judging } from './judging.ts';

/** What the recipe did. */
export interface Repaired {
  readonly plan: Plan;
  readonly spent: number;
  readonly trainings: number;
  /** `fix-optimization: everything as usual`, ... */
  readonly accepted: readonly string[];
  readonly verdicts: readonly string[];
}

/** The search may spend all of the cost; what comes after it in a tuning is not asked for. */
function budgetOf(judging: Judging, cost: number): Budget {
  const left = (): number => cost - judging.spent();
  return { seconds: cost / searchShare, used: judging.spent, left };
}

function usualPlanOf({ task, plan: { seed } }: BenchCase, judging: Judging): Plan {
  const { images } = judging.prepared.roles;
  const facts = { task, minimizesError: true, seed };
  return images === null ? defaultPlan(facts) : defaultImagePlan({ ...facts, image: images });
}

/** Lets the recipe repair a plan within so many seconds of training. */
export async function repairByRecipe(one: BenchCase, judging: Judging, cost: number): Promise<Repaired> {
  const { table, roles, trainRows, devRows } = judging.prepared;
  const rows = Uint32Array.from([...trainRows, ...devRows]);
  const { plan, task, set } = one;
  const events: TuneEvent[] = [];
  let state: TuneState = initialState;
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, rows);
  const context: TuneContext = {
    ...{ table, roles, rows, task, plan, metric: defaultMetric(task) },
    usual: usualPlanOf(one, judging),
    target: targetValues(table, roles),
    width: applyPreprocessing(preprocessing, table, rows.subarray(0, 64)).width,
    image: roles.images,
    ...{ units: judging.units, evaluator: judging.evaluator, executor: judging.executor },
    budget: budgetOf(judging, cost),
    ...known[set],
    ...{ trials: null, notes: [], memoryProblem: () => null, signal: new AbortController().signal },
    lookAtData: () =>
      dataFacts({ table, roles, trainRows: rows, held: null, preprocessing: plan.preprocessing, seed: plan.seed }),
    async emit(event) {
      const timed = { at: judging.spent(), ...event } as TuneEvent;
      events.push(timed);
      state = advance(state, timed);
    },
    state: () => state,
  };
  for (let next = nextState(state); next !== null && next.state !== 'examine'; next = nextState(state)) {
    await context.emit({ type: 'entered', ...next });
    const { state: id } = state;
    if (id === null || id === 'final-fit' || id === 'report' || id === 'done') break;
    await phases[id](context);
  }
  const { incumbent, steps, diagnosis } = state;
  return {
    plan: incumbent?.plan ?? plan,
    spent: judging.spent(),
    trainings: judging.evaluator.trials,
    accepted: steps.filter(({ accepted }) => accepted).map(({ phase, change }) => `${phase}: ${change}`),
    verdicts: diagnosis?.verdicts.map(({ id }) => id) ?? [],
  };
}
