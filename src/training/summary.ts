// In: a run that has ended, with its kept weights in the trainer. Out: its record, weights and predictions.

import type { RunRecord, RunStatus, Score } from '../record/record.ts';
import type { Scored } from './evaluate.ts';
import { lossSegments } from './loss-stretches.ts';
import type { Run } from './run.ts';
import type { TrainResult } from './train-options.ts';
import type { Trainer } from './trainer.ts';

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

/** Weights of the start that overflow give no score. */
function finite(scored: Scored | null): Score | null {
  return scored !== null && Number.isFinite(scored.score.value) ? scored.score : null;
}

/** Measures the kept weights, which the trainer holds, on all rows. */
export async function summarizeRun(
  { options, trainer, scorer, progress }: Run,
  status: RunStatus,
): Promise<TrainResult> {
  const { plan, train: data, dev, metric } = options;
  const onTrain = await scorer.train();
  const onTrainDev = await scorer.trainDev();
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
    start: progress.start,
    losses: lossSegments(progress.losses),
    bestEpoch: progress.best?.epoch ?? null,
    train: finite(onTrain),
    trainDev: finite(onTrainDev),
    dev: finite(onDev),
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
