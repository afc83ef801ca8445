// A tuning's context whose trainings are written down beforehand: the real evaluator over an executor that looks each
// trial up. A candidate is known by the strength of its L2.

import { FettleError } from '../../../src/base/error.ts';
import type { Executor, Trial, TrialResult } from '../../../src/execution/execution.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { TuneContext } from '../../../src/recipe/context.ts';
import { createEvaluator, type EvaluatorOptions } from '../../../src/recipe/evaluator.ts';
import type { Evaluation } from '../../../src/recipe/journal.ts';
import type { Proposal } from '../../../src/recipe/race.ts';
import { initialState } from '../../../src/recipe/state.ts';
import type { Unit, Units } from '../../../src/recipe/units.ts';
import type { RunRecord } from '../../../src/record/record.ts';

const start = defaultPlan({ task: 'regression', minimizesError: false, seed: 0 });

/** The plan of candidate `key`; 0 is the plan in force. */
export function planOf(key: number): Plan {
  return { ...start, regularization: { ...start.regularization, l2: { strength: key, fade: 'constant' } } };
}

/** Candidates by their keys. */
export const proposalsOf = (keys: readonly number[]): Proposal[] =>
  keys.map((key) => ({ action: 'l2', change: `candidate ${key}`, plan: planOf(key) }));

/** Folds of `rows` rows: as many to a repeat as `perRepeat`. */
export function foldsOf(rows: number, counts: Omit<Units, 'units' | 'kind' | 'about'>, perRepeat = 5): Units {
  const most = Math.max(counts.baseline, counts.decision, counts.confirmation);
  const units = Array.from({ length: most }, (_, index): Unit => {
    const all = Uint32Array.from({ length: rows }, (_, row) => row);
    const isDev = (row: number): boolean => row % perRepeat === index % perRepeat;
    const devRows = all.filter(isDev);
    const trainRows = all.filter((row) => !isDev(row));
    return { index, seed: index, devRows, trainRows, trainDevRows: null };
  });
  return { kind: 'folds', about: 'scripted folds', ...counts, units };
}

/** What a scripted context is made of. */
export interface Script {
  readonly units: Units;
  readonly rows: number;
  /** Absolute error of a candidate on a row of a unit. */
  readonly term: (key: number, unit: number, row: number) => number;
  /** Waits before a trial ends; rejects to end it. */
  readonly before?: (key: number, unit: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly store?: EvaluatorOptions['store'];
}

function recordOf(plan: Plan, trainRows: number, devRows: number, dev: number): RunRecord {
  const score = (value: number, count: number) => ({ value, count, standardError: value / 10, share: value });
  const point = { step: 1, seconds: 0.5, learningRate: 1e-3, trainLoss: 1, devLoss: 1, layers: null };
  return {
    ...{ version: 1, source: 'script', plan, task: 'regression', metric: 'mae', classes: null, status: 'finished' },
    rows: { train: trainRows, dev: devRows },
    curve: [
      { ...point, epoch: 1, trainError: 0.4, devError: dev },
      { ...point, epoch: 2, trainError: 0.3, devError: dev },
    ],
    ...{ bestEpoch: 2, trainDev: null, parameters: 10, nonzero: 10, seconds: 1 },
    ...{ start: null, losses: null, data: null, probes: null, analysis: null },
    train: score(0.5, trainRows),
    dev: score(dev, devRows),
  };
}

/** An executor that looks trials up; `ran` are the trials that came to an end, as `candidate/unit`. */
export function scriptedExecutor({ units, term, before }: Script): Executor & { readonly ran: string[] } {
  const ran: string[] = [];
  return {
    slots: 2,
    ran,
    async run(trial: Trial, options = {}): Promise<TrialResult> {
      const unit = units.units.find(({ trainRows }) => trainRows === trial.trainRows);
      if (unit === undefined || trial.devRows === null) throw new Error('the trial is of no unit');
      const key = trial.plan.regularization.l2.strength;
      await before?.(key, unit.index, options.signal);
      const values = Float32Array.from(unit.devRows, (row) => term(key, unit.index, row));
      const dev = values.reduce((sum, x) => sum + x, 0) / values.length;
      options.onPoint?.({
        ...{ epoch: 1, step: 1, seconds: 0.5, learningRate: null, trainLoss: null, trainError: null, devLoss: null },
        ...{ devError: dev, layers: null },
      });
      ran.push(`${key}/${unit.index}`);
      return {
        id: trial.id,
        record: recordOf(trial.plan, unit.trainRows.length, unit.devRows.length, dev),
        // The search looks at neither.
        preprocessing: {} as TrialResult['preprocessing'],
        weights: { parameters: new Float32Array(0), buffers: {} },
        devPredictions: { rows: values.length, outputs: 1, values },
      };
    },
    async close() {},
  };
}

/** Nothing is remembered between tunings. */
export const noStore: EvaluatorOptions['store'] = { load: async () => null, save: async () => undefined };

/** An executor's way to end a trial that its signal stops. */
export async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
  throw new FettleError('interrupted', 'The trial was stopped.');
}

/** A context with the plan in force measured on the units of the baseline. */
export async function scriptedContext(script: Script) {
  const { units, rows, signal = new AbortController().signal, store = noStore } = script;
  const executor = scriptedExecutor(script);
  const trials: string[] = [];
  const evaluator = createEvaluator({
    ...{ executor, units, metric: 'mae', target: new Float32Array(rows), store },
    onTrial: async ({ unit }, label) => {
      trials.push(`${label}/${unit}`);
    },
    onPoint: () => undefined,
    onEnd: () => undefined,
  });
  const baseline = Array.from({ length: units.baseline }, (_, i) => i);
  const quiet = new AbortController().signal;
  const results = await evaluator.run(planOf(0), baseline, { label: 'baseline', signal: quiet });
  const incumbent: Evaluation = evaluator.evaluate(planOf(0), results);
  // A race asks for no more than this of a context.
  const context = {
    ...{ units, metric: 'mae', evaluator, executor, signal, trials: null },
    state: () => ({ ...initialState, incumbent }),
  } as unknown as TuneContext;
  return { context, evaluator, incumbent, ran: executor.ran, trials };
}
