import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/diagnosis/diagnose.ts';
import { dataMismatch } from '../../../../src/diagnosis/rules/data-mismatch.ts';
import type { ShiftFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

const shifted: ShiftFacts = {
  auc: 0.746,
  low: 0.696,
  high: 0.791,
  columns: [
    { column: 'mass', value: 0.42 },
    { column: 'pressure', value: 0.33 },
    { column: 'age', value: 0.1 },
  ],
};

const score = (value: number) => ({ value, count: 2000, standardError: null, share: null });
const judge = (shift: ShiftFacts | null, errors: { readonly trainDev?: number; readonly dev?: number } = {}) =>
  dataMismatch.judge(
    caseOf(
      evidenceWith(factsWith({ shift }), {
        trainDev: errors.trainDev === undefined ? null : score(errors.trainDev),
        dev: score(errors.dev ?? 0.2),
      }),
    ),
  );

describe('data-mismatch by the inputs', () => {
  it('fires where a classifier tells dev rows from training rows', () => {
    expect(judge(shifted)).toMatchObject({
      value: 0.746,
      low: 0.696,
      unit: 'area under the ROC curve',
      because:
        'A classifier tells dev rows from training rows by their inputs with an area under the ROC curve of 0.746 (0.696 – ' +
        '0.791), where 0.5 is alike; their means differ in mass by 0.42 sd and pressure by 0.33 sd.',
    });
  });

  it('gives the gap of the errors first where both say so', () => {
    const found = judge(shifted, { trainDev: 0.1 });
    expect(found).toMatchObject({ unit: 'percentage points', value: 10 });
    expect(found?.because).toMatch(/^The dev error of 20\.0 % .* A classifier tells dev rows/);
  });

  it('names no columns where none differs by itself', () => {
    expect(judge({ ...shifted, columns: [] })?.because).toMatch(/where 0\.5 is alike\.$/);
  });

  it('is silent below half a standard deviation, and where noise can explain it', () => {
    expect(judge({ ...shifted, auc: 0.6, low: 0.57, high: 0.63 })).toBeNull();
    expect(judge({ ...shifted, low: 0.63 })).toBeNull();
  });

  it('is silent without facts, and is known without a train-dev set where it speaks', () => {
    expect(judge(null)).toBeNull();
    expect(judge(null, { trainDev: 0.2 })).toBeNull();
    const { verdicts } = diagnose(evidenceWith(factsWith({ shift: shifted })));
    expect(verdicts.map(({ id }) => id)).toContain('data-mismatch');
  });
});
