// In: a trainer, rows, a plan's schedule. Out: the run, epoch by epoch: steps, points of the curve, the kept weights, its end.

import { batchCount, epochOrder, fillBatch } from '../data/batches.ts';
import type { Plan } from '../plan/plan.ts';
import type { ActivationHealth, CurvePoint, LayerHealth, RunStatus } from '../record/record.ts';
import { createScorer, planLoss, type Scored, type Scorer } from './evaluate.ts';
import { addLoss } from './loss-stretches.ts';
import { isInnerPoint, type PointSchedule, pointSchedule } from './points.ts';
import { keepWeights, type Progress, startProgress } from './progress.ts';
import { fadeFactor, learningRateFactor } from './schedules.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trainer } from './trainer.ts';

/**
 * A loss this many times that of the first batch is as lost as one that is no number: with Adam, whose steps are bounded,
 * a far too high rate ends at some such loss and stays there.
 */
const absurd = 1e6;

/** Batch losses, added up. */
interface LossSum {
  sum: number;
  count: number;
}

/** One run and what belongs to it. */
export interface Run {
  readonly options: TrainOptions;
  readonly trainer: Trainer;
  readonly scorer: Scorer;
  readonly schedule: PointSchedule;
  readonly progress: Progress;
  /** Seconds of the whole run, those before a resume included. */
  readonly elapsed: () => number;
  /** Losses since the last point of the curve. */
  readonly sincePoint: LossSum;
  /** Losses since the last evaluation at the end of an epoch. */
  readonly sinceEvaluation: LossSum;
}

/** The parts of a run that begins or goes on. */
export function createRun(options: TrainOptions, trainer: Trainer, clock: () => number): Run {
  const { train } = options;
  const scorer = createScorer(trainer, options);
  const costs = { ...scorer.rows, steps: batchCount(train.rows, trainer.batchSize), batchSize: trainer.batchSize };
  const progress = startProgress(trainer);
  const start = clock();
  return {
    options,
    trainer,
    scorer,
    schedule: pointSchedule(options, costs),
    progress,
    elapsed: () => progress.secondsBefore + clock() - start,
    sincePoint: { sum: 0, count: 0 },
    sinceEvaluation: { sum: 0, count: 0 },
  };
}

function add(losses: LossSum, loss: number): void {
  losses.sum += loss;
  losses.count++;
}

function clear(losses: LossSum): void {
  losses.sum = 0;
  losses.count = 0;
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

/** The health of layers with what is known of their activations. */
function withActivations(
  layers: readonly LayerHealth[] | null,
  activations: ReadonlyMap<string, ActivationHealth>,
): readonly LayerHealth[] | null {
  return layers?.map((health) => ({ ...health, activations: activations.get(health.layer) ?? null })) ?? null;
}

/** What is measured at a point of the curve. */
interface Measured {
  readonly sample: Scored;
  readonly held: Scored | null;
}

/** Adds what was measured between two steps to the curve. `epoch` may have a fraction; the last point has activations. */
async function addPoint(run: Run, epoch: number, { sample, held }: Measured, last: boolean): Promise<void> {
  const { options, trainer, scorer, schedule, progress, elapsed, sincePoint } = run;
  const { plan, dev } = options;
  const looks = last || (progress.curve.length + 1) % schedule.activations === 0;
  const activations = looks ? await scorer.activations() : new Map();
  const point: CurvePoint = {
    epoch,
    step: progress.step,
    seconds: elapsed(),
    learningRate: stepSettings(plan, scheduleAt(run, progress.step)).learningRate,
    trainLoss: sincePoint.sum / sincePoint.count,
    trainError: sample.score.value,
    devError: held?.score.value ?? null,
    devLoss: dev === null || held === null ? null : planLoss(plan.loss, held.predictions, dev),
    layers: withActivations(trainer.optimizer.statistics(), activations),
  };
  trainer.optimizer.reset();
  clear(sincePoint);
  progress.curve.push(point);
  options.onPoint?.(point);
}

/** Scores on the training sample and the dev rows; null when weights or scores are no numbers any more. */
async function measure({ trainer, scorer }: Run): Promise<Measured | null> {
  await trainer.read();
  if (!allFinite(trainer.evaluated)) return null;
  const sample = await scorer.sample();
  const held = await scorer.dev();
  return Number.isFinite(sample.score.value) && Number.isFinite(held?.score.value ?? 0) ? { sample, held } : null;
}

/**
 * Evaluates at the end of an epoch, keeps the weights if they are the best so far, and adds a point to the curve.
 * Gives false, and does none of that, when weights or scores are no numbers any more. `ends` says whether it was the last
 * evaluation, once it is known which weights are kept.
 */
async function evaluate(run: Run, ends: () => boolean): Promise<boolean> {
  const { trainer, progress } = run;
  const measured = await measure(run);
  if (measured === null) return false;
  const score = measured.held?.score.value ?? null;
  if (isBest(score, progress.best?.score ?? null)) {
    progress.best = { epoch: progress.epoch, score };
    keepWeights(progress, trainer);
  }
  clear(run.sinceEvaluation);
  await addPoint(run, progress.epoch, measured, ends());
  return true;
}

/** Adds a point inside an epoch, where there are numbers to show; whether the run goes on is not decided here. */
async function lookInside(run: Run, done: number): Promise<void> {
  const measured = await measure(run);
  if (measured !== null) await addPoint(run, run.progress.epoch + done, measured, false);
}

/** One pass over the training rows; a status ends the run. */
async function runEpoch(run: Run, rows: Uint32Array): Promise<'stopped' | 'diverged' | null> {
  const { options, trainer, schedule, progress, elapsed, sinceEvaluation } = run;
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
    progress.losses = addLoss(progress.losses, progress.step, loss);
    add(run.sincePoint, loss);
    add(sinceEvaluation, loss);
    if (signal?.aborted === true || elapsed() > limit) return 'stopped';
    if (isInnerPoint(schedule, i + 1, steps)) await lookInside(run, (i + 1) / steps);
  }
  const loss = sinceEvaluation.sum / sinceEvaluation.count;
  return loss > absurd * Math.max(1, progress.firstLoss ?? 1) ? 'diverged' : null;
}

/** Epochs of steps, evaluations between them, until the plan, the budget, the patience or the user ends it. */
export async function runEpochs(run: Run, save: () => Promise<void>): Promise<RunStatus> {
  const { options, trainer, schedule, progress } = run;
  const { training, regularization } = options.plan;
  const { patience } = regularization.earlyStopping;
  const last = Math.min(training.epochs, options.stopEpoch ?? training.epochs);
  const rows = new Uint32Array(trainer.batchSize);
  const impatient = (): boolean => patience !== null && progress.epoch - (progress.best?.epoch ?? 0) >= patience;
  while (progress.epoch < last) {
    const ended = await runEpoch(run, rows);
    progress.epoch++;
    if (ended === 'stopped') {
      // Who stops before the first evaluation still gets what was learned until then.
      return progress.best !== null || (await evaluate(run, () => true)) ? 'stopped' : 'diverged';
    }
    if (ended === 'diverged') return ended;
    if (progress.epoch % schedule.epochs !== 0 && progress.epoch !== last) continue;
    if (!(await evaluate(run, () => impatient() || progress.epoch === last))) return 'diverged';
    if (impatient()) return 'early-stopped';
    if (progress.epoch < last) await save();
  }
  return 'finished';
}
