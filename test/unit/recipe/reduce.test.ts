import { describe, expect, it } from 'vitest';
import { type Plan, printPlan } from '../../../src/plan/plan.ts';
import { createBudget } from '../../../src/recipe/budget.ts';
import type { NewEvent, TuneContext } from '../../../src/recipe/context.ts';
import type { TuneEvent } from '../../../src/recipe/journal.ts';
import { reduce } from '../../../src/recipe/phases/reduce.ts';
import { advance, initialState, type TuneState } from '../../../src/recipe/state.ts';
import { foldsOf, planOf, type Script, scriptedContext } from './scripted.ts';

const rows = 40;
const units = foldsOf(rows, { baseline: 5, firstLook: 2, decision: 5, confirmation: 10 });

/** A tuning in the middle of `reduce-variance`, with all trainings written down. */
async function tuning(term: Script['term'], more: Partial<TuneContext> = {}) {
  const made = await scriptedContext({ units, rows, term });
  const events: TuneEvent[] = [];
  let state: TuneState = {
    ...{ ...initialState, incumbent: made.incumbent, trials: made.trials.length },
    state: 'reduce-variance',
    complete: false,
  };
  const context: TuneContext = {
    ...made.context,
    ...{
      task: 'regression',
      rows: Uint32Array.from({ length: rows }, (_, i) => i),
      width: 4,
      image: null,
      usual: made.incumbent.plan,
      memoryProblem: () => null,
      trials: null,
    },
    budget: createBudget(null, 0, () => 0),
    ...more,
    state: () => ({ ...state, trials: made.trials.length }),
    async emit(event: NewEvent) {
      const timed = { at: 0, ...event } as TuneEvent;
      events.push(timed);
      state = advance(state, timed);
    },
  };
  /** Rounds until the phase is over. */
  const toTheEnd = async (): Promise<number> => {
    for (let round = 1; round < 60; round++) {
      await reduce(context, 'reduce-variance');
      if (state.over.includes('reduce-variance')) return round;
    }
    throw new Error('the phase does not end');
  };
  return { ...made, context, events, toTheEnd, state: () => state };
}

/** Every plan does as well as any other but for a small difference. */
const equal: Script['term'] = (key, unit, row) => 1 + ((key * 1e4 + unit * 7 + row * 13) % 11) / 1000;
const types = (events: readonly TuneEvent[]): string[] => events.map(({ type }) => type);

describe('a round', () => {
  it('writes its steps, then its end', async () => {
    const { context, events } = await tuning(equal);
    await reduce(context, 'reduce-variance');
    expect(
      types(events)
        .slice(0, -1)
        .every((type) => type === 'step'),
    ).toBe(true);
    expect(events.length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ type: 'round', state: 'reduce-variance' });
    for (const event of events) if (event.type === 'step') expect(event.step.round).toBe(1);
  });

  it('leaves out what does not fit into memory, says so once, and tries the rest', async () => {
    const memoryProblem = (plan: Plan): string | null =>
      plan.regularization.dropout.rate > 0.2 ? 'needs about 9 GB of memory' : null;
    const { events, toTheEnd, state } = await tuning(equal, { memoryProblem });
    await toTheEnd();
    const left = events.flatMap((event) => (event.type === 'left-out' ? [event] : []));
    expect(left.map(({ change }) => change)).toEqual(['dropout 0.3', 'dropout 0.5']);
    expect(left[0]).toMatchObject({ action: 'dropout', why: 'needs about 9 GB of memory' });
    expect(state().leftOut).toHaveLength(2);
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step.change] : []));
    expect(steps).toContain('dropout 0.15');
    expect(steps.filter((change) => change.includes('dropout 0.3') || change.includes('dropout 0.5'))).toEqual([]);
  });

  it('puts the plan that won in force, in words too', async () => {
    const strong: Script['term'] = (key, unit, row) => equal(key, unit, row) - (key > 0 ? 0.3 : 0);
    const { context, events, state } = await tuning(strong);
    await reduce(context, 'reduce-variance');
    const winners = events.flatMap((event) => (event.type === 'step' && event.step.accepted ? [event.step] : []));
    expect(winners).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ over: false, why: winners[0]?.change });
    expect(state().incumbent?.plan).toEqual(winners[0]?.plan);
  });

  it('tries no plan twice, and ends the phase when there is none left', async () => {
    const { toTheEnd, state } = await tuning(equal);
    await toTheEnd();
    const texts = state().steps.map((step) => printPlan(step.plan));
    expect(new Set(texts).size).toBe(texts.length);
    expect(state().incumbent?.plan).toEqual(planOf(0));
  });

  it('tries nothing when the time of the search is over', async () => {
    const { context, events, ran } = await tuning(equal, { budget: createBudget(10, 9, () => 0) });
    const before = ran.length;
    await reduce(context, 'reduce-variance');
    expect(events).toEqual([
      {
        ...{ at: 0, type: 'round', state: 'reduce-variance', evaluation: null, over: true },
        why: 'the budget of the search is used up',
      },
    ]);
    expect(ran).toHaveLength(before);
  });

  it.each([8, 12, 20, 40])('keeps to a limit of %i trials', async (limit) => {
    const gains: Script['term'] = (key, unit, row) => equal(key, unit, row) - 0.3 * Math.min(1, key);
    for (const term of [equal, gains]) {
      const { toTheEnd, trials } = await tuning(term, { trials: limit });
      await toTheEnd();
      expect(trials.length).toBeLessThanOrEqual(Math.ceil(1.05 * limit));
    }
  });
});
