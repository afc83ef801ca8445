import { wilsonInterval } from '../../base/statistics.ts';
import type { ShareFact } from '../../record/data-facts.ts';

/** Confidence of all limits in facts about rows. */
export const confidence = 0.95;

/** `part` of `count` rows with Wilson's limits. */
export function shareOf(part: number, count: number): ShareFact {
  const { value, low, high } = wilsonInterval(part / count, count, confidence);
  return { value, low, high, count };
}

/**
 * The mean of the shares of two classes, as wide as a share of so many rows that they would have if both were as common:
 * 4 / (1 / n + 1 / m).
 */
export function balancedShare(parts: readonly [number, number], counts: readonly [number, number]): ShareFact {
  const value = (parts[0] / counts[0] + parts[1] / counts[1]) / 2;
  const { low, high } = wilsonInterval(value, 4 / (1 / counts[0] + 1 / counts[1]), confidence);
  return { value, low, high, count: counts[0] + counts[1] };
}
