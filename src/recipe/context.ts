// What every phase of a tuning is given.

import type { Dataset } from '../data/dataset.ts';
import type { Roles } from '../data/roles.ts';
import type { ImageShape, Table } from '../data/table.ts';
import type { Executor } from '../execution/execution.ts';
import type { Plan, Task } from '../plan/plan.ts';
import type { DataFacts } from '../record/data-facts.ts';
import type { Metric } from '../record/record.ts';
import type { Budget } from './budget.ts';
import type { Evaluator } from './evaluator.ts';
import type { TuneEvent } from './journal.ts';
import type { TuneState } from './state.ts';
import type { Units } from './units.ts';

/** An event without its time, which the tuning adds. */
export type NewEvent = TuneEvent extends infer E ? (E extends TuneEvent ? Omit<E, 'at'> : never) : never;

/** What every phase of a tuning is given. */
export interface TuneContext {
  readonly table: Table;
  readonly roles: Roles;
  readonly task: Task;
  readonly metric: Metric;
  /** Rows that may be trained on. */
  readonly rows: Uint32Array;
  /** The target of every row of the table: class codes or numbers. */
  readonly target: Dataset['target'];
  /** Numeric columns after preprocessing. */
  readonly width: number;
  /** Shape of the images; null for tables. */
  readonly image: ImageShape | null;
  readonly units: Units;
  readonly evaluator: Evaluator;
  readonly executor: Executor;
  readonly budget: Budget;
  readonly optimalError: number;
  readonly tolerance: number | null;
  /** Most trials of the search; null is no limit. */
  readonly trials: number | null;
  /** The plan that the baseline starts from. */
  readonly plan: Plan;
  /** The plan that a tuning of this data starts from when nobody names another: what is usual. */
  readonly usual: Plan;
  /** Notes about the data that a person should know. */
  readonly notes: readonly string[];
  /** Looks at the training rows, and at the dev or test rows where they come from a file of their own. */
  lookAtData(): DataFacts;
  /** Why a plan cannot be trained in the memory there is, in a few words; null if it can. */
  memoryProblem(plan: Plan): string | null;
  /** Ends with the user's stop. */
  readonly signal: AbortSignal;
  /** Writes an event to the journal and moves the state on. */
  emit(event: NewEvent): Promise<void>;
  /** The state so far. */
  state(): TuneState;
}
