import { describe, expect, it } from 'vitest';
import { defaultPlan, linearPlan } from '../../../src/plan/defaults.ts';
import type { Evaluation, TuneEvent } from '../../../src/recipe/journal.ts';
import { reportedError, summarize } from '../../../src/recipe/summarize.ts';
import type { Score } from '../../../src/record/record.ts';
import { events } from '../../fixtures/tuning.ts';

const versions = { fettle: '0.1.0' };
const summary = summarize(events, versions);

/** The events up to and with the last one of a type. */
const until = (type: TuneEvent['type']): readonly TuneEvent[] =>
  events.slice(0, events.findLastIndex((event) => event.type === type) + 1);

describe('the summary of a recorded tuning', () => {
  it('has the fields that programs read', () => {
    const { plan: _, ...rest } = summary ?? {};
    expect(rest).toMatchSnapshot();
  });

  it('is plain JSON: nothing gets lost when it is written', () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it('reports errors with Wilson`s interval at 95 %', () => {
    // 0.2132 of 891: (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), z = 1.959964.
    expect(summary?.error.test?.value).toBe(0.2132);
    expect(summary?.error.test?.low).toBeCloseTo(0.187568, 5);
    expect(summary?.error.test?.high).toBeCloseTo(0.241294, 5);
    expect(Object.keys(summary?.error.test ?? {})).toEqual(['value', 'low', 'high']);
  });

  it('takes train and test errors from the report, and the dev error from the plan in force', () => {
    expect(summary?.error.train?.value).toBe(0.152);
    expect(summary?.error.dev?.value).toBe(0.2111);
    expect(summary?.linear?.value).toBe(0.2424);
  });

  it('lists the steps with before, after, gain and why', () => {
    expect(summary?.steps.map(({ action, before, after, accepted }) => [action, before, after, accepted])).toEqual([
      ['dropout', 0.252, 0.2111, true],
      ['l2', 0.252, 0.2461, false],
      ['l1', 0.2111, 0.2202, false],
    ]);
    expect(summary?.devUses).toBe(3);
    expect(summary?.trials).toBe(2);
  });

  it('ends with the verdicts of the last diagnosis and the plan of the model', () => {
    const last = events.findLast((event) => event.type === 'diagnosed');
    expect(last?.type === 'diagnosed' && last.diagnosis.verdicts.map(({ id }) => id)).toEqual(summary?.verdicts);
    expect(summary?.verdicts).toContain('high-variance');
    expect(summary?.plan.regularization.dropout.rate).toBe(0.25);
    expect(summary?.model).toEqual({ networks: 3, parameters: 427_014, nonzero: 427_014, bytes: 1_723_904 });
  });
});

describe('the summary of a tuning that was stopped', () => {
  it('is none before there is a plan in force', () => {
    expect(summarize([], versions)).toBe(null);
    expect(summarize(until('prechecked'), versions)).toBe(null);
  });

  it('has the errors of the plan in force and no test error after the baseline', () => {
    const stopped = summarize([...until('baseline'), { at: 9.5, type: 'interrupted' }], versions);
    expect(stopped).toMatchObject({
      ...{ status: 'interrupted', verdicts: [], steps: [], model: null, seconds: 9.5 },
      error: { train: { value: 0.061 }, dev: { value: 0.252 }, test: null },
      linear: { value: 0.243 },
    });
  });

  it('is finished once the test rows were looked at, and not before', () => {
    expect(summarize(until('final'), versions)).toMatchObject({ status: 'interrupted', model: { networks: 3 } });
    expect(summarize(until('reported'), versions)?.status).toBe('finished');
  });

  it('counts the steps of a round that was cut short and done again once', () => {
    const first = events.findIndex((event) => event.type === 'step');
    const cut = [...events.slice(0, first + 1), { at: 20, type: 'resumed' } as const, ...events.slice(first)];
    expect(summarize(cut, versions)?.steps).toEqual(summary?.steps);
  });
});

describe('the summary of a regression', () => {
  /** Errors in the target's unit, whose standard deviation is 4. */
  const score = (value: number, count: number): Score => ({ value, count, standardError: 0.4, share: value / 4 });
  const plan = defaultPlan({ task: 'regression', minimizesError: false, seed: 0 });
  const evaluation: Evaluation = {
    ...{ plan, train: score(1, 300), dev: score(2, 400), leastTrainError: 0.9, bestEpoch: 9, units: 5 },
    ...{ parameters: 10, seconds: 1, curve: [] },
  };
  const [started] = events;
  if (started?.type !== 'started') throw new Error('a tuning starts with what was started');
  const path: readonly TuneEvent[] = [
    { ...started, task: 'regression', metric: 'rmse', classes: null },
    { at: 3, type: 'baseline', linear: { ...evaluation, plan: linearPlan(plan) }, evaluation },
    { at: 9, type: 'reported', train: score(1, 300), test: score(2, 400), linear: score(3, 400), mismatch: null },
  ];

  it('gives errors as shares of the deviation, and beside them in the target`s unit', () => {
    const made = summarize(path, versions);
    // The cube root of a chi-square with 2 / .1^2 degrees: 1 - .01 / 9 +- .1 x 1.971896 / 3; a quarter of them as shares.
    const [low, high] = [2 / 1.0646188 ** 1.5, 2 / 0.933159 ** 1.5];
    expect(made?.error.test).toEqual({
      value: 0.5,
      low: expect.closeTo(low / 4, 5),
      high: expect.closeTo(high / 4, 5),
      rmse: { value: 2, low: expect.closeTo(low, 5), high: expect.closeTo(high, 5) },
    });
    expect(made?.linear?.rmse?.value).toBe(3);
    expect(made).toMatchObject({ task: 'regression', metric: 'rmse', classes: null, status: 'finished' });
  });

  it('names the absolute error by its name', () => {
    expect(reportedError('mae', { value: 2, count: 400, standardError: 0.1, share: 0.5 })).toEqual({
      value: 0.5,
      low: expect.closeTo((2 - 0.1965927) / 4, 5),
      high: expect.closeTo((2 + 0.1965927) / 4, 5),
      mae: { value: 2, low: expect.closeTo(1.8034073, 5), high: expect.closeTo(2.1965927, 5) },
    });
  });

  it('has no width where the noise is not known', () => {
    const unknown = { value: 0.7, count: 50, standardError: null, share: null };
    expect(reportedError('log-loss', unknown)).toEqual({ value: 0.7, low: 0.7, high: 0.7 });
    expect(reportedError('rmse', { value: 0, count: 50, standardError: 0, share: 0 })).toEqual({
      ...{ value: 0, low: 0, high: 0 },
    });
  });
});
