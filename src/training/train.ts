// In: a plan, training rows, dev rows and an engine. Out: a record of the run, the kept weights,
// and the predictions of the kept weights on the dev rows. Events tell the progress; a checkpoint lets a killed run go on.

import { batchCount, epochOrder, fillBatch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Runtime } from '../engine/index.ts';
import type { Plan } from '../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord, RunStatus } from '../record/record.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { createScorer, planLoss, type Scorer } from './evaluate.ts';
import { fingerprint } from './fingerprint.ts';
import { continueFrom, keepWeights, type Progress, revertWeights, startProgress, toCheckpoint } from './progress.ts';
import { fadeFactor, learningRateFactor } from './schedules.ts';
import type { Predictions } from './score.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** The kept weights of a trained network, by region; `parameters` in the layout's order, buffers by name. */
export interface TrainedWeights {
  readonly parameters: Float32Array;
  readonly buffers: Readonly<Record<string, Float32Array>>;
}

/** What a training leaves behind. */
export interface TrainResult {
  readonly record: RunRecord;
  readonly weights: TrainedWeights;
  /** Predictions of the kept weights on the dev rows; null without dev rows. */
  readonly devPredictions: Predictions | null;
}

/** What a training is made with. */
export interface TrainOptions {
  readonly plan: Plan;
  readonly train: Dataset;
  /** Chooses the kept epoch; without it the last epoch is kept. */
  readonly dev: Dataset | null;
  readonly metric: Metric;
  readonly runtime: Runtime;
  /** Ends the run after this much training and evaluation, at the end of a step; null is no limit. */
  readonly seconds?: number | null;
  /** Ends after this epoch of the plan's schedule, for a final fit at a chosen epoch; null trains all. */
  readonly stopEpoch?: number | null;
  /** Most evaluations over the run, at most one an epoch. Default 64. */
  readonly evaluations?: number;
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
  readonly checkpoints?: CheckpointStore | null;
  /** Least seconds between two checkpoints. Default 5. */
  readonly checkpointSeconds?: number;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/**
 * A loss this many times that of the first batch is as lost as one that is no number: with Adam, whose steps are bounded,
 * a far too high rate ends at some such loss and stays there.
 */
const absurd = 1e6;

/** One run and what belongs to it. */
interface Run {
  readonly options: TrainOptions;
  readonly trainer: Trainer;
  readonly scorer: Scorer;
  readonly progress: Progress;
  /** Seconds of the whole run, those before a resume included. */
  readonly elapsed: () => number;
  /** Batch losses since the last point of the curve. */
  readonly losses: { sum: number; count: number };
}

/** Strengths and rates of a step at a place of the schedule. */
function stepSettings(plan: Plan, progress: number) {
  const { l1, l2, dropout, augmentation } = plan.regularization;
  return {
    learningRate: plan.optimizer.learningRate * learningRateFactor(plan.schedule, progress),
    l2: l2.strength * fadeFactor(l2.fade, progress),
    l1: l1.strength * fadeFactor(l1.fade, progress),
    dropout: dropout.rate * fadeFactor(dropout.fade, progress),
    noise: augmentation.noise,
  };
}

/** Middle of a step's share of the run, so that neither end of a schedule is wasted on a rate of zero. */
function scheduleAt({ options: { plan, train }, trainer }: Run, step: number): number {
  return (step - 0.5) / (plan.training.epochs * batchCount(train.rows, trainer.batchSize));
}

/** Without dev rows the last weights are the best; of equal scores the last counts. */
function isBest(score: number | null, best: number | null): boolean {
  return score === null || best === null || score <= best;
}

function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/**
 * Evaluates between two steps, adds a point to the curve and keeps the weights if they are the best so far.
 * Gives false, and does none of that, when weights or scores are no numbers any more.
 */
async function evaluate(run: Run): Promise<boolean> {
  const { options, trainer, scorer, progress, elapsed, losses } = run;
  await trainer.read();
  if (!allFinite(trainer.evaluated)) return false;
  const { plan, dev } = options;
  const sample = await scorer.sample();
  const held = await scorer.dev();
  const score = held?.score.value ?? null;
  if (!Number.isFinite(sample.score.value) || (score !== null && !Number.isFinite(score))) return false;
  if (isBest(score, progress.best?.score ?? null)) {
    progress.best = { epoch: progress.epoch, score };
    keepWeights(progress, trainer);
  }
  const point: CurvePoint = {
    epoch: progress.epoch,
    step: progress.step,
    seconds: elapsed(),
    learningRate: stepSettings(plan, scheduleAt(run, progress.step)).learningRate,
    trainLoss: losses.sum / losses.count,
    trainError: sample.score.value,
    devError: score,
    devLoss: dev === null || held === null ? null : planLoss(plan.loss, held.predictions, dev),
    layers: trainer.optimizer.statistics(),
  };
  trainer.optimizer.reset();
  losses.sum = 0;
  losses.count = 0;
  progress.curve.push(point);
  options.onPoint?.(point);
  return true;
}

/** One pass over the training rows; a status ends the run. */
async function runEpoch(run: Run, rows: Uint32Array): Promise<'stopped' | 'diverged' | null> {
  const { options, trainer, progress, elapsed, losses } = run;
  const { plan, train, signal } = options;
  const steps = batchCount(train.rows, trainer.batchSize);
  const limit = options.seconds ?? Number.POSITIVE_INFINITY;
  const order = epochOrder(plan.seed, progress.epoch, train.rows);
  for (let i = 0; i < steps; i++) {
    progress.step++;
    fillBatch(order, i, rows);
    const settings = stepSettings(plan, scheduleAt(run, progress.step));
    const loss = await trainer.step({ ...settings, step: progress.step, rows });
    if (!Number.isFinite(loss)) return 'diverged';
    progress.firstLoss ??= loss;
    losses.sum += loss;
    losses.count++;
    if (signal?.aborted === true || elapsed() > limit) return 'stopped';
  }
  return losses.sum / losses.count > absurd * Math.max(1, progress.firstLoss ?? 1) ? 'diverged' : null;
}

/** Epochs of steps, evaluations between them, until the plan, the budget, the patience or the user ends it. */
async function runEpochs(run: Run, save: () => Promise<void>): Promise<RunStatus> {
  const { options, trainer, progress } = run;
  const { training, regularization } = options.plan;
  const { patience } = regularization.earlyStopping;
  const every = Math.ceil(training.epochs / Math.max(1, options.evaluations ?? 64));
  const last = Math.min(training.epochs, options.stopEpoch ?? training.epochs);
  const rows = new Uint32Array(trainer.batchSize);
  while (progress.epoch < last) {
    const ended = await runEpoch(run, rows);
    progress.epoch++;
    if (ended === 'stopped') {
      // Who stops before the first evaluation still gets what was learned until then.
      return progress.best !== null || (await evaluate(run)) ? 'stopped' : 'diverged';
    }
    if (ended === 'diverged') return ended;
    if (progress.epoch % every !== 0 && progress.epoch !== last) continue;
    if (!(await evaluate(run))) return 'diverged';
    if (patience !== null && progress.epoch - (progress.best?.epoch ?? 0) >= patience) return 'early-stopped';
    if (progress.epoch < last) await save();
  }
  return 'finished';
}

/** Goes on from the last checkpoint if there is one of this very training; gives what saves the next ones. */
async function openCheckpoints(run: Run, clock: () => number): Promise<() => Promise<void>> {
  const { options, trainer, progress, elapsed } = run;
  const { checkpoints } = options;
  if (!checkpoints) return async () => undefined;
  const checkpoint = await checkpoints.load();
  // It reads all data, so it is made when it is needed, and once.
  let print = checkpoint === null ? null : fingerprint(options);
  if (checkpoint !== null && checkpoint.fingerprint === print) continueFrom(checkpoint, trainer, progress);
  let saved = clock();
  return async () => {
    if (clock() - saved < (options.checkpointSeconds ?? 5)) return;
    print ??= fingerprint(options);
    await checkpoints.save(toCheckpoint(print, trainer, progress, elapsed()));
    saved = clock();
  };
}

/** Weights that are exactly zero or not, padding left out. */
function countWeights({ layout, evaluated }: Trainer): { readonly parameters: number; readonly nonzero: number } {
  let parameters = 0;
  let nonzero = 0;
  for (const { slot } of layout.parameters) {
    parameters += slot.length;
    for (let i = slot.offset; i < slot.offset + slot.length; i++) if (evaluated[i] !== 0) nonzero++;
  }
  return { parameters, nonzero };
}

/** Measures the kept weights on all rows. */
async function summarizeRun({ options, trainer, scorer, progress }: Run, status: RunStatus): Promise<TrainResult> {
  const { plan, train: data, dev, metric } = options;
  const onTrain = await scorer.train();
  const onDev = await scorer.dev();
  const record: RunRecord = {
    version: 1,
    source: 'fettle',
    plan,
    task: data.task,
    metric,
    classes: data.classes,
    rows: { train: data.rows, dev: dev?.rows ?? null },
    status,
    curve: progress.curve,
    start: null,
    losses: null,
    bestEpoch: progress.best?.epoch ?? null,
    train: onTrain.score,
    trainDev: null,
    dev: onDev?.score ?? null,
    ...countWeights(trainer),
    seconds: progress.curve.at(-1)?.seconds ?? null,
    data: null,
    probes: null,
    analysis: null,
  };
  const weights = {
    parameters: trainer.evaluated.slice(),
    buffers: Object.fromEntries(Object.entries(trainer.buffers).map(([name, values]) => [name, values.slice()])),
  };
  return { record, weights, devPredictions: onDev?.predictions ?? null };
}

/**
 * Trains a plan. The same plan, data and thread count give the same weights, also when the run was killed and resumed.
 * The kept weights are those of the best evaluation, or those of the start if the run diverged before the first one.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { plan, train: data, runtime } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const trainer = await createTrainer(runtime, plan, data);
  try {
    const start = clock();
    const progress = startProgress(trainer);
    const elapsed = (): number => progress.secondsBefore + clock() - start;
    const losses = { sum: 0, count: 0 };
    const run: Run = { options, trainer, scorer: createScorer(trainer, options), progress, elapsed, losses };
    const save = await openCheckpoints(run, clock);
    const status = await runEpochs(run, save);
    await trainer.read();
    revertWeights(progress, trainer);
    return await summarizeRun(run, status);
  } finally {
    await trainer.release();
  }
}
