import type { ShiftFacts } from '../record/data-facts.ts';

/**
 * The area under the ROC curve of two normal distributions that lie half a standard deviation apart, a medium difference
 * (Cohen, 1988): normalCdf(0.5 / sqrt(2)).
 */
export const shiftedArea = 0.638;

/** Whether the inputs of training and dev rows are not alike, noise included. */
export function isShifted({ low }: ShiftFacts): boolean {
  return low > shiftedArea;
}
