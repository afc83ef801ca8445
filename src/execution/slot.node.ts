// In: trials, one at a time. Out: their results from a worker thread; a thread that dies is replaced by a fresh one.

import type { Worker } from 'node:worker_threads';
import { FettleError } from '../base/error.ts';
import type { RunOptions, Trial, TrialResult } from './execution.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** A trial and the promise of its result. */
export interface Job {
  readonly trial: Trial;
  readonly options: RunOptions;
  readonly checkpoint: string | null;
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (error: Error) => void;
}

/** One thread, or the place of one. */
export interface Slot {
  readonly busy: boolean;
  start(job: Job): void;
  /** Stops its trial and lets the thread end by itself; resolves when it has. */
  close(): Promise<void>;
}

/** A slot; `startWorker` is called at once, and again after a thread has died. `freed` is called after each trial. */
export function createSlot(startWorker: () => Worker, freed: () => void): Slot {
  let worker: Worker | null = null;
  let job: Job | null = null;
  const post = (message: ToWorker): void => worker?.postMessage(message);
  const abort = (): void => post({ type: 'abort' });

  const settle = (how: (job: Job) => void): void => {
    if (job === null) return;
    const done = job;
    job = null;
    done.options.signal?.removeEventListener('abort', abort);
    how(done);
    freed();
  };
  const receive = (message: FromWorker): void => {
    if (message.type === 'point') job?.options.onPoint?.(message.point);
    else if (message.type === 'result') settle(({ resolve }) => resolve(message.result));
    else if (message.type === 'failed') settle(({ reject }) => reject(trialError(message)));
  };
  const open = (): Worker => {
    const opened = startWorker();
    let cause: unknown = null;
    opened.on('message', receive);
    opened.on('error', (error) => {
      cause = error;
    });
    // Whatever ended it, this comes last, and once.
    opened.on('exit', (code) => {
      if (worker === opened) worker = null;
      settle(({ trial, reject }) => reject(deathError(trial, code, cause)));
    });
    worker = opened;
    return opened;
  };

  open();
  return {
    get busy() {
      return job !== null;
    },
    start(next) {
      job = next;
      if (worker === null) open();
      next.options.signal?.addEventListener('abort', abort);
      post({ type: 'run', trial: next.trial, checkpoint: next.checkpoint });
    },
    async close() {
      const ending = worker;
      if (ending === null) return;
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      post({ type: 'close' });
      await ended;
    },
  };
}

/** The trial's own error, as it was thrown in the thread. */
function trialError({ code, message, stack }: FromWorker & { type: 'failed' }): Error {
  const error = new FettleError(code, message);
  error.stack = stack;
  return error;
}

function deathError(trial: Trial, exitCode: number, cause: unknown): FettleError {
  const about = `The thread of trial ${trial.id}`;
  if ((cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const advice = 'Use a smaller network or a smaller batch, or fewer --threads, so that each has more.';
    return new FettleError('engine', `${about} ran out of memory. ${advice}`, { cause });
  }
  const why = cause instanceof Error ? cause.message : `exit code ${exitCode}`;
  const advice = 'Other trials go on in a fresh thread; please report this with the plan of the trial.';
  return new FettleError('internal', `${about} ended before its trial did: ${why}. ${advice}`, { cause });
}
