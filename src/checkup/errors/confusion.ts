import type { JudgedRows } from './judged-rows.ts';

/** More classes than this make a table that nobody reads. */
const mostClasses = 100;

/** Counts by [truth][prediction]; null for a number and for more than 100 classes. Rows of unknown classes are left out. */
export function confusionOf({ roles, truth, predicted }: JudgedRows): readonly (readonly number[])[] | null {
  const classes = roles.classes?.length ?? 0;
  if (predicted === null || classes > mostClasses) return null;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predicted.forEach((k, i) => {
    const line = counts[truth[i] as number];
    if (line !== undefined) line[k] = (line[k] ?? 0) + 1;
  });
  return counts;
}
