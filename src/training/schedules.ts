// In: a schedule of the plan and how far the run is. Out: the factor on the learning rate, or on a regularizer.
// `progress` is the share of the run's steps that are done: 0 before the first step, 1 after the last.

import { FettleError } from '../base/error.ts';
import type { RegularizationPlan, SchedulePlan } from '../plan/plan.ts';

type OptionsOf<K extends SchedulePlan['kind']> = Extract<SchedulePlan, { readonly kind: K }>;

/** How a regularizer's strength moves over the run. */
export type Fade = RegularizationPlan['l2']['fade'];

/** One-cycle starts at 1/25 of the highest rate and ends at 1/25 of 1e-4 of it, PyTorch's and fast.ai's defaults. */
const ONE_CYCLE_START = 1 / 25;
const ONE_CYCLE_END = ONE_CYCLE_START * 1e-4;

/** Half a cosine from `from` at x = 0 to `to` at x = 1. */
function halfCosine(from: number, to: number, x: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * x))) / 2;
}

/** How far the part after the warm-up is. */
function after(warmUp: number, progress: number): number {
  return (progress - warmUp) / (1 - warmUp);
}

const SCHEDULES = {
  /** 1. */
  constant: () => 1,
  /**
   * p / warmUp, then (1 + cos(pi (p - warmUp) / (1 - warmUp))) / 2: linear warm-up (Goyal et al., 2017) and one period
   * of SGDR's cosine (Loshchilov and Hutter, ICLR 2017).
   */
  cosine: ({ warmUp }, p) => (p < warmUp || warmUp === 1 ? p / warmUp : halfCosine(1, 0, after(warmUp, p))),
  /** min(1, p / warmUp): linear warm-up (Goyal et al., 2017), then constant. */
  'warm-up': ({ warmUp }, p) => (p < warmUp ? p / warmUp : 1),
  /**
   * Half a cosine from 1/25 up to 1 during the share `warmUp`, half a cosine down to 4e-6 in the rest: the 1cycle policy
   * (Smith and Topin, 2018) with the cosine form of PyTorch's OneCycleLR. The momentum is not cycled.
   */
  'one-cycle': ({ warmUp }, p) =>
    p < warmUp || warmUp === 1
      ? halfCosine(ONE_CYCLE_START, 1, p / warmUp)
      : halfCosine(1, ONE_CYCLE_END, after(warmUp, p)),
  /** (1 - cos(2 pi log2(1 + 15 p))) / 2: four periods, each twice as long as the last (RealMLP, arXiv 2407.04491). */
  coslog4: (_, p) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * p))) / 2,
} satisfies { readonly [K in SchedulePlan['kind']]: (options: OptionsOf<K>, progress: number) => number };

/** The factor on the plan's learning rate, from 0 to 1, at `progress` in [0, 1]. */
export function learningRateFactor(plan: SchedulePlan, progress: number): number {
  checkProgress(progress);
  // The kind picks the entry that takes these very options, which the compiler cannot follow through the table.
  const schedule = SCHEDULES[plan.kind] as (options: SchedulePlan, progress: number) => number;
  return schedule(plan, progress);
}

/**
 * The factor on a regularizer's strength at `progress` in [0, 1]: 1, or RealMLP's flat_cos (arXiv 2407.04491):
 * 1 for the first half of the run, then (1 + cos(pi (2 p - 1))) / 2 down to 0.
 */
export function fadeFactor(fade: Fade, progress: number): number {
  checkProgress(progress);
  if (fade === 'constant' || progress < 0.5) return 1;
  return halfCosine(1, 0, 2 * progress - 1);
}

function checkProgress(progress: number): void {
  if (progress >= 0 && progress <= 1) return;
  throw new FettleError('internal', `A schedule is asked for progress in [0, 1], but got ${progress}.`);
}
