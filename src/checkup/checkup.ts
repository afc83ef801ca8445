// In: a plan and the rows that it is trained and judged on. Out: one record with all evidence that a diagnosis can use:
// the run itself, what its data look like, short extra trainings as far as the time allows, and where its errors are.

import { applyPreprocessing } from '../data/preprocessing.ts';
import { evidenceOf } from '../diagnosis/evidence-of.ts';
import { gapsOf } from '../diagnosis/gaps.ts';
import { settingsOf } from '../diagnosis/settings.ts';
import type { Plan } from '../plan/plan.ts';
import type { ErrorAnalysis } from '../record/error-analysis.ts';
import type { Probes } from '../record/probes.ts';
import type { RunRecord } from '../record/record.ts';
import type { Predictions } from '../training/score.ts';
import type { TrainedWeights, TrainResult } from '../training/train-options.ts';
import { createTrainer } from '../training/trainer.ts';
import { dataFacts } from './data-facts.ts';
import { analyseErrors } from './error-analysis.ts';
import { trainDataSizes } from './probes/data-sizes.ts';
import { testLearningRates } from './probes/learning-rate-test.ts';
import { type PreparedRows, type ProbeRows, prepareRows, trainPrepared } from './probes/probe-rows.ts';
import { trainReference } from './probes/reference.ts';

/** The parts of a checkup in their order. */
export type CheckupPart = 'data' | 'training' | 'learning-rate' | 'reference' | 'data-sizes' | 'errors';

/** What a checkup is made with. */
export interface CheckupOptions extends ProbeRows {
  readonly plan: Plan;
  /** First weights in place of random ones. */
  readonly start?: TrainedWeights | null;
  /** Rows of the table like the training rows that are not trained on; null, the default, is none. */
  readonly trainDevRows?: Uint32Array | null;
  /** About how long the extra trainings may take together; 0 makes none, null has no limit. */
  readonly seconds: number | null;
  readonly signal?: AbortSignal;
  /** How much of a part is done, from 0 to 1. */
  readonly onProgress?: (progress: { readonly part: CheckupPart; readonly share: number }) => void;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** Shares of the time; what one part leaves over goes to the next ones. */
const shares = { 'learning-rate': 0.3, reference: 0.4, 'data-sizes': 1 };

const noProbes: Probes = { learningRate: null, reference: null, dataSizes: null };

/** The probes that fit into the time. */
async function makeProbes(options: CheckupOptions, { train }: PreparedRows, full: RunRecord): Promise<Probes> {
  const { plan, runtime, signal, seconds, start = null, onProgress } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  if (seconds === 0) return noProbes;
  const begin = clock();
  const common = (part: keyof typeof shares) => ({
    seconds: seconds === null ? null : (seconds - (clock() - begin)) * shares[part],
    ...(signal === undefined ? {} : { signal }),
    onProgress: (share: number) => onProgress?.({ part, share }),
    clock,
  });
  const learningRate = await testLearningRates({ ...common('learning-rate'), plan, train, runtime, start });
  const reference = await trainReference({ ...options, ...common('reference'), seed: plan.seed });
  const onPart = async (changed: Plan, trainRows: Uint32Array): Promise<RunRecord> => {
    const rows = { ...options, trainRows };
    const result = await trainPrepared(
      rows,
      changed,
      prepareRows(rows, changed),
      signal === undefined ? {} : { signal },
    );
    return result.record;
  };
  // Weights of somebody else's start would not be those of the parts.
  const dataSizes =
    start === null ? await trainDataSizes({ ...options, ...common('data-sizes'), full, train: onPart }) : null;
  return { learningRate, reference, dataSizes };
}

/** The run itself. */
function makeRun(options: CheckupOptions, prepared: PreparedRows): Promise<TrainResult> {
  const { table, plan, trainDevRows = null, start = null, signal, onProgress } = options;
  return trainPrepared(options, plan, prepared, {
    start,
    trainDev: trainDevRows === null ? null : applyPreprocessing(prepared.preprocessing, table, trainDevRows),
    ...(signal === undefined ? {} : { signal }),
    onPoint: ({ epoch }) => onProgress?.({ part: 'training', share: epoch / plan.training.epochs }),
  });
}

/** What the kept weights predict for the training rows. */
async function predictTrainRows(
  { runtime, plan }: CheckupOptions,
  { train }: PreparedRows,
  { parameters, buffers }: TrainedWeights,
): Promise<Predictions> {
  const trainer = await createTrainer(runtime, plan, train);
  try {
    trainer.evaluated.set(parameters);
    for (const [name, values] of Object.entries(buffers)) trainer.buffers[name]?.set(values);
    return await trainer.predict(train);
  } finally {
    await trainer.release();
  }
}

/** Whether the training rows themselves are not fitted, as far as these rows can show. */
function mayBeBiased(record: RunRecord): boolean {
  const evidence = evidenceOf(record);
  return gapsOf(evidence, settingsOf(evidence, {})).some(({ id, state }) => id === 'bias' && state !== 'inside');
}

/** Where the errors are: on dev rows, and on training rows where the bias may be high. A diverged run errs everywhere. */
async function analyse(
  options: CheckupOptions,
  prepared: PreparedRows,
  { record, weights, devPredictions }: TrainResult,
): Promise<readonly ErrorAnalysis[] | null> {
  const { table, roles, trainRows, dev } = options;
  if (record.status === 'diverged') return null;
  const analyses: ErrorAnalysis[] = [];
  if (dev !== null && devPredictions !== null) {
    analyses.push(analyseErrors({ set: 'dev', table: dev.table, roles, rows: dev.rows, predictions: devPredictions }));
  }
  if (mayBeBiased(record)) {
    const predictions = await predictTrainRows(options, prepared, weights);
    analyses.push(analyseErrors({ set: 'train', table, roles, rows: trainRows, predictions }));
  }
  return analyses;
}

/**
 * Trains a plan and gathers all evidence about it. Where the signal ends it early, the record says what was known by then.
 * @example
 * const record = await checkup({ table, roles, trainRows, dev: { table, rows }, plan, metric: 'error', runtime, seconds: 5 });
 * diagnose(evidenceOf(record)).verdicts;
 */
export async function checkup(options: CheckupOptions): Promise<RunRecord> {
  const { table, roles, trainRows, dev, plan, signal, onProgress } = options;
  const stopped = (): boolean => signal?.aborted === true;
  const { preprocessing, seed } = plan;
  const data = dataFacts({ table, roles, trainRows, held: dev, preprocessing, seed });
  onProgress?.({ part: 'data', share: 1 });
  const prepared = prepareRows(options, plan);
  const result = await makeRun(options, prepared);
  const record = { ...result.record, data };
  if (stopped()) return record;
  const probes = await makeProbes(options, prepared, record);
  if (stopped()) return { ...record, probes };
  const analysis = await analyse(options, prepared, result);
  onProgress?.({ part: 'errors', share: 1 });
  return { ...record, probes, analysis };
}
