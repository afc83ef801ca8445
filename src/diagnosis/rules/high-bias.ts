import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit } from '../scale.ts';
import { errorText, measuredGapText, plainText } from '../words.ts';

function judge({ evidence, gaps, settings }: Case): Finding<'high-bias'> | null {
  const gap = gaps.find(({ id }) => id === 'bias');
  const train = inUnit(evidence.train, evidence.metric);
  if (gap?.state !== 'counts' || train === null) return null;
  const { value, low, high, unit, confidence } = gap;
  return {
    id: 'high-bias',
    value,
    low,
    high,
    unit,
    because:
      `The train error of ${errorText(train, unit)} is above the optimal error of ` +
      `${errorText(settings.optimalError, unit)} by ${measuredGapText(gap)}; ` +
      `the tolerance is ${plainText(settings.tolerance, unit)}.`,
    confidence,
    actions: highBias.actions,
  };
}

/** Underfitting: the training set itself is not fitted. */
export const highBias: Rule<'high-bias'> = {
  id: 'high-bias',
  about: 'Underfitting: the train error is above the optimal error by more than the tolerance.',
  kind: 'gap',
  options: {},
  actions: ['bigger-network', 'longer-training', 'other-architecture'],
  judge,
};
