// In: a tuning's score and the peers' scores on the same test rows. Out: how they compare.

import type { Score } from '../../src/record/record.ts';

/** Scores as people read them: error in %, or RMSE in the target's unit. */
export interface Quality {
  readonly value: number;
  /** Of the value: by the delta method for a root of a mean. */
  readonly standardError: number | null;
}

/** The value and its standard error in the unit of the peers' table. */
export function qualityOf({ value, standardError }: Score, regression: boolean): Quality {
  if (!regression) return { value: value * 100, standardError: standardError === null ? null : standardError * 100 };
  // The score's standard error is that of the mean square.
  return { value, standardError: standardError === null ? null : standardError / (2 * value) };
}

/** Whether fettle is at or under the best neural peer, and if not, whether one standard error of its score reaches it. */
export type Judgement = 'at or under' | 'within one SE' | 'above' | 'no peer';

/** Compares with the best of the peers' scores. */
export function judge({ value, standardError }: Quality, peers: readonly number[]): Judgement {
  if (peers.length === 0) return 'no peer';
  const best = Math.min(...peers);
  if (value <= best) return 'at or under';
  return value - (standardError ?? 0) <= best ? 'within one SE' : 'above';
}
