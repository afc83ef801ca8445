// In: data and settings of a tuning. Out: its first event; and the check that a resumed run is the same run.

import { FettleError } from '../base/error.ts';
import type { Plan } from '../plan/plan.ts';
import type { NewEvent } from '../recipe/context.ts';
import type { TuneState } from '../recipe/state.ts';
import type { TuneSettings } from './settings.ts';
import type { TuneData } from './tune-data.ts';

/** The first event of a tuning. */
export type StartedEvent = NewEvent & { readonly type: 'started' };

/** What was started, on which data. */
export function startedEvent(
  files: { readonly data: string; readonly test?: string; readonly dev?: string },
  { roles, trainRows, held, notes, print }: TuneData,
  settings: TuneSettings,
  about: { readonly version: string; readonly evaluation: string },
): StartedEvent {
  const { seed, metric, optimalError, tolerance, seconds, trials, threads, plan, holdOuts } = settings;
  return {
    type: 'started',
    ...about,
    ...{ seed, metric, optimalError, tolerance, seconds, trials, threads, notes, plan, holdOuts },
    data: files.data,
    test: files.test ?? null,
    dev: files.dev ?? null,
    print,
    task: roles.task,
    target: roles.target,
    classes: roles.classes,
    images: roles.images,
    rows: { train: trainRows.length, test: held.rows.length },
  };
}

const planText = (plan: Plan | null): string => (plan === null ? 'the usual plan' : 'a plan of its own');

/** Throws unless the run in the directory was started with the same data and settings: a journal holds one tuning. */
export function checkSameRun(before: NonNullable<TuneState['started']>, now: StartedEvent, directory: string): void {
  if (JSON.stringify(before.plan) !== JSON.stringify(now.plan)) {
    throw new FettleError(
      'usage',
      `The run in ${directory} was started from ${planText(before.plan)}, received ${planText(now.plan)}. ` +
        'Resume it with the same --plan, or give another --out.',
    );
  }
  for (const key of ['target', 'task', 'metric', 'seed', 'optimalError', 'tolerance', 'holdOuts'] as const) {
    if (before[key] === now[key]) continue;
    throw new FettleError(
      'usage',
      `The run in ${directory} was started with ${key} ${before[key]}, received ${now[key]}. ` +
        'Resume it with the same, or give another --out.',
    );
  }
  if (before.print !== now.print) {
    throw new FettleError(
      'data',
      `The run in ${directory} was started on other data: ${before.rows.train} training and ${before.rows.test} test rows ` +
        `with print ${before.print}, received ${now.rows.train} and ${now.rows.test} with print ${now.print}. ` +
        'Resume it with the same files, or give another --out.',
    );
  }
}
