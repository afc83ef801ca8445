import type { Gap } from './gaps.ts';

/**
 * Whether a run came out as it should: train error and held-out error are known and within the tolerance, so what is odd
 * about its inputs did no harm.
 */
export function cameOut(gaps: readonly Gap[]): boolean {
  const known = gaps.filter(({ state }) => state !== 'unknown');
  return known.length >= 2 && known.every(({ state }) => state === 'inside');
}
