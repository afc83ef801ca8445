// The one shape of a loss.

import { FettleError } from '../../base/error.ts';
import { exp, log, neg, reduceMax, reduceMean, sub, type Value } from '../../engine/index.ts';
import type { LossPlan } from '../../plan/plan.ts';

/** What a loss must know besides its plan. */
export interface LossOptions {
  /** Columns of the network's output, O: classes, or 1 for one logit and for a number. */
  readonly outputs: number;
  /** Weight of each class in training, see `classWeights`; null: all 1. */
  readonly classWeights: Float32Array | null; // K entries
}

/** A loss that fits a network. `output` is [N, O], or [k, N, O] with members; `target` is [N]. */
export interface Loss {
  /** What training minimizes: the mean over rows and members, [] */
  loss(output: Value, target: Value): Value;
  /** Probabilities [N, K], or the value [N, 1], averaged over members. */
  prediction(output: Value): Value;
  /** The loss of each row's averaged prediction, without smoothing and weights, [N]. */
  evaluationLoss(output: Value, target: Value): Value;
}

type PlanOf<K extends LossPlan['kind']> = Extract<LossPlan, { readonly kind: K }>;

/** All that is known about one kind of loss. */
export interface LossKind<K extends LossPlan['kind']> {
  readonly id: K;
  /** One sentence for people, with the formula. */
  readonly about: string;
  /** The options of its plan, in words. */
  readonly options: { readonly [O in Exclude<keyof PlanOf<K>, 'kind'>]: string };
  create(plan: PlanOf<K>, options: LossOptions): Loss;
}

/** Whether an output has a member axis. */
export const hasMembers = (output: Value): boolean => output.shape.length === 3;

/** [N, 1] to [N], and [k, N, 1] to [k, N]. */
export const rowShape = (output: Value): Value['shape'] => output.shape.slice(0, -1);

/** The mean over the member axis, where there is one. */
export const overMembers = (value: Value): Value => (hasMembers(value) ? reduceMean(value, [0]) : value);

/** The log loss [N] of members' averaged probabilities from their own log losses [k, N]: -ln mean_k e^-l_k. */
export function averagedLogLoss(rows: Value): Value {
  if (rows.shape.length === 1) return rows;
  const smallest = neg(reduceMax(neg(rows), [0])); // [N]
  return sub(smallest, log(reduceMean(exp(sub(smallest, rows)), [0])));
}

/** Throws unless the network's output has as many columns as the loss reads. */
export function checkOutputs(kind: string, wanted: string, fits: boolean, outputs: number): void {
  if (fits) return;
  throw new FettleError(
    'plan',
    `The loss '${kind}' expected a network with ${wanted}, but received ${outputs}. Choose the loss that fits the target.`,
  );
}

/** Throws unless there is one weight per class. */
export function checkWeights(kind: string, classes: number, weights: Float32Array | null): void {
  if (weights === null || weights.length === classes) return;
  throw new FettleError(
    'plan',
    `The loss '${kind}' expected ${classes} class weights, one per class, but received ${weights.length}. Pass the weights of these classes.`,
  );
}
