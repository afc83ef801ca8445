// In: a table, roles and a number of threads. Out: an executor that runs one trial per thread.
// One thread per trial and one trial per core beats many threads on one small network.

import { Worker } from 'node:worker_threads';
import { FettleError } from '../base/error.ts';
import type { Executor, RunOptions, Trial, TrialResult } from './execution.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Bench } from './run-trial.ts';

/** Where a trial's checkpoint lies; null keeps none. */
export type CheckpointPath = (trial: Trial) => string | null;

interface Job {
  readonly trial: Trial;
  readonly options: RunOptions;
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (error: Error) => void;
}

interface Slot {
  readonly worker: Worker;
  job: Job | null;
  onAbort: () => void;
}

/** Source files run as they are where Node strips types; built files stand beside this one as JavaScript. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.node.ts' : './worker.node.js', import.meta.url);
}

/** An executor over worker threads, which share the table's memory. */
export function createWorkerExecutor(
  bench: Bench,
  threads: number,
  checkpointPath: CheckpointPath = () => null,
): Executor {
  const waiting: Job[] = [];
  const slots: Slot[] = [];
  let closed = false;

  const post = (slot: Slot, message: ToWorker): void => slot.worker.postMessage(message);

  const finish = (slot: Slot, settle: (job: Job) => void): void => {
    const { job } = slot;
    slot.job = null;
    if (job !== null) {
      job.options.signal?.removeEventListener('abort', slot.onAbort);
      settle(job);
    }
    next(slot);
  };

  const next = (slot: Slot): void => {
    const job = slot.job === null && !closed ? waiting.shift() : undefined;
    if (job === undefined) return;
    if (job.options.signal?.aborted === true) {
      job.reject(new FettleError('interrupted', `The trial ${job.trial.id} was stopped before it began.`));
      next(slot);
      return;
    }
    slot.job = job;
    slot.onAbort = () => post(slot, { type: 'abort' });
    job.options.signal?.addEventListener('abort', slot.onAbort);
    post(slot, { type: 'run', trial: job.trial, checkpoint: checkpointPath(job.trial) });
  };

  const open = (): Slot => {
    const slot: Slot = { worker: new Worker(workerUrl(), { workerData: bench }), job: null, onAbort: () => undefined };
    slot.worker.on('message', (message: FromWorker) => {
      if (message.type === 'point') slot.job?.options.onPoint?.(message.point);
      else if (message.type === 'result') finish(slot, (job) => job.resolve(message.result));
      else if (message.type === 'failed') finish(slot, (job) => job.reject(workerError(message)));
    });
    slot.worker.on('error', (error) => {
      finish(slot, (job) => job.reject(error instanceof Error ? error : new Error(String(error))));
    });
    return slot;
  };

  for (let i = 0; i < threads; i++) slots.push(open());
  return {
    slots: threads,
    run: (trial, options = {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ trial, options, resolve, reject });
        for (const slot of slots) next(slot);
      }),
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(new FettleError('interrupted', 'The executor was closed.'));
      await Promise.all(
        slots.map(async (slot) => {
          const ended = new Promise<void>((resolve) => slot.worker.once('exit', () => resolve()));
          post(slot, { type: 'close' });
          await ended;
        }),
      );
    },
  };
}

function workerError(message: FromWorker & { type: 'failed' }): Error {
  const error = new FettleError(message.code, message.message);
  error.stack = message.stack;
  return error;
}
