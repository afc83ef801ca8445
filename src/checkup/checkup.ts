// In: a plan and the rows that it is trained and judged on. Out: one record with all evidence that a diagnosis can use:
// the run itself, what its data look like, short extra trainings as far as the time allows, and where its errors are.

import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import type { Plan } from '../plan/plan.ts';
import type { Probes } from '../record/probes.ts';
import type { RunRecord } from '../record/record.ts';
import type { TrainedWeights } from '../training/train-options.ts';
import { trainDataSizes } from './probes/data-sizes.ts';
import { testLearningRates } from './probes/learning-rate-test.ts';
import { dataOf, type ProbeRows, trainPrepared } from './probes/probe-rows.ts';
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
  /** `part` is `of`-th share done, from 0 to 1. */
  readonly onProgress?: (progress: { readonly part: CheckupPart; readonly share: number }) => void;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** Shares of the time; what one part leaves over goes to the next ones. */
const shares = { 'learning-rate': 0.35, reference: 0.5, 'data-sizes': 1 };

const noProbes: Probes = { learningRate: null, reference: null, dataSizes: null };

/** The probes that fit into the time. */
async function makeProbes(options: CheckupOptions, full: RunRecord): Promise<Probes> {
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
  const train = dataOf(options, plan).train;
  const learningRate = await testLearningRates({ ...common('learning-rate'), plan, train, runtime, start });
  const reference = await trainReference({ ...options, ...common('reference'), seed: plan.seed });
  const onPart = async (changed: Plan, trainRows: Uint32Array): Promise<RunRecord> => {
    const rows = { ...options, trainRows };
    const result = await trainPrepared(rows, changed, dataOf(rows, changed), signal === undefined ? {} : { signal });
    return result.record;
  };
  // Weights of somebody else's start would not be those of the parts.
  const dataSizes =
    start === null ? await trainDataSizes({ ...options, ...common('data-sizes'), full, train: onPart }) : null;
  return { learningRate, reference, dataSizes };
}

/** The run itself. */
async function makeRun(options: CheckupOptions): Promise<RunRecord> {
  const { table, roles, plan, trainRows, trainDevRows = null, start = null, signal, onProgress } = options;
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, trainRows);
  const { record } = await trainPrepared(options, plan, dataOf(options, plan), {
    start,
    trainDev: trainDevRows === null ? null : applyPreprocessing(preprocessing, table, trainDevRows),
    ...(signal === undefined ? {} : { signal }),
    onPoint: ({ epoch }) => onProgress?.({ part: 'training', share: epoch / plan.training.epochs }),
  });
  return record;
}

/**
 * Trains a plan and gathers all evidence about it. Where the signal ends it early, the record says what was known by then.
 * @example
 * const record = await checkup({ table, roles, trainRows, dev: { table, rows }, plan, metric: 'error', runtime, seconds: 5 });
 * diagnose(evidenceOf(record)).verdicts;
 */
export async function checkup(options: CheckupOptions): Promise<RunRecord> {
  const record = await makeRun(options);
  if (options.signal?.aborted === true) return record;
  return { ...record, probes: await makeProbes(options, record) };
}
