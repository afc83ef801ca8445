// What a person is shown while a tuning goes on.

import type { StateId } from './state-id.ts';

/** A trial that is running. */
export interface RunningTrial {
  readonly label: string;
  readonly epoch: number;
  readonly epochs: number;
  /** Held-out score of the last evaluation; null before the first, and in a final fit. */
  readonly dev: number | null;
}

/** Where a tuning is. */
export interface TuneProgress {
  readonly state: StateId;
  readonly reason: string;
  readonly seconds: number;
  readonly secondsLeft: number | null;
  readonly running: readonly RunningTrial[];
  readonly trials: number;
}
