import { describe, expect, it } from 'vitest';
import { labelRange } from '../../../../src/diagnosis/rules/label-range.ts';
import type { TargetFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

const score = (share: number) => ({ value: 16 * share, count: 500, standardError: 5, share });
const judge = (fields: Partial<TargetFacts>, task: 'regression' | 'classification' = 'regression') => {
  const target = { ...factsWith().target, mean: 35, deviation: 16, trainedMean: 0, trainedDeviation: 1, ...fields };
  const regression = { task, metric: 'rmse', classes: null, train: score(0.9), dev: score(1) } as const;
  return labelRange.judge(caseOf(evidenceWith(factsWith({ target }), task === 'regression' ? regression : {})));
};

describe('label-range', () => {
  it('fires on a target that is trained in its own unit', () => {
    expect(judge({ trainedMean: 7590, trainedDeviation: 613 })?.because).toBe(
      'The target is trained with a mean of 7,590 and a standard deviation of 613; outputs, losses and learning rates are made for about 1.',
    );
    expect(judge({ trainedMean: 90, trainedDeviation: 1 })?.because).toContain(
      'it lies 90.0 standard deviations from 0',
    );
    expect(judge({ trainedMean: 0.1, trainedDeviation: 0.004 })?.value).toBe(0.004);
  });

  it('fires on a number that stands for "unknown", however it is trained', () => {
    expect(judge({ repeatedEnd: { value: 870, rows: 8, distance: 47.2 } })?.because).toBe(
      '8 training rows have the target 870, which is 47.2 standard deviations away from every other: does it stand for "unknown"?',
    );
  });

  it('is silent on a standardized target, on ends that repeat nearby, and on classes', () => {
    expect(judge({})).toBeNull();
    expect(judge({ repeatedEnd: { value: 50, rows: 40, distance: 0.2 } })).toBeNull();
    expect(judge({ repeatedEnd: { value: 870, rows: 2, distance: 9 } })).toBeNull();
    expect(judge({ trainedMean: 90, trainedDeviation: 613 }, 'classification')).toBeNull();
    expect(labelRange.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
