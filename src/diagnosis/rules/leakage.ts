import { formatPercent } from '../../base/format.ts';
import type { Case, Finding, Rule } from '../rule.ts';

const options = {
  /** A column that leaves at most this share of the error of knowing nothing ... */
  left: 0.35,
  /** ... and at most this share of what the next best column leaves. */
  besideNext: 0.5,
  /** Fewer training rows than this may look so by chance. */
  rows: 50,
};

function judge({ evidence }: Case): Finding<'leakage'> | null {
  const { data } = evidence;
  const [best, next] = data?.input?.alone ?? [];
  // Where there is one column only, it is what there is to learn from.
  if (best === undefined || next === undefined || (data?.rows.train ?? 0) < options.rows) return null;
  if (!(best.value <= options.left && best.value <= options.besideNext * next.value)) return null;
  return {
    id: 'leakage',
    value: best.value,
    low: null,
    high: null,
    unit: 'of the error of knowing nothing',
    because:
      `"${best.column}" alone predicts the target with ${formatPercent(best.value)} of the error of knowing nothing; the ` +
      `next best column, "${next.column}", leaves ${formatPercent(next.value)}. Is it known before the target is?`,
    confidence: null,
    actions: leakage.actions,
  };
}

/** A column gives the target away. */
export const leakage: Rule<'leakage'> = {
  id: 'leakage',
  about: 'One column alone predicts the target nearly perfectly, and far better than every other column.',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
