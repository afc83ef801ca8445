import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit } from '../scale.ts';
import { errorText, measuredGapText, plainText } from '../words.ts';

function judge({ evidence, gaps, settings }: Case): Finding<'high-variance'> | null {
  const gap = gaps.find(({ id }) => id === 'variance');
  const train = inUnit(evidence.train, evidence.metric);
  const heldOut = inUnit(evidence.trainDev ?? evidence.dev, evidence.metric);
  if (gap?.state !== 'counts' || train === null || heldOut === null) return null;
  const { value, low, high, unit, confidence } = gap;
  return {
    id: 'high-variance',
    value,
    low,
    high,
    unit,
    because:
      `The ${evidence.trainDev === null ? 'dev' : 'train-dev'} error of ${errorText(heldOut, unit)} is above the ` +
      `train error of ${errorText(train, unit)} by ${measuredGapText(gap)}; ` +
      `the tolerance is ${plainText(settings.tolerance, unit)}.`,
    confidence,
    actions: highVariance.actions,
  };
}

/** Overfitting: what fits the training rows does not hold for rows that were not trained on. */
export const highVariance: Rule<'high-variance'> = {
  id: 'high-variance',
  about: 'Overfitting: the error on held-out rows is above the train error by more than the tolerance.',
  kind: 'gap',
  options: {},
  actions: ['more-data', 'l2', 'l1', 'dropout', 'augmentation', 'early-stopping', 'other-architecture'],
  judge,
};
