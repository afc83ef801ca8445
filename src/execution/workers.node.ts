// In: a table, roles and a number of threads. Out: an executor that runs one trial per thread.
// One thread per trial and one trial per core beats many threads on one small network.

import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Device } from '../engine/index.ts';
import type { Executor, Trial } from './execution.ts';
import type { WorkerData } from './messages.ts';
import { executorClosed, stoppedBefore } from './refusals.ts';
import type { Bench } from './run-trial.ts';
import { createSlot, type Job, type Slot } from './slot.node.ts';

/** Where a trial's checkpoint lies; null keeps none. */
export type CheckpointPath = (trial: Trial) => string | null;

/** What the threads are made of. */
export interface WorkerSettings {
  /** The file that runs in them. Default: `worker.node` beside this one. */
  readonly file?: URL;
  /** Limits of their JavaScript memory; Node's own by default. Arenas and the table lie outside of it. */
  readonly resourceLimits?: ResourceLimits;
  /** What they train on. Default `cpu`. */
  readonly device?: Device;
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
  { file = workerUrl(), resourceLimits = {}, device = 'cpu' }: WorkerSettings = {},
): Executor {
  const waiting: Job[] = [];
  const slots: Slot[] = [];
  let closed = false;
  const deal = (): void => {
    for (const slot of slots) {
      while (!slot.busy) {
        const job = waiting.shift();
        if (job === undefined) return;
        if (job.options.signal?.aborted === true) job.reject(stoppedBefore(job.trial));
        else slot.start(job);
      }
    }
  };
  // A worker takes over the flags of its process, but is a file and not the text of `node -e`.
  const execArgv = process.execArgv.filter((flag) => !flag.startsWith('--input-type'));
  const workerData: WorkerData = { bench, device };
  const start = (): Worker => new Worker(file, { workerData, resourceLimits, execArgv });
  for (let i = 0; i < threads; i++) slots.push(createSlot(start, deal));
  return {
    slots: threads,
    run: (trial, options = {}) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(executorClosed(trial));
          return;
        }
        waiting.push({ trial, options, checkpoint: checkpointPath(trial), resolve, reject });
        deal();
      }),
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(executorClosed(job.trial));
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
