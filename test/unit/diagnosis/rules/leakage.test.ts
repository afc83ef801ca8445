import { describe, expect, it } from 'vitest';
import { leakage } from '../../../../src/diagnosis/rules/leakage.ts';
import type { InputFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

const judge = (alone: InputFacts['alone'], train = 507) =>
  leakage.judge(
    caseOf(
      evidenceWith(
        factsWith({
          rows: { train, dev: 127 },
          input: {
            columns: 18,
            constant: [],
            nearlyConstant: 0,
            duplicate: [],
            idLike: [],
            missing: [],
            scale: null,
            alone,
          },
        }),
      ),
    ),
  );

describe('leakage', () => {
  it('fires on a column that leaves next to nothing to predict', () => {
    const finding = judge([
      { column: 'outcome code', value: 0.14 },
      { column: 'Circ', value: 0.643 },
    ]);
    expect(finding?.because).toBe(
      '"outcome code" alone predicts the target with 14.0 % of the error of knowing nothing; the next best column, "Circ", leaves 64.3 %. Is it known before the target is?',
    );
    expect(finding?.actions).toEqual(['fix-data']);
  });

  it('is silent where columns are good but not alone, such as those of iris', () => {
    expect(
      judge([
        { column: 'petal width', value: 0.06 },
        { column: 'petal length', value: 0.07 },
      ]),
    ).toBeNull();
  });

  it('is silent on the columns of vehicle and credit, on a single column, and on few rows', () => {
    expect(
      judge([
        { column: 'Elong', value: 0.643 },
        { column: 'Scat.Ra', value: 0.65 },
      ]),
    ).toBeNull();
    expect(judge([{ column: 'x', value: 0.01 }])).toBeNull();
    expect(
      judge(
        [
          { column: 'x', value: 0.01 },
          { column: 'z', value: 0.9 },
        ],
        30,
      ),
    ).toBeNull();
    expect(leakage.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
