// In: a set, a plan, a seed. Out: what a user would bring to fettle: rows to train on, rows to judge on, a plan. Beside it,
// for the bench alone, clean rows that nothing else looks at. A fault changes a case and gives another one.

import { createRandom, hash32 } from '../../src/base/random.ts';
import { inferRoles, type Roles } from '../../src/data/roles.ts';
import { holdOut, splitInput } from '../../src/data/splits.ts';
import type { Table } from '../../src/data/table.ts';
import type { Plan, Task } from '../../src/plan/plan.ts';
import { plansOf } from './plans.ts';
import { type SetName, sets } from './sets.ts';
import { joinRows, pickRows, type Sheet, tableOf } from './sheet.ts';
import type { StartValue } from './start.ts';

/** What a user brings, and the clean rows. */
export interface BenchCase {
  readonly set: SetName;
  readonly task: Task;
  readonly target: string;
  readonly plan: Plan;
  /** First parameters; null is what the plan's initializer gives. */
  readonly start: StartValue | null;
  readonly train: Sheet;
  readonly dev: Sheet;
  /** Whether the dev rows come as a file of their own, so that they may be of another kind. */
  readonly separateDev: boolean;
  /** Untouched rows of the set; a change of unit that a user would make on all rows is made here too. */
  readonly test: Sheet;
}

/** Shares of the rows; large dev and test parts, since a gap must be seen on one split. */
const usualShares = { dev: 0.25, test: 0.25 };

/** A case without a fault: a stratified split by its own seed. */
export function healthyCase(
  set: SetName,
  sheet: Sheet,
  planName: string,
  options: { readonly seed: number; readonly separateDev?: boolean; readonly shares?: typeof usualShares },
): BenchCase {
  const { seed, separateDev = false, shares = usualShares } = options;
  const { target, task } = sets[set];
  const plan = plansOf(set)[planName];
  if (plan === undefined) throw new Error(`${set} has no plan "${planName}".`);
  const table = tableOf(sheet);
  const split = holdOut(splitInput(table, inferRoles(table, { target, task })), { ...shares, seed });
  return {
    set,
    task,
    target,
    plan: { ...plan, seed },
    start: null,
    train: pickRows(sheet, [...split.train]),
    dev: pickRows(sheet, [...split.dev]),
    separateDev,
    test: pickRows(sheet, [...split.test]),
  };
}

/** A case as tables: the user's with the rows of its parts, and the clean one. */
export interface Prepared {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  readonly devRows: Uint32Array;
  readonly test: Table;
}

/** Joins train and dev rows to the table that fettle gets; throws what fettle throws for data that it refuses. */
export function prepareCase({ train, dev, test, target, task }: BenchCase): Prepared {
  const table = tableOf(joinRows(train, dev));
  const roles = inferRoles(table, { target, task });
  const trainRows = Uint32Array.from({ length: train.rows }, (_, row) => row);
  const devRows = Uint32Array.from({ length: dev.rows }, (_, row) => train.rows + row);
  return { table, roles, trainRows, devRows, test: tableOf(test) };
}

/** Which half of the bench a case belongs to, fixed before anything is trained. */
export function halfOf(set: SetName, fault: string, strength: string, seed: number): 'fit' | 'report' {
  return (hash32(`${set}/${fault}/${strength}/${seed}`) >>> 7) & 1 ? 'report' : 'fit';
}

/** The random stream of a fault in a case. */
export function streamOf(set: SetName, fault: string, seed: number) {
  return createRandom(`${set}/${fault}/${seed}`);
}
