import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import { checkTrials, settingsOf } from '../../../src/tuning/settings.ts';

describe('the settings of a tuning', () => {
  it('have a default for everything', () => {
    expect(settingsOf({ data: 'a.csv' }, 'classification', 4)).toEqual({
      ...{
        seed: 0,
        metric: 'error',
        threads: 4,
        device: 'cpu',
        seconds: 120,
        trials: null,
        optimalError: 0,
        tolerance: null,
        plan: null,
        holdOuts: null,
      },
    });
    expect(settingsOf({ data: 'a.csv' }, 'regression', 1)).toMatchObject({ metric: 'rmse', threads: 1 });
  });

  it('are one trial at a time on any device but the CPU', () => {
    expect(settingsOf({ data: 'a.csv', device: 'cuda' }, 'regression', 8)).toMatchObject({
      device: 'cuda',
      threads: 1,
    });
  });

  it('have no time limit where trials limit the search, unless both are given', () => {
    expect(settingsOf({ data: 'a.csv', trials: 20 }, 'regression', 1)).toMatchObject({ seconds: null, trials: 20 });
    expect(settingsOf({ data: 'a.csv', trials: 20, seconds: 9 }, 'regression', 1)).toMatchObject({ seconds: 9 });
    expect(settingsOf({ data: 'a.csv', seconds: null }, 'regression', 1)).toMatchObject({ seconds: null });
  });

  it('are what was said', () => {
    const said = {
      seed: 7,
      metric: 'mae',
      threads: 3,
      device: 'webgpu',
      seconds: 5,
      trials: 6,
      optimalError: 0.1,
      tolerance: 0.03,
      plan: defaultPlan({ task: 'regression', minimizesError: false, seed: 1 }),
      holdOuts: 2,
    } as const;
    expect(settingsOf({ data: 'a.csv', ...said }, 'regression', 16)).toEqual(said);
  });

  it('refuse a time that no tuning could keep', () => {
    expect(() => settingsOf({ data: 'a.csv', seconds: 4.9 }, 'regression', 1)).toThrow(
      'Expected at least 5 seconds for a tuning, received 4.9. Give more with --time, or count --trials instead.',
    );
    expect(settingsOf({ data: 'a.csv', seconds: 5 }, 'regression', 1).seconds).toBe(5);
    expect(settingsOf({ data: 'a.csv', seconds: null }, 'regression', 1).seconds).toBe(null);
  });

  it('refuse fewer trials than the baseline takes', () => {
    expect(() => checkTrials({ trials: 9, holdOuts: null }, 1999)).toThrow(
      'Expected at least 10 trials, received 9: the baseline trains two networks on 5 folds. ' +
        'Give more with --trials, or limit --time instead.',
    );
    for (const trials of [10, 11, null]) expect(() => checkTrials({ trials, holdOuts: null }, 1999)).not.toThrow();
    expect(() => checkTrials({ trials: 1, holdOuts: null }, 2000)).toThrow(
      'Expected at least 2 trials, received 1: the baseline trains two networks on one hold-out.',
    );
    expect(() => checkTrials({ trials: 2, holdOuts: null }, 2000)).not.toThrow();
  });
});
