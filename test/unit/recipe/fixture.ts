// Evaluations and diagnoses as a tuning has them, by their errors. The diagnoses are made by the real rules.

import { type Diagnosis, diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { DiagnoseOptions } from '../../../src/diagnosis/settings.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Evaluation, Step } from '../../../src/recipe/journal.ts';
import type { RunStatus, Score } from '../../../src/record/record.ts';

/** The default plan for classes. */
export const plan: Plan = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });

/** A share of wrong predictions. */
export function score(value: number, count = 10_000): Score {
  return { value, count, standardError: Math.sqrt((value * (1 - value)) / count), share: null };
}

/** An evaluation with errors as shares; `least` is the least training error on the way. */
export function evaluationOf(train: number, dev: number, least = train, of: Plan = plan): Evaluation {
  return {
    plan: of,
    train: score(train),
    dev: score(dev),
    leastTrainError: least,
    // The last epoch: the training error did not fall any further after the kept one.
    bestEpoch: of.training.epochs,
    units: 5,
    parameters: 100,
    seconds: 5,
    curve: [],
  };
}

/** What the rules say about an evaluation of a ten-class problem. */
export function diagnosisOf(
  { train, dev }: Pick<Evaluation, 'train' | 'dev'>,
  options: DiagnoseOptions & { readonly status?: RunStatus } = {},
): Diagnosis {
  const { status = 'finished', ...rest } = options;
  const unknown = { plan: null, start: null, losses: null, parameters: null, nonzero: null };
  const runs = [{ status, curve: [], bestEpoch: 40, ...unknown }];
  return diagnose({ task: 'classification', metric: 'error', classes: 10, train, trainDev: null, dev, runs }, rest);
}

/** A step of a round that changed nothing but the plan's seed, so that plans can be told apart. */
export function stepOf(round: number, phase: Step['phase'], accepted: boolean, index = 0): Step {
  const value = accepted ? -0.02 : 0.01;
  return {
    action: 'l2',
    change: `candidate ${round}.${index}`,
    phase,
    round,
    before: score(0.2),
    after: score(0.2 + value),
    gain: { value, low: value - 0.005, high: value + 0.005, confidence: 0.8, rows: 10_000, units: 5 },
    accepted,
    why: accepted ? 'better' : 'worse',
    plan: { ...plan, seed: 1000 * round + index },
  };
}
