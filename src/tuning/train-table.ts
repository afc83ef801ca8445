// In: a table and a plan. Out: one run of that plan, judged on held-out rows, and the bytes of its model.
// It is `train.node.ts` without files: for browsers, and for tables that are in memory already.

import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import { inferRoles, labelledRows } from '../data/roles.ts';
import { holdOut, splitInput } from '../data/splits.ts';
import type { Table } from '../data/table.ts';
import type { Runtime } from '../engine/index.ts';
import { columnRanges } from '../model/columns.ts';
import type { Plan, Task } from '../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord } from '../record/record.ts';
import { train } from '../training/train.ts';
import { buildModel } from './build-model.ts';
import { metricFor } from './metric.ts';

/** What a training on a table is told. */
export interface TrainTableOptions {
  readonly table: Table;
  readonly plan: Plan;
  readonly runtime: Runtime;
  /** The column to predict. Default: a column with a telling name, else the last one. */
  readonly target?: string;
  readonly task?: Task;
  readonly metric?: Metric;
  /** Share of the rows to judge on and to choose the epoch by. Default 0.2. */
  readonly held?: number;
  /** Ends the run after this much time; null, the default, is no limit. */
  readonly seconds?: number | null;
  /** Versions that the model names as what made it, by package. Default none. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
}

/** What a training on a table leaves behind. */
export interface TrainedTable {
  readonly record: RunRecord;
  /** The ONNX file, from raw columns or images to predictions; `openModel` loads it. */
  readonly model: Uint8Array;
  /** What a person should know about the columns and the split, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Trains one plan on a table. The same table, plan and engine give the same model.
 * @example
 * const { record, model } = await train({ table: tableFromColumns({ x, y }), plan, runtime: createOnnxWebRuntime() });
 */
export async function trainTable(options: TrainTableOptions): Promise<TrainedTable> {
  const { table, plan, runtime, target, task, signal, onPoint } = options;
  const roles = inferRoles(table, {
    ...(target === undefined ? {} : { target }),
    ...(task === undefined ? {} : { task }),
  });
  const input = splitInput(table, roles, labelledRows(table, roles));
  const rows = holdOut(input, { dev: 0, test: options.held ?? 0.2, seed: plan.seed });
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, rows.train);
  const data = applyPreprocessing(preprocessing, table, rows.train);
  const { record, weights } = await train({
    plan,
    train: data,
    dev: rows.test.length === 0 ? null : applyPreprocessing(preprocessing, table, rows.test),
    metric: metricFor(roles.task, options.metric),
    runtime,
    seconds: options.seconds ?? null,
    ...(signal === undefined ? {} : { signal }),
    ...(onPoint === undefined ? {} : { onPoint }),
  });
  const ranges = columnRanges(preprocessing, table, rows.train);
  const model = buildModel({ plan, data, preprocessing, weights: [weights], versions: options.versions ?? {}, ranges });
  return { record, model: model.bytes, notes: [...roles.notes, ...input.notes] };
}
