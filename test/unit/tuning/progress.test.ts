import { describe, expect, it } from 'vitest';
import type { Executor, RunOptions, Trial, TrialResult } from '../../../src/execution/execution.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { TuneProgress } from '../../../src/recipe/progress.ts';
import type { CurvePoint } from '../../../src/record/record.ts';
import { createProgress, watched } from '../../../src/tuning/progress.ts';

const plan = defaultPlan({ task: 'regression', minimizesError: false, seed: 0 });
const trial = (id: string, stopEpoch: number | null = null): Trial => {
  return {
    ...{ id, plan, metric: 'rmse', trainRows: Uint32Array.of(0), devRows: null, seconds: null },
    ...{ stopEpoch, evaluations: 4 },
  };
};
const point = (epoch: number, devError: number | null): CurvePoint => {
  return {
    ...{ epoch, step: epoch, seconds: epoch, learningRate: null, trainLoss: null, trainError: null, devError },
    ...{ devLoss: null, layers: null },
  };
};
const about: Omit<TuneProgress, 'running'> = {
  ...{ state: 'baseline', reason: 'why', seconds: 3, secondsLeft: 7, trials: 2 },
};

describe('progress', () => {
  it('shows the running trials with their last point, until they end', () => {
    const shown: TuneProgress[] = [];
    const progress = createProgress(
      () => about,
      (now) => shown.push(now),
    );
    progress.onPoint(trial('a'), 'dropout 0.3', point(1, 0.5));
    progress.onPoint(trial('b', 9), 'the final fit', point(2, null));
    progress.onPoint(trial('a'), 'dropout 0.3', point(4, 0.4));
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toEqual({
      ...about,
      running: [
        { label: 'dropout 0.3', epoch: 4, epochs: plan.training.epochs, dev: 0.4 },
        { label: 'the final fit', epoch: 2, epochs: 9, dev: null },
      ],
    });
    progress.onEnd(trial('a'));
    progress.show();
    expect(shown.at(-1)?.running.map(({ label }) => label)).toEqual(['the final fit']);
    expect(shown[0]?.running).toHaveLength(1);
  });

  it('needs nobody who looks', () => {
    const progress = createProgress(() => about);
    progress.onPoint(trial('a'), '', point(1, 0.5));
    progress.show();
  });
});

describe('a watched executor', () => {
  /** Sends one point for each trial, then ends it as told. */
  function executorThat(end: (trial: Trial) => Promise<TrialResult>): Executor {
    return {
      slots: 3,
      run(job, options: RunOptions = {}) {
        options.onPoint?.(point(1, 0.5));
        return end(job);
      },
      async close() {},
    };
  }
  const result = (id: string): TrialResult => ({ id }) as TrialResult;

  it('shows trials that nobody labels by the label of the moment, and takes them away at their end', async () => {
    const labels: string[] = [];
    const progress = createProgress(
      () => about,
      ({ running }) => labels.push(running.map(({ label }) => label).join()),
    );
    let label = 'precheck';
    const watching = watched(
      executorThat(async ({ id }) => result(id)),
      progress,
      () => label,
    );
    expect(watching.slots).toBe(3);
    expect((await watching.run(trial('a'))).id).toBe('a');
    label = 'final-fit';
    await watching.run(trial('b'));
    expect(labels).toEqual(['precheck', 'final-fit']);
  });

  it('leaves points to those who want them', async () => {
    const shown: TuneProgress[] = [];
    const progress = createProgress(
      () => about,
      (now) => shown.push(now),
    );
    const own: number[] = [];
    const watching = watched(
      executorThat(async ({ id }) => result(id)),
      progress,
      () => 'x',
    );
    await watching.run(trial('a'), { onPoint: ({ epoch }) => own.push(epoch) });
    expect(own).toEqual([1]);
    expect(shown).toEqual([]);
  });

  it('takes a trial that fails away too, and gives its error on', async () => {
    const shown: TuneProgress[] = [];
    const progress = createProgress(
      () => about,
      (now) => shown.push(now),
    );
    const watching = watched(
      executorThat(() => Promise.reject(new Error('no memory'))),
      progress,
      () => 'baseline',
    );
    await expect(watching.run(trial('a'))).rejects.toThrow('no memory');
    progress.show();
    expect(shown.at(-1)?.running).toEqual([]);
  });
});
