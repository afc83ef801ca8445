// In: a used column and the training rows. Out: its fitted preprocessing.

import type { PreprocessingPlan } from '../plan/plan.ts';
import { type Calendar, type CyclicPart, calendarOf, periods } from './calendar.ts';
import type { PreparedColumn, PreparedDatePart, PreparedDateTime, PreparedNumeric } from './prepared-column.ts';
import { fitScaling } from './scaling.ts';
import type { Column, DateTimeColumn, NumericColumn, TextColumn } from './table.ts';
import { sortClasses } from './target.ts';

/** Fits one column on the given rows only. */
export function fitColumn(plan: PreprocessingPlan, column: Column, rows: Uint32Array): PreparedColumn {
  switch (column.kind) {
    case 'numeric':
      return fitNumeric(plan, column, rows);
    case 'boolean': {
      const missingFlag = rows.some((row) => Number.isNaN(column.values[row]));
      return { name: column.name, kind: 'boolean', missingFlag, outputs: missingFlag ? 2 : 1 };
    }
    case 'date-time':
      return fitDateTime(plan, column, rows);
    case 'text':
      return fitCategories(plan, column, rows);
  }
}

function fitNumeric(plan: PreprocessingPlan, column: NumericColumn, rows: Uint32Array): PreparedNumeric {
  const present = new Float32Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = column.values[row] as number;
    if (!Number.isNaN(value)) present[count++] = value;
  }
  const { fill, center, factor } = fitScaling(plan, present.subarray(0, count).sort());
  const missingFlag = count < rows.length;
  return {
    name: column.name,
    kind: 'numeric',
    fill: Math.fround(fill),
    center: Math.fround(center),
    factor,
    clip: plan.clip,
    missingFlag,
    outputs: missingFlag ? 2 : 1,
  };
}

function fitCategories(plan: PreprocessingPlan, column: TextColumn, rows: Uint32Array): PreparedColumn {
  const seen = new Set<number>();
  for (const row of rows) seen.add(column.codes[row] as number);
  const levels = sortClasses([...seen].filter((code) => code >= 0).map((code) => column.levels[code] as string));
  if (levels.length > plan.oneHotLevels) return { name: column.name, kind: 'embedding', levels, outputs: 0 };
  return { name: column.name, kind: 'one-hot', levels, outputs: levels.length === 2 ? 1 : levels.length };
}

const cyclic: readonly CyclicPart[] = ['month', 'day', 'weekday', 'hour', 'minute', 'second'];

function fitDateTime(plan: PreprocessingPlan, column: DateTimeColumn, rows: Uint32Array): PreparedDateTime {
  const seconds = new Float64Array(rows.length);
  const years = new Float32Array(rows.length);
  const varies = new Set<keyof Calendar>();
  let first: Calendar | null = null;
  let count = 0;
  for (const row of rows) {
    const value = column.values[row] as number;
    if (Number.isNaN(value)) continue;
    const calendar = calendarOf(value);
    first ??= calendar;
    for (const part of ['year', ...cyclic] as const) if (calendar[part] !== first[part]) varies.add(part);
    years[count] = calendar.year;
    seconds[count++] = value;
  }
  const parts: PreparedDatePart[] = [];
  const time = seconds.subarray(0, count).sort();
  if (time[0] !== time[count - 1]) {
    const { center, factor } = fitScaling(plan, time);
    parts.push({ part: 'time', center, factor });
  }
  if (varies.has('year')) {
    const { center, factor } = fitScaling(plan, years.subarray(0, count).sort());
    parts.push({ part: 'year', center: Math.fround(center), factor });
  }
  for (const part of cyclic) if (varies.has(part)) parts.push({ part, period: periods[part] });
  const missingFlag = count < rows.length;
  const outputs = parts.reduce(
    (sum, { part }) => sum + (part === 'time' || part === 'year' ? 1 : 2),
    missingFlag ? 1 : 0,
  );
  return { name: column.name, kind: 'date-time', parts, clip: plan.clip, missingFlag, outputs };
}
