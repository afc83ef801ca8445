// In: a plan, training rows, dev rows and an engine. Out: a record of the run, the kept weights,
// and the predictions of the kept weights on the dev rows. Events tell the progress; a checkpoint lets a killed run go on.

import { fingerprint } from './fingerprint.ts';
import { continueFrom, revertWeights, toCheckpoint } from './progress.ts';
import { createRun, type Run, runEpochs } from './run.ts';
import { describeStart } from './start.ts';
import { startFrom } from './start-weights.ts';
import { summarizeRun } from './summary.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';
import { createTrainer } from './trainer.ts';

export type { TrainedWeights, TrainOptions, TrainResult } from './train-options.ts';

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

/**
 * Trains a plan. The same plan, data and thread count give the same weights, also when the run was killed and resumed.
 * The kept weights are those of the best evaluation, or those of the start if the run diverged before the first one.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { plan, train: data, runtime, start } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const trainer = await createTrainer(runtime, plan, data);
  try {
    if (start) startFrom(trainer, start);
    const run = createRun(options, trainer, clock);
    const { progress, scorer } = run;
    const save = await openCheckpoints(run, clock);
    progress.start ??= await describeStart(trainer, plan, scorer.activationSample);
    const status = await runEpochs(run, save);
    await trainer.read();
    revertWeights(progress, trainer);
    return await summarizeRun(run, status);
  } finally {
    await trainer.release();
  }
}
