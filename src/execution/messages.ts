// What the executor and its workers say to each other.

import type { ErrorCode } from '../base/error.ts';
import type { CurvePoint } from '../record/record.ts';
import type { Trial, TrialResult } from './execution.ts';

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
