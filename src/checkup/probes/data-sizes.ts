// In: a plan, rows, and somebody who trains. Out: how the plan does on parts of its rows, from few to all: what a forecast of
// more data rests on. The parts are nested and stratified, and all are judged on the same dev rows.

import { hash32 } from '../../base/random.ts';
import { mean, standardDeviation } from '../../base/statistics.ts';
import { batchCount } from '../../data/batches.ts';
import type { Roles } from '../../data/roles.ts';
import { holdOut, splitInput } from '../../data/splits.ts';
import type { Table } from '../../data/table.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DataSizePoint } from '../../record/probes.ts';
import type { RunRecord, Score } from '../../record/record.ts';

/** What a curve of data sizes is made with. */
export interface DataSizesOptions {
  readonly table: Table;
  readonly roles: Roles;
  readonly plan: Plan;
  readonly trainRows: Uint32Array;
  /** The plan's run on all rows: the last point of the curve, and what a step costs. */
  readonly full: RunRecord;
  /** Trains a plan on some of the rows and judges it on the dev rows. */
  readonly train: (plan: Plan, trainRows: Uint32Array) => Promise<RunRecord>;
  /** Trainings at the same time. Default 1. */
  readonly slots?: number;
  /** About how long it may take; null is no limit. */
  readonly seconds: number | null;
  readonly signal?: AbortSignal;
  /** The share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** How many sizes; each about twice the one before, down to rows of which a network still learns something. */
const sizes = { least: 5, most: 8, ratio: 2, leastRows: 32, rowsPerClass: 4, leastSpan: 4 };

/** Trainings of each size: fewer where the time is short, the larger sizes first. */
const mostRepeats = 3;

/** A part is trained for at least so many steps, or as many as all rows are: its epochs are short. */
const leastSteps = 300;

/** Where the time is short, all sizes train for fewer epochs: at least this share of the plan's, and so many. */
const squeeze = { share: 0.1, epochs: 8 };

/** What evaluations and loading add to the steps. */
const overhead = 1.4;

/** Log-spaced numbers of rows, the last one all; null where there are too few rows for a curve. */
export function sizesOf(rows: number, classes: number): readonly number[] | null {
  const smallest = Math.max(sizes.leastRows, sizes.rowsPerClass * classes);
  if (rows < sizes.leastSpan * smallest) return null;
  const wanted = 1 + Math.round(Math.log(rows / smallest) / Math.log(sizes.ratio));
  const count = Math.min(sizes.most, Math.max(sizes.least, wanted));
  const ratio = Math.max((smallest / rows) ** (1 / (count - 1)), 1 / sizes.ratio);
  return Array.from({ length: count }, (_, i) => Math.round(rows * ratio ** (count - 1 - i)));
}

/** Parts of the rows of the given sizes (the last is all of them), each inside the next. */
export function nestedParts(
  { table, roles, trainRows }: Pick<DataSizesOptions, 'table' | 'roles' | 'trainRows'>,
  counts: readonly number[],
  seed: number,
): readonly Uint32Array[] {
  const parts: Uint32Array[] = [trainRows];
  for (const count of counts.slice(0, -1).reverse()) {
    const around = parts[0] ?? trainRows;
    const input = splitInput(table, roles, around);
    parts.unshift(holdOut(input, { dev: count / around.length, test: 0, seed: hash32(`${seed}/${count}`) }).dev);
  }
  return parts;
}

/** The plan for a part: longer epochs' worth of steps, and `share` of its epochs where the time is short. */
function planFor({ plan, trainRows }: DataSizesOptions, rows: number, share: number, seed: number): Plan {
  const { training, regularization } = plan;
  const batches = (n: number): number => batchCount(n, Math.min(training.batchSize, n));
  const whole = training.epochs * share;
  const steps = Math.max(whole * batches(rows), Math.min(whole * batches(trainRows.length), leastSteps));
  const epochs = Math.max(1, Math.ceil(steps / batches(rows) - 1e-9));
  const { patience } = regularization.earlyStopping;
  const patient = patience === null ? null : Math.max(1, Math.ceil((patience * epochs) / training.epochs));
  return {
    ...plan,
    regularization: { ...regularization, earlyStopping: { patience: patient } },
    training: { ...training, epochs },
    seed,
  };
}

/** Seconds that each size takes with `share` of the epochs. */
function costsOf(options: DataSizesOptions, counts: readonly number[], share: number): readonly number[] {
  const { full, plan, slots = 1 } = options;
  const perStep = (full.seconds ?? 0) / Math.max(1, full.curve.at(-1)?.step ?? 1);
  return counts.map((rows) => {
    const { training } = planFor(options, rows, share, 0);
    const steps = training.epochs * batchCount(rows, Math.min(plan.training.batchSize, rows));
    return (overhead * steps * perStep) / slots;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** The share of the epochs that fits into the time, 1 for all; null if that is too little to say anything. */
function shareOf(options: DataSizesOptions, counts: readonly number[], seconds: number): number | null {
  if (sum(costsOf(options, counts.slice(0, -1), 1)) <= seconds) return 1;
  let share = 1;
  // Steps are whole and have a floor, so the cost is no multiple of the share.
  for (let i = 0; i < 8 && sum(costsOf(options, counts, share)) > seconds; i++) {
    share *= Math.min(0.9, seconds / sum(costsOf(options, counts, share)));
  }
  if (sum(costsOf(options, counts, share)) > seconds) return null;
  return share >= squeeze.share && share * options.plan.training.epochs >= squeeze.epochs ? share : null;
}

function meanScore(scores: readonly Score[]): Score {
  const over = (of: (score: Score) => number | null): number | null => {
    const values = scores.map(of).filter((x) => x !== null);
    return values.length < scores.length ? null : mean(values);
  };
  return {
    value: mean(scores.map(({ value }) => value)),
    count: scores[0]?.count ?? null,
    standardError: over((score) => score.standardError),
    share: over((score) => score.share),
  };
}

/** The point of the runs of one size; null where none of them came to an end. */
function pointOf(rows: number, records: readonly RunRecord[]): DataSizePoint | null {
  const known = records.flatMap(({ status, train, dev }) =>
    status !== 'diverged' && train !== null && dev !== null ? [{ train, dev }] : [],
  );
  if (known.length === 0) return null;
  const values = known.map(({ dev }) => dev.value);
  return {
    rows,
    train: meanScore(known.map(({ train }) => train)),
    dev: meanScore(known.map(({ dev }) => dev)),
    deviation: values.length < 2 ? null : standardDeviation(values),
    repeats: values.length,
  };
}

/**
 * Trains the plan on parts of its rows. Null where the rows are too few, the time too short, or the run on all rows has
 * nothing to compare with. Where the time is short, all sizes train for fewer epochs, so that they can be compared.
 */
export async function trainDataSizes(options: DataSizesOptions): Promise<readonly DataSizePoint[] | null> {
  const { plan, trainRows, full, roles, train, seconds, signal, onProgress, slots = 1 } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const begin = clock();
  const stopped = (): boolean => signal?.aborted === true;
  const left = (): number => (seconds ?? Number.POSITIVE_INFINITY) - (clock() - begin);
  const counts = sizesOf(trainRows.length, roles.classes?.length ?? 1);
  if (counts === null || full.status === 'diverged' || full.dev === null || full.train === null) return null;
  const share = shareOf(options, counts, left());
  if (share === null) return null;
  const costs = costsOf(options, counts, share);
  const records: RunRecord[][] = counts.map(() => []);
  if (share === 1) records.at(-1)?.push(full);
  for (let repeat = 0; repeat < mostRepeats; repeat++) {
    const seed = repeat === 0 ? plan.seed : hash32(`${plan.seed}/data-sizes/${repeat}`);
    const parts = nestedParts(options, counts, seed);
    const waiting = parts.map((rows, i) => ({ rows, i })).filter(({ i }) => (records[i]?.length ?? 0) <= repeat);
    let at = 0;
    const worker = async (): Promise<void> => {
      for (let next = waiting[at++]; next !== undefined; next = waiting[at++]) {
        // The first round has to be complete; later ones take what fits, the small parts first, whose noise is larger.
        if (stopped() || (repeat > 0 && (costs[next.i] ?? 0) * slots > left())) return;
        const record = await train(planFor(options, next.rows.length, share, seed), next.rows);
        if (stopped()) return;
        records[next.i]?.push(record);
        onProgress?.(sum(records.map(({ length }) => length)) / (counts.length * mostRepeats));
      }
    };
    await Promise.all(Array.from({ length: slots }, worker));
    if (stopped()) return null;
  }
  onProgress?.(1);
  const points = records.map((some, i) => pointOf(counts[i] as number, some));
  const known = points.filter((point) => point !== null);
  return known.length < points.length ? null : known;
}
