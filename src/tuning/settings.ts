// In: what the user said. Out: the same with every default filled in.

import { FettleError } from '../base/error.ts';
import type { Device } from '../engine/index.ts';
import type { Plan, Task } from '../plan/plan.ts';
import { baselineUnits } from '../recipe/units.ts';
import type { Metric } from '../record/record.ts';
import { metricFor } from './metric.ts';
import type { TuneOptions } from './options.ts';

/** A tuning's settings, complete. */
export interface TuneSettings {
  readonly seed: number;
  readonly metric: Metric;
  readonly threads: number;
  readonly device: Device;
  readonly seconds: number | null;
  readonly trials: number | null;
  /** What to start from; null: the usual plan. */
  readonly plan: Plan | null;
  /** Null: as the number of rows asks for. */
  readonly holdOuts: number | null;
  readonly optimalError: number;
  readonly tolerance: number | null;
}

/** Seconds of a tuning when neither time nor trials are given. */
const defaultSeconds = 120;

/** A budget is kept within 5 % only where it is longer than what every tuning does: read, measure, fit, score. */
const leastSeconds = 5;

function checkSeconds(seconds: number | null): number | null {
  if (seconds === null || seconds >= leastSeconds) return seconds;
  throw new FettleError(
    'usage',
    `Expected at least ${leastSeconds} seconds for a tuning, received ${seconds}. Give more with --time, or count --trials instead.`,
  );
}

/** Fills in the defaults and refuses a time that no tuning could keep; `cores` is how many threads there are without being told. */
export function settingsOf(options: TuneOptions, task: Task, cores: number): TuneSettings {
  const trials = options.trials ?? null;
  const device = options.device ?? 'cpu';
  return {
    seed: options.seed ?? 0,
    metric: metricFor(task, options.metric),
    // Two trials on one device would wait for each other.
    threads: options.threads ?? (device === 'cpu' ? cores : 1),
    device,
    seconds: checkSeconds(options.seconds === undefined ? (trials === null ? defaultSeconds : null) : options.seconds),
    trials,
    plan: options.plan ?? null,
    holdOuts: options.holdOuts ?? null,
    optimalError: options.optimalError ?? 0,
    tolerance: options.tolerance ?? null,
  };
}

/** Throws `usage` when the trials asked for are not even enough for the baseline: the limit is kept, never stretched. */
export function checkTrials({ trials, holdOuts }: Pick<TuneSettings, 'trials' | 'holdOuts'>, rows: number): void {
  const units = baselineUnits(rows, holdOuts);
  if (trials === null || trials >= 2 * units) return;
  const parts = units === 1 ? 'one hold-out' : `${units} folds`;
  throw new FettleError(
    'usage',
    `Expected at least ${2 * units} trials, received ${trials}: the baseline trains two networks on ${parts}. ` +
      'Give more with --trials, or limit --time instead.',
  );
}
