// In: an optimizer's options from the plan. Out: which moments it keeps and a function that updates one slot.

import type { Value } from '../../engine/index.ts';
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

/** One tensor's part in a step that is computed in a graph. */
export interface GraphStep {
  readonly gradient: Value; // scaled by the clipping
  /** In the order of the rule's `moments`. */
  readonly moments: readonly Value[];
  /** In the order of the rule's `numbers`, each of shape [1]. */
  readonly numbers: readonly Value[];
}

/** What a step in a graph gives: the weights become decay * w - factor * `change`, before the proximal step. */
export interface GraphChange {
  readonly change: Value;
  /** The new moments, in the order of the old ones. */
  readonly moments: readonly Value[];
}

/**
 * An update rule, in two forms of the same formula: `update` changes one slot in one fused pass over shared memory;
 * `change` computes the same in a graph, for devices with a memory of their own, from the `numbers` of each step.
 */
export interface UpdateRule {
  readonly moments: readonly Moment[];
  readonly update: (kernels: Kernels, place: SlotPlace, step: SlotStep) => void;
  /** What `change` takes at step t = 1, 2, ..., for slots without a factor of their own; always as many. */
  readonly numbers: (t: number, learningRate: number) => readonly number[];
  readonly change: (step: GraphStep) => GraphChange;
}

/** The plan's options of one kind of optimizer. */
export type OptionsOf<K extends OptimizerPlan['kind']> = Extract<OptimizerPlan, { readonly kind: K }>;
