import { formatCount } from '../../base/format.ts';
import { normalCdf, normalQuantile } from '../../base/statistics.ts';
import { fallPerDoubling, sizePoints } from '../curves/points.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { scaleOf, tidy } from '../scale.ts';
import { gapText } from '../words.ts';

function judge({ evidence, gaps, settings }: Case): Finding<'more-data-helps'> | null {
  const variance = gaps.find(({ id }) => id === 'variance');
  const points = sizePoints(evidence);
  const { points: last, toleranceShare } = moreDataHelps.options as { points: number; toleranceShare: number };
  if (variance?.state !== 'counts' || points === null || points.length < last) return null;
  const end = points.slice(-last);
  const fall = fallPerDoubling(end);
  if (fall === null) return null;
  const half = normalQuantile((1 + settings.confidence) / 2) * fall.noise;
  const { unit } = scaleOf(evidence.metric);
  const [value, low, high] = [tidy(fall.value), tidy(fall.value - half), tidy(fall.value + half)];
  if (!(low > 0 && value >= toleranceShare * settings.tolerance)) return null;
  return {
    id: 'more-data-helps',
    value,
    low,
    high,
    unit,
    because:
      `From ${formatCount(end[0]?.rows ?? 0)} to ${formatCount(end.at(-1)?.rows ?? 0)} training rows the dev error fell by ` +
      `${gapText(value, unit, low, high)} with each doubling, and it has not come to rest.`,
    confidence: tidy(normalCdf(fall.value / fall.noise)),
    actions: moreDataHelps.actions,
  };
}

/** The variance comes from too few rows. */
export const moreDataHelps: Rule<'more-data-helps'> = {
  id: 'more-data-helps',
  about:
    'The variance is high, and the dev error still falls with the number of training rows at the end of the curve.',
  kind: 'gap',
  options: {
    /** The end of the curve is a line through its last three sizes, a factor of about four in rows. */
    points: 3,
    /** A doubling must be worth a quarter of the tolerance: four doublings are as many rows as anybody finds. */
    toleranceShare: 0.25,
  },
  actions: ['more-data', 'augmentation'],
  judge,
};
