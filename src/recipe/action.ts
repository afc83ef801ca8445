// In: a plan in force. Out: the plans that an action would put in its place, each with the change in words.

import type { ImageShape } from '../data/table.ts';
import type { ActionId } from '../diagnosis/action-id.ts';
import type { Plan, Task } from '../plan/plan.ts';

/** What an action may look at besides the plan. */
export interface ActionContext {
  readonly task: Task;
  /** Rows that a trial trains on. */
  readonly rows: number;
  /** Numeric columns after preprocessing. */
  readonly width: number;
  /** Shape of the images; null for tables. */
  readonly image: ImageShape | null;
}

/** A plan that an action proposes. */
export interface Candidate {
  /** The change in words: `dropout 0.25`. */
  readonly change: string;
  readonly plan: Plan;
}

/** An action of the recipe: a function from a plan to plans. */
export interface Action {
  readonly id: ActionId;
  /** One sentence: what it does and against what. */
  readonly about: string;
  /** The recipe's step it belongs to. */
  readonly step: 1 | 2 | 3 | 4;
  /** The candidates, most promising first; none where it does not apply, or where only a person can do it. */
  propose(plan: Plan, context: ActionContext): readonly Candidate[];
}
