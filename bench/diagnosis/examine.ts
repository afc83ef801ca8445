// In: a case. Out: the record that fettle makes of it: the run, the facts about its data, short extra trainings.

import { checkup } from '../../src/checkup/checkup.ts';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocessing.ts';
import { holdOut, splitInput } from '../../src/data/splits.ts';
import type { Runtime } from '../../src/engine/index.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { defaultMetric } from '../../src/training/score.ts';
import { type BenchCase, prepareCase } from './case.ts';
import { startWeights } from './start.ts';

/** Where the dev rows are a file of their own, this share of the training rows shows whether they are alike. */
const trainDevShare = 0.2;

/** Makes the record of a case, with so many seconds for extra trainings; throws what fettle throws for one that it refuses. */
export async function examine(runtime: Runtime, one: BenchCase, seconds: number): Promise<RunRecord> {
  const { table, roles, trainRows: rows, devRows } = prepareCase(one);
  const { plan, task, separateDev } = one;
  const split = separateDev
    ? holdOut(splitInput(table, roles, rows), { dev: trainDevShare, test: 0, seed: plan.seed })
    : { train: rows, dev: null };
  const trainRows = split.train;
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, trainRows);
  const data = applyPreprocessing(preprocessing, table, trainRows);
  return checkup({
    ...{ table, roles, trainRows, plan, runtime, seconds },
    trainDevRows: split.dev,
    dev: { table, rows: devRows },
    metric: defaultMetric(task),
    start: one.start === null ? null : await startWeights(runtime, plan, data, one.start),
  });
}
