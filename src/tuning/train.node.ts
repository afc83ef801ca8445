// In: a file and a plan. Out: one run of that plan, judged on held-out rows: record.json, plan.json, model.onnx.

import { FettleError } from '../base/error.ts';
import { formatEpoch } from '../base/format.ts';
import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import type { Device } from '../engine/index.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import { columnRanges } from '../model/columns.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import { defaultDirectory, directoryState, openDirectory } from '../recipe/directory.node.ts';
import type { CurvePoint, Metric, RunRecord } from '../record/record.ts';
import { fileCheckpointStore } from '../training/checkpoint.node.ts';
import type { PlanMemory } from '../training/plan-memory.ts';
import { train } from '../training/train.ts';
import { buildModel } from './build-model.ts';
import { readJudgedData } from './judged-data.node.ts';
import { createMemoryCheck } from './memory-check.node.ts';
import { metricFor } from './metric.ts';
import type { DataOptions } from './tune-data.ts';
import { versions } from './versions.node.ts';

/** What a training of one plan is told. */
export interface TrainPlanOptions extends DataOptions {
  readonly plan: Plan;
  /** What the network is trained on. Default `cpu`. */
  readonly device?: Device;
  readonly metric?: Metric;
  /** Overrides the plan's seed. */
  readonly seed?: number;
  /** Threads of the engine. Default 1: the same result on every machine of one kind. */
  readonly threads?: number;
  readonly out?: string;
  readonly resume?: boolean;
  /** Called before the training with the memory that it will take. */
  readonly onMemory?: (memory: PlanMemory) => void;
  readonly onPoint?: (point: CurvePoint) => void;
}

/** Trains one plan on a table's file or on images; without a dev file 20 % of the rows judge, and choose the epoch; beside one a tenth of the rows is not trained on, so that a mismatch shows. The same plan, data and threads give the same model, also after a kill and `resume`. */
export async function trainPlan(options: TrainPlanOptions): Promise<{ record: RunRecord; directory: string }> {
  const { signal } = options;
  const plan = options.seed === undefined ? options.plan : { ...options.plan, seed: options.seed };
  const read = await readJudgedData(options, plan.seed);
  const { table, roles, trainRows, trainDevRows, held } = read;
  const device = options.device ?? 'cpu';
  const memory = await createMemoryCheck(read, { device, slots: 1, workers: false });
  const needed = memory.check(plan);
  const path = options.out ?? (await defaultDirectory(options.data, { resume: options.resume ?? false }));
  if (options.resume === true && (await directoryState(path)) === 'finished') {
    throw new FettleError('file', `The run in ${path} is finished. Choose another --out DIR for a new one.`);
  }
  const directory = await openDirectory(path, { resume: options.resume ?? false });
  options.onMemory?.(needed);
  try {
    const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, trainRows);
    const checkpoints = fileCheckpointStore(directory.checkpointPath('train'));
    const data = applyPreprocessing(preprocessing, table, trainRows);
    const result = await train({
      plan,
      train: data,
      dev: applyPreprocessing(preprocessing, held.table, held.rows),
      trainDev: trainDevRows === null ? null : applyPreprocessing(preprocessing, table, trainDevRows),
      metric: metricFor(roles.task, options.metric),
      runtime: createOnnxRuntime({ threads: options.threads ?? 1, device }),
      checkpoints,
      ...(signal === undefined ? {} : { signal }),
      ...(options.onPoint === undefined ? {} : { onPoint: options.onPoint }),
    });
    if (signal?.aborted === true) {
      const how = await checkpoints
        .load()
        .then((last) =>
          last === null
            ? 'before its first checkpoint; the same command with --resume begins anew'
            : `the checkpoint of epoch ${last.epoch} is kept in ${directory.path}; the same command with --resume goes on`,
        );
      throw new FettleError(
        'interrupted',
        `Stopped at epoch ${formatEpoch(result.record.curve.at(-1)?.epoch ?? 0)}, ${how}.`,
      );
    }
    const model = buildModel({
      ...{ plan, data, preprocessing, weights: [result.weights], versions: versions() },
      ranges: columnRanges(preprocessing, table, trainRows),
    });
    await directory.writeFile('model.onnx', model.bytes);
    await directory.writeFile('plan.json', printPlan(plan));
    await directory.writeFile('record.json', `${JSON.stringify(result.record, null, 2)}\n`);
    await checkpoints.remove();
    return { record: result.record, directory: directory.path };
  } finally {
    await directory.close();
  }
}
