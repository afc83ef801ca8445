import type { Gap } from '../gaps.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { measuredGapText, plainText } from '../words.ts';

const size = (gap: Gap): number => gap.value ?? Number.NEGATIVE_INFINITY;

function judge({ gaps, settings }: Case): Finding<'fit'> | null {
  // Bias and variance must have been measured; a mismatch that cannot be measured does not stand in the way.
  const known = gaps.filter(({ id, state }) => id !== 'mismatch' || state !== 'unknown');
  if (known.some(({ state }) => state !== 'inside')) return null;
  const [first, ...others] = known;
  if (first === undefined) return null;
  const largest = others.reduce((best, gap) => (size(gap) > size(best) ? gap : best), first);
  const sure = known.map(({ confidence }) => confidence);
  return {
    id: 'fit',
    value: largest.value,
    low: largest.low,
    high: largest.high,
    unit: largest.unit,
    because:
      `No gap is above the tolerance of ${plainText(settings.tolerance, largest.unit)}: ` +
      `${known.map((gap) => `${gap.id} ${measuredGapText(gap)}`).join('; ')}.`,
    confidence: sure.some((c) => c === null) ? null : Math.min(...sure.map((c) => c ?? 1)),
    actions: fit.actions,
  };
}

/** Neither underfitting nor overfitting. */
export const fit: Rule<'fit'> = {
  id: 'fit',
  about: 'In order: every gap is inside the tolerance, noise included.',
  kind: 'gap',
  options: {},
  actions: [],
  judge,
};
