// In: an optimizer's options from the plan. Out: which moments it keeps and a function that updates one slot.

import type { Kernels } from '../../engine/kernels/kernels.ts';
import type { OptimizerPlan } from '../../plan/plan.ts';

/** A region that an optimizer keeps from step to step, as long as the parameters. */
export type Moment = 'first-moment' | 'second-moment';

/** Where one slot lies: byte offsets into the arena; `sums` is where the kernel leaves its three by-products. */
export interface SlotPlace {
  readonly parameters: number;
  readonly gradients: number;
  readonly firstMoment: number;
  readonly secondMoment: number;
  readonly sums: number;
  readonly length: number; // floats
}

/** What holds for one slot in one step. */
export interface SlotStep {
  /** 1-based number of the step. */
  readonly t: number;
  /** Gradients are multiplied by this first: clipping by global norm. */
  readonly scale: number;
  /** With the slot's own factor. */
  readonly learningRate: number;
  /** Weights are multiplied by this first: 1 - learningRate * l2, or 1. */
  readonly decay: number;
  /** Weights are moved towards zero by this at the end: learningRate * l1, or 0. */
  readonly threshold: number;
}

/** An update rule: `moments` are the regions it keeps, `update` changes one slot in one fused pass. */
export interface UpdateRule {
  readonly moments: readonly Moment[];
  readonly update: (kernels: Kernels, place: SlotPlace, step: SlotStep) => void;
}

/** The plan's options of one kind of optimizer. */
export type OptionsOf<K extends OptimizerPlan['kind']> = Extract<OptimizerPlan, { readonly kind: K }>;
