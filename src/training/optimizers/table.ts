// In: the optimizer of a plan. Out: its update rule. A kind without an entry does not compile.

import type { OptimizerPlan } from '../../plan/plan.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { OptionsOf, UpdateRule } from './rule.ts';
import { sgd } from './sgd.ts';

const OPTIMIZERS = { sgd, adam, adamw } satisfies {
  readonly [K in OptimizerPlan['kind']]: (options: OptionsOf<K>) => UpdateRule;
};

/** The update rule that a plan asks for. */
export function updateRule(plan: OptimizerPlan): UpdateRule {
  // The kind picks the entry that takes these very options, which the compiler cannot follow through the table.
  const create = OPTIMIZERS[plan.kind] as (options: OptimizerPlan) => UpdateRule;
  return create(plan);
}
