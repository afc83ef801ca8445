// What the executor and its workers say to each other.

import type { ErrorCode } from '../base/error.ts';
import type { Device } from '../engine/index.ts';
import type { CurvePoint } from '../record/record.ts';
import type { Trial, TrialResult } from './execution.ts';
import type { Bench } from './run-trial.ts';

/** What a worker is started with. */
export interface WorkerData {
  readonly bench: Bench;
  readonly device: Device;
}

/** From the executor to a worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly trial: Trial; readonly checkpoint: string | null }
  | { readonly type: 'abort' }
  | { readonly type: 'close' };

/** From a worker to the executor. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'point'; readonly point: CurvePoint }
  | { readonly type: 'result'; readonly result: TrialResult }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string; readonly stack: string };
