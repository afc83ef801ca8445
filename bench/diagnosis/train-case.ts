// In: a case. Out: its plan trained as it is: the record, and the errors of the kept weights on the clean rows, row by row.

import type { Dataset } from '../../src/data/dataset.ts';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocessing.ts';
import { cellLabel, findColumn } from '../../src/data/table.ts';
import type { Runtime } from '../../src/engine/index.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { defaultMetric, type Predictions, predictedClass } from '../../src/training/score.ts';
import { type TrainedWeights, train } from '../../src/training/train.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { type BenchCase, type Prepared, prepareCase } from './case.ts';
import { type SetName, sets } from './sets.ts';
import { momentsOf } from './sheet.ts';
import { startWeights } from './start.ts';

/** A training with its test. */
export interface TrainedCase {
  readonly record: RunRecord;
  /** See `termsOf`; [test rows]. */
  readonly terms: Float64Array;
  readonly predictions: Predictions;
  readonly prepared: Prepared;
}

/** Predictions of trained weights on rows that the training did not know. */
async function predictWith(
  runtime: Runtime,
  { plan, data, test }: { readonly plan: Plan; readonly data: Dataset; readonly test: Dataset },
  weights: TrainedWeights,
): Promise<Predictions> {
  const trainer = await createTrainer(runtime, plan, data);
  try {
    trainer.evaluated.set(weights.parameters);
    for (const [name, values] of Object.entries(weights.buffers)) trainer.buffers[name]?.set(values);
    return await trainer.predict(test);
  } finally {
    await trainer.release();
  }
}

/**
 * Errors on the clean rows: 0 or 1 for classes, where a number is right when it rounds to the class; for numbers the squared
 * error as a share of the clean target's variance, so that a change of its unit changes nothing.
 */
export function termsOf({ task, set }: BenchCase, prepared: Prepared, predictions: Predictions): Float64Array {
  const { test, roles } = prepared;
  const column = findColumn(test, roles.target);
  if (column === undefined) throw new Error(`The test rows have no column "${roles.target}".`);
  const labels = Array.from({ length: test.rows }, (_, row) => cellLabel(column, row) ?? '');
  if (task === 'classification') {
    return Float64Array.from(labels, (label, row) =>
      roles.classes?.[predictedClass(predictions, row)] === label ? 0 : 1,
    );
  }
  const errors = labels.map((label, row) => (predictions.values[row] as number) - Number(label));
  if (sets[set].task === 'classification') return Float64Array.from(errors, (error) => (Math.abs(error) < 0.5 ? 0 : 1));
  const { deviation } = momentsOf(labels.map(Number));
  return Float64Array.from(errors, (error) => (error / deviation) ** 2);
}

/** The terms as one number: a share of wrong rows, or rmse in standard deviations of the clean target. */
export function errorOf(set: SetName, terms: Float64Array): number {
  const mean = terms.reduce((sum, term) => sum + term, 0) / terms.length;
  return sets[set].task === 'classification' ? mean : Math.sqrt(mean);
}

/** Trains a case with its plan's seed; throws what fettle throws for a plan that it refuses. */
export async function trainCase(runtime: Runtime, one: BenchCase): Promise<TrainedCase> {
  const prepared = prepareCase(one);
  const { table, roles, trainRows, devRows, test } = prepared;
  const preprocessing = fitPreprocessing(one.plan.preprocessing, table, roles, trainRows);
  const data = applyPreprocessing(preprocessing, table, trainRows);
  const { record, weights } = await train({
    plan: one.plan,
    train: data,
    dev: applyPreprocessing(preprocessing, table, devRows),
    metric: defaultMetric(one.task),
    runtime,
    start: one.start === null ? null : await startWeights(runtime, one.plan, data, one.start),
  });
  const rows = { plan: one.plan, data, test: applyPreprocessing(preprocessing, test) };
  const predictions = await predictWith(runtime, rows, weights);
  return { record, predictions, prepared, terms: termsOf(one, prepared, predictions) };
}
