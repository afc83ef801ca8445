// In: a file and perhaps a plan. Out: the record of one training with all evidence there is: facts about the data, short
// extra trainings, where the errors are. `diagnose(evidenceOf(record))` judges it, now or later.

import { type CheckupOptions, checkup } from '../checkup/checkup.ts';
import type { Device } from '../engine/index.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import type { Plan } from '../plan/plan.ts';
import { startingPlan } from '../recipe/starting-plan.ts';
import type { Metric, RunRecord } from '../record/record.ts';
import { readJudgedData } from './judged-data.node.ts';
import { createMemoryCheck } from './memory-check.node.ts';
import { metricFor } from './metric.ts';
import type { DataOptions } from './tune-data.ts';

/** What a checkup of files is told. */
export interface CheckupFileOptions extends DataOptions {
  /** What to check. Default: the usual plan for such data. */
  readonly plan?: Plan;
  readonly device?: Device;
  readonly metric?: Metric;
  /** Overrides the plan's seed. Default: the plan's, or 0. */
  readonly seed?: number;
  /** Threads of the engine. Default 1. */
  readonly threads?: number;
  /** About how long the extra trainings may take together; 0 makes none, null has no limit. Default 20. */
  readonly seconds?: number | null;
  readonly onProgress?: NonNullable<CheckupOptions['onProgress']>;
}

/** Seconds of the extra trainings when nobody says how many. */
const defaultSeconds = 20;

/** Trains a plan on a table's file or on images, with everything that a diagnosis can use. Nothing is written. */
export async function checkupFile(options: CheckupFileOptions): Promise<RunRecord> {
  const { signal, onProgress, device = 'cpu', threads = 1, seconds = defaultSeconds } = options;
  const seed = options.seed ?? options.plan?.seed ?? 0;
  const read = await readJudgedData(options, seed);
  const { table, roles, trainRows, trainDevRows, held } = read;
  const metric = metricFor(roles.task, options.metric);
  const facts = { task: roles.task, minimizesError: metric === 'error', seed };
  const usual = startingPlan(facts, roles.images, { rows: trainRows.length, seconds, slots: 1 });
  const plan = { ...(options.plan ?? usual), seed };
  const memory = await createMemoryCheck(read, { device, slots: 1, workers: false });
  memory.check(plan);
  return checkup({
    ...{ table, roles, trainRows, trainDevRows, dev: held, plan, metric, seconds },
    runtime: createOnnxRuntime({ threads, device }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
