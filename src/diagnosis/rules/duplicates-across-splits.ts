import { formatPercent, formatPercentInterval } from '../../base/format.ts';
import { newcombeInterval } from '../../base/statistics.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { percentOf } from '../share-finding.ts';

const options = {
  /** Share of dev rows beyond what copies within the training rows explain, lower limit. */
  beyondWithin: 0.01,
};

function judge({ evidence, settings }: Case): Finding<'duplicates-across-splits'> | null {
  const duplicates = evidence.data?.duplicates ?? null;
  if (duplicates === null || duplicates.across === null) return null;
  const { across, within } = duplicates;
  // In rows that were dealt at random, a dev row has a copy in the training rows as often as a training row has.
  const beyond = newcombeInterval(across.value, across.count, within.value, within.count, settings.confidence);
  if (!(beyond.low > options.beyondWithin)) return null;
  return {
    id: 'duplicates-across-splits',
    ...percentOf(across),
    unit: '% of the dev rows',
    because:
      `${formatPercentInterval(across.value, across.low, across.high)} of the dev rows are training rows too, though only ` +
      `${formatPercent(within.value)} of the training rows have a copy among themselves: the dev error is too good.`,
    confidence: settings.confidence,
    actions: duplicatesAcrossSplits.actions,
  };
}

/** The same rows are trained on and measured on. */
export const duplicatesAcrossSplits: Rule<'duplicates-across-splits'> = {
  id: 'duplicates-across-splits',
  about: 'Dev rows are training rows too, so the dev error says little about new rows.',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
