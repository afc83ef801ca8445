// In: a table, roles and an engine. Out: an executor that runs one trial at a time in this thread.

import type { Runtime } from '../engine/index.ts';
import type { Executor } from './execution.ts';
import { executorClosed, stoppedBefore } from './refusals.ts';
import { type Bench, runTrial } from './run-trial.ts';

/** An executor with one slot, in this thread: for browsers, for tests, and where threads are not to be had. */
export function createInlineExecutor(bench: Bench, runtime: Runtime): Executor {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    slots: 1,
    run(trial, options = {}) {
      const result = last.then(() => {
        if (closing.signal.aborted) throw executorClosed(trial);
        if (options.signal?.aborted === true) throw stoppedBefore(trial);
        const signals = options.signal === undefined ? [closing.signal] : [closing.signal, options.signal];
        return runTrial(bench, trial, runtime, { ...options, signal: AbortSignal.any(signals) });
      });
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      closing.abort();
      await last;
    },
  };
}
