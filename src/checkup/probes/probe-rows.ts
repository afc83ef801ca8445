// In: rows of a table, a plan. Out: one training of that plan on them, preprocessing fitted on the training rows alone.

import { applyPreprocessing, fitPreprocessing, type Preprocessing } from '../../data/preprocessing.ts';
import type { Roles } from '../../data/roles.ts';
import type { Table } from '../../data/table.ts';
import type { Runtime } from '../../engine/index.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Metric } from '../../record/record.ts';
import { train } from '../../training/train.ts';
import type { TrainOptions, TrainResult } from '../../training/train-options.ts';

/** Rows that plans are trained and judged on. */
export interface ProbeRows {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** Rows to judge on, of the same table or another one; null where nothing is held out. */
  readonly dev: { readonly table: Table; readonly rows: Uint32Array } | null;
  readonly metric: Metric;
  readonly runtime: Runtime;
}

/** Rows as a plan's preprocessing, fitted on the training rows, makes them. */
export interface PreparedRows extends Pick<TrainOptions, 'train' | 'dev'> {
  readonly preprocessing: Preprocessing;
}

/** Prepares the training and the dev rows for a plan. */
export function prepareRows(rows: ProbeRows, plan: Plan): PreparedRows {
  const { table, roles, trainRows, dev } = rows;
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, trainRows);
  return {
    preprocessing,
    train: applyPreprocessing(preprocessing, table, trainRows),
    dev: dev === null ? null : applyPreprocessing(preprocessing, dev.table, dev.rows),
  };
}

/** What a training is told beside plan and rows. */
export type ProbeTraining = Omit<TrainOptions, 'plan' | 'train' | 'dev' | 'metric' | 'runtime'>;

/** Trains a plan on rows that are prepared for it. */
export function trainPrepared(
  { metric, runtime }: Pick<ProbeRows, 'metric' | 'runtime'>,
  plan: Plan,
  { train: data, dev }: PreparedRows,
  options: ProbeTraining = {},
): Promise<TrainResult> {
  return train({ ...options, train: data, dev, plan, metric, runtime });
}
