// In: the plan in force, and the plan that a tuning of this data would start from. Out: candidates that bring back what is
// usual, all of it and part by part: a broken plan is mended sooner by what is known to work than by steps from where it is.

import type { ActionId } from '../diagnosis/action-id.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import type { Proposal } from './race.ts';
import type { ReducingState } from './state-id.ts';

/** One part of a plan as it is usual. */
interface Part {
  /** What it counts as. */
  readonly action: ActionId;
  /** Its name in words. */
  readonly name: string;
  readonly phases: readonly ReducingState[];
  /** The plan with this part from the usual one. */
  restore(plan: Plan, usual: Plan): Plan;
}

const longer = (plan: Plan, usual: Plan): number => Math.max(plan.training.epochs, usual.training.epochs);

/** A network of another kind than the usual one does not go with the usual rest. */
const sameKind = (plan: Plan, usual: Plan): boolean => plan.network.kind === usual.network.kind;

const parts: readonly Part[] = [
  {
    action: 'other-architecture',
    name: 'everything',
    phases: ['fix-optimization'],
    restore: (plan, usual) => ({
      ...usual,
      seed: plan.seed,
      training: { ...usual.training, epochs: longer(plan, usual) },
    }),
  },
  {
    action: 'learning-rate',
    name: 'optimizer, schedule and batches',
    phases: ['fix-optimization'],
    restore: (plan, usual) => ({
      ...plan,
      optimizer: usual.optimizer,
      schedule: usual.schedule,
      training: { ...usual.training, epochs: longer(plan, usual) },
    }),
  },
  {
    action: 'other-architecture',
    name: 'network',
    phases: ['fix-optimization', 'reduce-bias'],
    restore: (plan, usual) => (sameKind(plan, usual) ? { ...plan, network: usual.network } : plan),
  },
  {
    action: 'normalize-variance',
    name: 'preprocessing',
    phases: ['fix-optimization'],
    restore: (plan, usual) => ({ ...plan, preprocessing: usual.preprocessing }),
  },
  {
    action: 'l2',
    name: 'regularization',
    phases: ['fix-optimization', 'reduce-bias'],
    restore: (plan, usual) => ({ ...plan, regularization: usual.regularization }),
  },
  {
    action: 'longer-training',
    name: 'epochs',
    phases: ['reduce-bias'],
    restore: (plan, usual) => ({ ...plan, training: { ...plan.training, epochs: longer(plan, usual) } }),
  },
];

/** Candidates of a phase that bring back what is usual; none where the plan in force is the usual one. */
export function repairs(plan: Plan, usual: Plan, phase: ReducingState): readonly Proposal[] {
  const seen = new Set([printPlan(plan)]);
  return parts
    .filter(({ phases }) => phases.includes(phase))
    .flatMap(({ action, name, restore }) => {
      const restored = restore(plan, usual);
      const text = printPlan(restored);
      if (seen.has(text)) return [];
      seen.add(text);
      return { action, change: `${name} as usual`, plan: restored };
    });
}
