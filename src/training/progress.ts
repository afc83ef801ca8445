// In: a trainer at its start, or a checkpoint. Out: everything that moves while a run goes on; and back to a checkpoint.

import type { CurvePoint, RunStart } from '../record/record.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type LossStretches, noLosses } from './loss-stretches.ts';
import type { Trainer } from './trainer.ts';

/** Everything that moves while a run goes on, but the trainer's own state. */
export interface Progress {
  epoch: number;
  step: number;
  /** Time that the run took before this process took over. */
  secondsBefore: number;
  curve: CurvePoint[];
  /** Null until it is measured. */
  start: RunStart | null;
  losses: LossStretches;
  /** Loss of the first batch; null before it. */
  firstLoss: number | null;
  best: { readonly epoch: number; readonly score: number | null } | null;
  /** The kept weights: `parameters`, and `buffer.NAME`; those of the start until an epoch is kept. */
  readonly kept: Record<string, Float32Array>;
}

function prefixed(prefix: string, regions: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(regions).map(([name, values]) => [prefix + name, values]));
}

/** A run that has not made a step: the weights of the start are what is kept. */
export function startProgress(trainer: Trainer): Progress {
  // A moving average has nothing in it yet, so the parameters themselves are taken.
  const parameters = (trainer.state.parameters ?? trainer.evaluated).slice();
  const buffers = Object.entries(trainer.buffers).map(([name, values]) => [`buffer.${name}`, values.slice()] as const);
  const kept = { parameters, ...Object.fromEntries(buffers) };
  const none = { secondsBefore: 0, curve: [], start: null, losses: noLosses, firstLoss: null, best: null };
  return { epoch: 0, step: 0, ...none, kept };
}

/** Keeps the trainer's present weights. */
export function keepWeights(progress: Progress, trainer: Trainer): void {
  progress.kept.parameters?.set(trainer.evaluated);
  for (const [name, values] of Object.entries(trainer.buffers)) progress.kept[`buffer.${name}`]?.set(values);
}

/** Puts the kept weights back. */
export function revertWeights(progress: Progress, trainer: Trainer): void {
  trainer.evaluated.set(progress.kept.parameters ?? []);
  for (const [name, values] of Object.entries(trainer.buffers)) values.set(progress.kept[`buffer.${name}`] ?? []);
}

/** The run as it is now. */
export function toCheckpoint(fingerprint: string, trainer: Trainer, progress: Progress, seconds: number): Checkpoint {
  const { epoch, step, curve, start, losses, firstLoss, best, kept } = progress;
  const regions = { ...trainer.state, ...prefixed('best.', kept) };
  return { fingerprint, epoch, step, seconds, curve, start, losses, firstLoss, best, regions };
}

/** Brings trainer and progress to where the checkpoint was made. */
export function continueFrom(checkpoint: Checkpoint, trainer: Trainer, progress: Progress): void {
  progress.epoch = checkpoint.epoch;
  progress.step = checkpoint.step;
  progress.secondsBefore = checkpoint.seconds;
  progress.curve = [...checkpoint.curve];
  progress.start = checkpoint.start;
  progress.losses = checkpoint.losses;
  progress.firstLoss = checkpoint.firstLoss;
  progress.best = checkpoint.best;
  const places = { ...trainer.state, ...prefixed('best.', progress.kept) };
  for (const [name, values] of Object.entries(checkpoint.regions)) places[name]?.set(values);
}
