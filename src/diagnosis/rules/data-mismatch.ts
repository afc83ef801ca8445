import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit } from '../scale.ts';
import { errorText, measuredGapText, plainText } from '../words.ts';

function judge({ evidence, gaps, settings }: Case): Finding<'data-mismatch'> | null {
  const gap = gaps.find(({ id }) => id === 'mismatch');
  const trainDev = inUnit(evidence.trainDev, evidence.metric);
  const dev = inUnit(evidence.dev, evidence.metric);
  if (gap?.state !== 'counts' || trainDev === null || dev === null) return null;
  const { value, low, high, unit, confidence } = gap;
  return {
    id: 'data-mismatch',
    value,
    low,
    high,
    unit,
    because:
      `The dev error of ${errorText(dev, unit)} is above the train-dev error of ${errorText(trainDev, unit)} by ` +
      `${measuredGapText(gap)}; the tolerance is ${plainText(settings.tolerance, unit)}.`,
    confidence,
    actions: dataMismatch.actions,
  };
}

/** The dev rows are of another kind than the training rows. */
export const dataMismatch: Rule<'data-mismatch'> = {
  id: 'data-mismatch',
  about: 'The dev rows are another distribution: their error is above that of unseen rows like the training rows.',
  kind: 'gap',
  options: {},
  actions: ['fix-data', 'more-data'],
  judge,
};
