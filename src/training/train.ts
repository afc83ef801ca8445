// In: a plan, training rows, dev rows and an engine. Out: a record of the run, the kept weights,
// and the predictions of the kept weights on the dev rows. Events tell the progress; a checkpoint lets a killed run go on.

import { hash32 } from '../base/random.ts';
import { variance } from '../base/statistics.ts';
import { batchCount, epochOrder, fillBatch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Runtime } from '../engine/index.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord, RunStatus } from '../record/record.ts';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';
import { fadeFactor, learningRateFactor } from './schedules.ts';
import { type Predictions, rowTerms, scoreOf } from './score.ts';
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
  /** Evaluations over the run, at most one an epoch. Default 64. */
  readonly evaluations?: number;
  readonly signal?: AbortSignal;
  readonly onPoint?: (point: CurvePoint) => void;
  readonly checkpoints?: CheckpointStore | null;
  /** Least seconds between two checkpoints. Default 5. */
  readonly checkpointSeconds?: number;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** Training rows that the curve's training error is measured on; the final one is measured on all. */
const curveRows = 2000;

/** Everything that moves while a run goes on. */
interface Progress {
  epoch: number;
  step: number;
  /** Training time before this process took over. */
  secondsBefore: number;
  curve: CurvePoint[];
  best: { epoch: number; score: number | null } | null;
  bestState: Record<string, Float32Array>;
}

/** A dataset cut to rows `from` (inclusive) to `to`; views, not copies. */
function rowsOf(data: Dataset, rows: number): Dataset {
  if (rows >= data.rows) return data;
  return {
    ...data,
    rows,
    numeric: data.numeric.subarray(0, rows * data.width),
    categories: data.categories.subarray(0, rows * data.cardinalities.length),
    target: data.target.subarray(0, rows),
  };
}

/** Standard deviation of the training target, the unit of a regression's share; null for classes. */
function deviationOf(data: Dataset): number | null {
  return data.task === 'regression' ? Math.sqrt(variance(data.target)) : null;
}

async function scoreOn(trainer: Trainer, data: Dataset, { metric, train }: TrainOptions) {
  const predictions = await trainer.predict(data);
  return { predictions, score: scoreOf(metric, rowTerms(metric, predictions, data.target), deviationOf(train)) };
}

/** Evaluates at the end of an epoch and remembers the weights if they are the best so far (the last best of equals). */
async function evaluate(
  trainer: Trainer,
  options: TrainOptions,
  progress: Progress,
  at: { seconds: number; trainLoss: number; learningRate: number },
): Promise<CurvePoint> {
  const { dev, train } = options;
  const sample = await scoreOn(trainer, rowsOf(train, curveRows), options);
  const held = dev === null ? null : await scoreOn(trainer, dev, options);
  const lossMetric = train.task === 'classification' ? 'log-loss' : 'rmse';
  const devLoss =
    dev === null || held === null
      ? null
      : scoreOf(lossMetric, rowTerms(lossMetric, held.predictions, dev.target), null).value;
  const score = held?.score.value ?? null;
  if (Number.isFinite(at.trainLoss) && isBest(score, progress.best?.score ?? null)) {
    progress.best = { epoch: progress.epoch, score };
    keep(progress.bestState, { parameters: trainer.evaluated, ...prefixed('buffer.', trainer.buffers) });
  }
  const point: CurvePoint = {
    epoch: progress.epoch,
    step: progress.step,
    seconds: at.seconds,
    learningRate: at.learningRate,
    trainLoss: at.trainLoss,
    trainError: sample.score.value,
    devError: held?.score.value ?? null,
    devLoss,
    layers: trainer.optimizer.statistics(),
  };
  trainer.optimizer.reset();
  progress.curve.push(point);
  options.onPoint?.(point);
  return point;
}

/** Without dev rows the last weights are the best; of equal scores the last counts. */
function isBest(score: number | null, best: number | null): boolean {
  return score === null || best === null || score <= best;
}

function prefixed(prefix: string, regions: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(regions).map(([name, values]) => [prefix + name, values]));
}

/** Copies regions into buffers of their own, made at the first time. */
function keep(target: Record<string, Float32Array>, source: Readonly<Record<string, Float32Array>>): void {
  for (const [name, values] of Object.entries(source)) {
    const own = target[name];
    if (own === undefined) target[name] = values.slice();
    else own.set(values);
  }
}

/** What a checkpoint belongs to: another plan, other rows or another engine would not continue the same run. */
function fingerprint({ plan, train, dev, metric, runtime }: TrainOptions): string {
  const sum = train.numeric.reduce((total, x, i) => (total + x * ((i % 97) + 1)) % 1e9, 0);
  return String(
    hash32([printPlan(plan), train.rows, train.width, sum, dev?.rows ?? 0, metric, runtime.name].join('|')),
  );
}

function toCheckpoint(print: string, trainer: Trainer, progress: Progress, seconds: number): Checkpoint {
  const { epoch, step, curve, best, bestState } = progress;
  return {
    fingerprint: print,
    epoch,
    step,
    seconds,
    curve,
    best,
    regions: { ...trainer.state, ...prefixed('best.', bestState) },
  };
}

async function resume(options: TrainOptions, print: string, trainer: Trainer, progress: Progress): Promise<void> {
  const checkpoint = (await options.checkpoints?.load()) ?? null;
  if (checkpoint === null || checkpoint.fingerprint !== print) return;
  progress.epoch = checkpoint.epoch;
  progress.step = checkpoint.step;
  progress.secondsBefore = checkpoint.seconds;
  progress.curve = [...checkpoint.curve];
  progress.best = checkpoint.best;
  for (const [name, values] of Object.entries(checkpoint.regions)) {
    if (name.startsWith('best.')) progress.bestState[name.slice('best.'.length)] = values;
    else trainer.state[name]?.set(values);
  }
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

/** The run itself: epochs of steps, evaluations between them, until the plan, the budget, the patience or the user ends it. */
async function runEpochs(
  options: TrainOptions,
  trainer: Trainer,
  progress: Progress,
  print: string,
): Promise<RunStatus> {
  const { plan, train, signal } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const start = clock();
  const elapsed = () => progress.secondsBefore + clock() - start;
  const steps = batchCount(train.rows, trainer.batchSize);
  const rows = new Uint32Array(trainer.batchSize);
  const total = plan.training.epochs * steps;
  const every = Math.max(1, Math.round(plan.training.epochs / (options.evaluations ?? 64)));
  const last = Math.min(plan.training.epochs, options.stopEpoch ?? plan.training.epochs);
  const patience = plan.regularization.earlyStopping.patience;
  let saved = clock();
  while (progress.epoch < last) {
    const order = epochOrder(plan.seed, progress.epoch, train.rows);
    let lossSum = 0;
    let learningRate = 0;
    for (let i = 0; i < steps; i++) {
      const settings = stepSettings(plan, (progress.step + 0.5) / total);
      progress.step++;
      fillBatch(order, i, rows);
      lossSum += await trainer.step({ ...settings, step: progress.step, rows });
      learningRate = settings.learningRate;
      if (signal?.aborted === true || elapsed() > (options.seconds ?? Number.POSITIVE_INFINITY)) {
        progress.epoch++;
        if (progress.best === null)
          await evaluate(trainer, options, progress, {
            seconds: elapsed(),
            trainLoss: lossSum / (i + 1),
            learningRate,
          });
        return 'stopped';
      }
    }
    progress.epoch++;
    const trainLoss = lossSum / steps;
    if (!Number.isFinite(trainLoss)) {
      await evaluate(trainer, options, progress, { seconds: elapsed(), trainLoss, learningRate });
      return 'diverged';
    }
    if (progress.epoch % every !== 0 && progress.epoch !== last) continue;
    await evaluate(trainer, options, progress, { seconds: elapsed(), trainLoss, learningRate });
    if (patience !== null && progress.best !== null && progress.epoch - progress.best.epoch >= patience)
      return 'early-stopped';
    const due = clock() - saved >= (options.checkpointSeconds ?? 5);
    if (options.checkpoints && due && progress.epoch < last) {
      await options.checkpoints.save(toCheckpoint(print, trainer, progress, elapsed()));
      saved = clock();
    }
  }
  return 'finished';
}

/** Trains a plan. The same plan, data and thread count give the same weights, also when the run was killed and resumed. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { plan, train: data, dev, metric, runtime } = options;
  const trainer = await createTrainer(runtime, plan, data);
  try {
    const progress: Progress = { epoch: 0, step: 0, secondsBefore: 0, curve: [], best: null, bestState: {} };
    const print = fingerprint(options);
    await resume(options, print, trainer, progress);
    const status = await runEpochs(options, trainer, progress, print);
    const { parameters, ...buffers } = progress.bestState;
    if (parameters !== undefined) {
      trainer.evaluated.set(parameters);
      for (const [name, values] of Object.entries(buffers)) trainer.state[name]?.set(values);
    }
    const onTrain = await scoreOn(trainer, data, options);
    const onDev = dev === null ? null : await scoreOn(trainer, dev, options);
    let nonzero = 0;
    let count = 0;
    for (const { slot } of trainer.layout.parameters) {
      count += slot.length;
      for (let i = slot.offset; i < slot.offset + slot.length; i++) if (trainer.evaluated[i] !== 0) nonzero++;
    }
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
      bestEpoch: progress.best?.epoch ?? null,
      train: onTrain.score,
      trainDev: null,
      dev: onDev?.score ?? null,
      parameters: count,
      nonzero,
      seconds: progress.curve.at(-1)?.seconds ?? null,
    };
    const weights = {
      parameters: trainer.evaluated.slice(),
      buffers: Object.fromEntries(Object.entries(trainer.buffers).map(([name, values]) => [name, values.slice()])),
    };
    return { record, weights, devPredictions: onDev?.predictions ?? null };
  } finally {
    await trainer.release();
  }
}
