// In: the targets of training rows, and of dev rows. Out: how often each class occurs, or where the numbers lie.

import type { Roles } from '../../data/roles.ts';
import { deviationOf, meanOf } from '../../data/scaling.ts';
import { cellLabel, findColumn, type Table } from '../../data/table.ts';
import { targetValues } from '../../data/target-values.ts';
import type { PreprocessingPlan } from '../../plan/plan.ts';
import type { ClassCount, TargetFacts } from '../../record/data-facts.ts';
import type { RowSet } from './duplicates.ts';

/** What is looked at. */
export interface TargetFactsOptions {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** Dev rows, of the same table or another one; null without. */
  readonly held: RowSet | null;
  readonly preprocessing: Pick<PreprocessingPlan, 'standardizeTarget'>;
}

const unknownNumber = {
  mean: null,
  deviation: null,
  least: null,
  most: null,
  distinct: null,
  whole: null,
  repeatedEnd: null,
  trainedMean: null,
  trainedDeviation: null,
} as const;

/** Looks at all training rows. Throws `data` if the table lacks the target. */
export function targetFacts({ table, roles, trainRows, held, preprocessing }: TargetFactsOptions): TargetFacts {
  const values = targetValues(table, roles);
  if (roles.classes === null) {
    const known = Float64Array.from(trainRows, (row) => values[row] as number).filter((x) => !Number.isNaN(x));
    return { classCounts: null, unseenClasses: 0, ...numberFacts(known.sort(), preprocessing.standardizeTarget) };
  }
  const counts = new Uint32Array(roles.classes.length);
  for (const row of trainRows) {
    const code = values[row] as number;
    if (code >= 0) counts[code] = (counts[code] as number) + 1;
  }
  const classCounts = roles.classes.map((label, code) => ({ label, rows: counts[code] as number }));
  return { classCounts, unseenClasses: unseenClasses(classCounts, roles, held), ...unknownNumber };
}

/** Labels of dev rows that no training row has; a table without the target has none. */
function unseenClasses(counts: readonly ClassCount[], { target }: Roles, held: RowSet | null): number {
  const column = held === null ? undefined : findColumn(held.table, target);
  if (held === null || column === undefined) return 0;
  const seen = new Set(counts.filter(({ rows }) => rows > 0).map(({ label }) => label));
  const labels = new Set<string>();
  for (const row of held.rows) {
    const label = cellLabel(column, row);
    if (label !== null && !seen.has(label)) labels.add(label);
  }
  return labels.size;
}

/** @param sorted finite, ascending */
function numberFacts(sorted: Float64Array, standardized: boolean): Omit<TargetFacts, 'classCounts' | 'unseenClasses'> {
  if (sorted.length === 0) return unknownNumber;
  const mean = meanOf(sorted);
  const deviation = deviationOf(sorted, mean);
  return {
    mean,
    deviation,
    least: sorted[0] as number,
    most: sorted.at(-1) as number,
    distinct: sorted.reduce((sum, x, i) => sum + (i === 0 || x !== sorted[i - 1] ? 1 : 0), 0),
    whole: sorted.every((x) => Number.isInteger(x)),
    repeatedEnd: repeatedEnd(sorted),
    trainedMean: standardized ? 0 : mean,
    trainedDeviation: standardized && deviation > 0 ? 1 : deviation,
  };
}

/** The end that lies further from its neighbour, of those that several numbers are equal to. */
function repeatedEnd(sorted: Float64Array): TargetFacts['repeatedEnd'] {
  const least = sorted[0] as number;
  const most = sorted.at(-1) as number;
  const afterLeast = sorted.findIndex((x) => x !== least);
  if (afterLeast < 0) return null;
  const beforeMost = sorted.findLastIndex((x) => x !== most);
  const ends = [
    { value: least, rows: afterLeast, next: sorted[afterLeast] as number, others: sorted.subarray(afterLeast) },
    {
      value: most,
      rows: sorted.length - 1 - beforeMost,
      next: sorted[beforeMost] as number,
      others: sorted.subarray(0, beforeMost + 1),
    },
  ].flatMap(({ value, rows, next, others }) => {
    const deviation = deviationOf(others, meanOf(others));
    return rows < 2 || deviation === 0 ? [] : [{ value, rows, distance: Math.abs(next - value) / deviation }];
  });
  return ends.sort((a, b) => b.distance - a.distance)[0] ?? null;
}
