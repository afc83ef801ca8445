// Why an executor does not run a trial; the same words wherever it would have run.

import { FettleError } from '../base/error.ts';
import type { Trial } from './execution.ts';

/** The user stopped it while it waited. */
export function stoppedBefore(trial: Trial): FettleError {
  return new FettleError('interrupted', `The trial ${trial.id} was stopped before it began.`);
}

/** The executor was closed before or while it waited. */
export function executorClosed(trial: Trial): FettleError {
  return new FettleError('interrupted', `The trial ${trial.id} did not begin, because the executor was closed.`);
}
