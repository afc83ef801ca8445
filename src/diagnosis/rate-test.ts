import type { LearningRateTest } from '../record/probes.ts';

/** Where the plan's rate lies against the rates that a test cannot tell from the best. */
export interface RatePlace {
  readonly test: LearningRateTest;
  /** How many times the rate is above the highest good one; below 1 where it is not above it. */
  readonly above: number;
  /** How many times it is below the lowest good one; below 1 where it is not below it. */
  readonly below: number;
}

/** Below this share of the start's loss the best rate learned nothing that places could be judged by. */
const leastFall = 0.05;

/** The place of the plan's rate; null without a test, or where no rate of the test learned anything. */
export function ratePlace(test: LearningRateTest | null): RatePlace | null {
  const best = test?.points.find(({ rate }) => rate === test.best)?.loss ?? null;
  if (test === null || best === null || !(test.startLoss - best >= leastFall * test.startLoss)) return null;
  return { test, above: test.rate / test.high, below: test.low / test.rate };
}
