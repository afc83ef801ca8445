// In: the tuned plan. Out: the model, trained on all training rows, and its one report on rows that nothing else saw.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../base/random.ts';
import { standardDeviation } from '../base/statistics.ts';
import { applyPreprocessing } from '../data/preprocessing.ts';
import type { Table } from '../data/table.ts';
import { targetValues } from '../data/target-values.ts';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import type { Trial, TrialResult } from '../execution/execution.ts';
import { columnRanges } from '../model/columns.ts';
import type { ExportedModel } from '../model/export.ts';
import { modelPredictions, openModel } from '../model/predict.ts';
import type { Plan } from '../plan/plan.ts';
import type { TuneContext } from '../recipe/context.ts';
import type { RunDirectory } from '../recipe/directory.node.ts';
import { trialId } from '../recipe/evaluator.ts';
import { finalFit } from '../recipe/phases/final-fit.ts';
import { fitWithin } from '../recipe/time.ts';
import { subset } from '../recipe/units.ts';
import type { Score } from '../record/record.ts';
import { rowTerms, scoreOf } from '../training/score.ts';
import { buildModel } from './build-model.ts';
import { versions } from './versions.node.ts';

/** The rows of the report. */
export interface HeldRows {
  readonly table: Table;
  readonly rows: Uint32Array;
}

/** Files of the models of a run: the tuned one, and the network without hidden layers that it is compared with. */
const files = { tuned: 'model.onnx', linear: 'linear.onnx' };

/** Share of the budget that the network without hidden layers gets in the final fit. */
const linearShare = 0.1;

/** Trains the network without hidden layers on all rows, or what there is time for; null when there was none. */
async function fitLinear(context: TuneContext): Promise<{ plan: Plan; result: TrialResult } | null> {
  const { executor, metric, signal, budget } = context;
  const { linear } = context.state();
  if (linear === null) return null;
  const {
    plan,
    epochs,
    rows: most,
  } = fitWithin(context, linear, linearShare * (budget.seconds ?? Number.POSITIVE_INFINITY));
  const rows = subset(context.rows, most, createRandom(`linear/${plan.seed}`));
  const trial: Trial = {
    ...{ id: trialId(plan, rows, 'linear'), plan, metric, trainRows: rows, devRows: null },
    ...{ seconds: null, stopEpoch: epochs, evaluations: 1 },
  };
  return { plan, result: await executor.run(trial, { signal }) };
}

/** The bytes of a model of networks that share one preprocessing. */
function modelOf({ table, rows }: TuneContext, plan: Plan, results: readonly TrialResult[]): ExportedModel {
  const first = results[0];
  if (first === undefined) throw new Error('a model has at least one network');
  const { preprocessing } = first;
  return buildModel({
    ...{ plan, preprocessing, versions: versions(), weights: results.map(({ weights }) => weights) },
    data: applyPreprocessing(preprocessing, table, rows.subarray(0, 1)),
    ranges: columnRanges(preprocessing, table, rows),
  });
}

/** Trains the final networks and writes model.onnx, and the linear network beside it. */
export async function writeModel(context: TuneContext, directory: RunDirectory): Promise<void> {
  const [linear, fit] = await Promise.all([fitLinear(context), finalFit(context)]);
  context.signal.throwIfAborted();
  const model = modelOf(context, fit.plan, fit.results);
  if (linear !== null) {
    await directory.writeFile(files.linear, modelOf(context, linear.plan, [linear.result]).bytes);
  }
  await directory.writeFile(files.tuned, model.bytes);
  await context.emit({
    type: 'final',
    ...{ plan: fit.plan, networks: fit.results.length, epochs: fit.epochs, why: fit.why },
    ...{ parameters: model.parameters, nonzero: model.nonzero, bytes: model.bytes.length },
  });
}

/** The score of a model file on rows, raw columns in: what a user of the file gets. */
async function scoreFile(context: TuneContext, path: string, { table, rows }: HeldRows): Promise<Score> {
  const { metric, roles } = context;
  const runtime = await createOnnxRuntime({ threads: context.executor.slots });
  const model = await openModel(await readFile(path), runtime, path);
  try {
    const predictions = await modelPredictions(model, table, { rows });
    const all = targetValues(table, roles);
    const values = Array.from(rows, (row) => all[row] as number);
    const target = all instanceof Int32Array ? Int32Array.from(values) : Float32Array.from(values);
    return scoreOf(metric, rowTerms(metric, predictions, target), deviationOf(context));
  } finally {
    await model.release();
  }
}

/** Standard deviation of the target over the training rows; null for classes. */
function deviationOf({ target, rows }: TuneContext): number | null {
  if (target instanceof Int32Array) return null;
  return standardDeviation(Array.from(rows, (row) => target[row] as number));
}

/** Training rows that the final training error is measured on: enough for any interval. */
const mostTrainRows = 50_000;

/**
 * What rows from elsewhere say: beside them, the held-out rows of the search are like the training rows and not trained on.
 * Those chose the plan and were predicted by one network each, so the mismatch is if anything measured too small.
 */
function mismatchOf(context: TuneContext, train: Score, test: Score): Diagnosis | null {
  const { incumbent } = context.state();
  if (incumbent === null) return null;
  const { task, metric, roles, optimalError, tolerance } = context;
  return diagnose(
    { task, metric, classes: roles.classes?.length ?? null, train, trainDev: incumbent.dev, dev: test },
    { optimalError, ...(tolerance === null ? {} : { tolerance }) },
  );
}

/** Scores the written model once on the held rows, and on its own training rows. */
export async function reportModel(context: TuneContext, directory: RunDirectory, held: HeldRows): Promise<void> {
  const tuned = join(directory.path, files.tuned);
  const seen = subset(context.rows, mostTrainRows, createRandom('report'));
  const train = await scoreFile(context, tuned, { table: context.table, rows: seen });
  const test = await scoreFile(context, tuned, held);
  const { linear } = context.state();
  const linearScore = linear === null ? null : await scoreFile(context, join(directory.path, files.linear), held);
  const mismatch = held.table === context.table ? null : mismatchOf(context, train, test);
  await context.emit({ type: 'reported', train, test, linear: linearScore, mismatch });
}
