// In: training rows, dev rows, a plan's preprocessing. Out: what a look at them says before anything is trained.

import type { Roles } from '../data/roles.ts';
import type { Table } from '../data/table.ts';
import type { PreprocessingPlan } from '../plan/plan.ts';
import type { DataFacts } from '../record/data-facts.ts';
import type { RowSet } from './facts/duplicates.ts';
import { inputFacts } from './facts/input.ts';
import { rowFacts } from './facts/rows.ts';
import { targetFacts } from './facts/target.ts';

/** What is looked at. */
export interface DataFactsOptions {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** Dev rows, of the same table or another one with the same columns; null where nothing is held out. */
  readonly held: RowSet | null;
  readonly preprocessing: PreprocessingPlan;
  readonly seed: number;
}

/**
 * Looks at the data of a run. Pure: the same rows and seed give the same numbers. Throws `data` if a used column or the
 * target is missing.
 * @example
 * dataFacts({ table, roles, trainRows, held: { table, rows: devRows }, preprocessing: plan.preprocessing, seed: 0 })
 */
export function dataFacts(options: DataFactsOptions): DataFacts {
  const { trainRows, held } = options;
  return {
    rows: { train: trainRows.length, dev: held?.rows.length ?? null },
    target: targetFacts(options),
    input: inputFacts(options),
    ...rowFacts(options),
  };
}
