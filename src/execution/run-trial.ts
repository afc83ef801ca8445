// In: a table and a trial. Out: its result: preprocessing fitted on the trial's training rows, then one training.

import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import type { Roles } from '../data/roles.ts';
import type { Table } from '../data/table.ts';
import type { Runtime } from '../engine/index.ts';
import type { CheckpointStore } from '../training/checkpoint.ts';
import { train } from '../training/train.ts';
import type { RunOptions, Trial, TrialResult } from './execution.ts';

/** What every trial of a tuning shares. */
export interface Bench {
  readonly table: Table;
  readonly roles: Roles;
}

/** Runs one trial in this thread. */
export async function runTrial(
  bench: Bench,
  trial: Trial,
  runtime: Runtime,
  options: RunOptions & { readonly checkpoints?: CheckpointStore | null } = {},
): Promise<TrialResult> {
  const { table, roles } = bench;
  const preprocessing = fitPreprocessing(trial.plan.preprocessing, table, roles, trial.trainRows);
  const { devRows, trainDevRows = null } = trial;
  const { record, weights, devPredictions } = await train({
    plan: trial.plan,
    train: applyPreprocessing(preprocessing, table, trial.trainRows),
    dev: devRows === null ? null : applyPreprocessing(preprocessing, table, devRows),
    trainDev: trainDevRows === null ? null : applyPreprocessing(preprocessing, table, trainDevRows),
    metric: trial.metric,
    runtime,
    seconds: trial.seconds,
    stopEpoch: trial.stopEpoch,
    evaluations: trial.evaluations,
    ...options,
  });
  return { id: trial.id, record, preprocessing, weights, devPredictions };
}
