import { describe, expect, it } from 'vitest';
import { constantColumns } from '../../../../src/diagnosis/rules/constant-columns.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

const judge = (constant: number, nearlyConstant: number, columns: number, errors = {}) => {
  const names = Array.from({ length: constant }, (_, i) => `c${i}`);
  const rest = { duplicate: [], idLike: [], missing: [], scale: null, alone: [] };
  return constantColumns.judge(
    caseOf(evidenceWith(factsWith({ input: { columns, constant: names, nearlyConstant, ...rest } }), errors)),
  );
};

describe('constant-columns', () => {
  it('fires where a third of the columns says nothing', () => {
    const finding = judge(6, 0, 18);
    expect(finding?.because).toBe(
      '6 columns of 18 (33.3 %) hold one value in all training rows and say nothing: "c0", "c1", "c2", "c3", "c4" and 1 more. Were they read or joined as they should be?',
    );
    expect(finding?.actions).toEqual(['fix-data']);
  });

  it('is silent where the run came out as it should', () => {
    const score = { value: 0.001, count: 10_000, standardError: null, share: null };
    expect(judge(6, 0, 18, { train: score, dev: score })).toBeNull();
  });

  it('is silent on pixels at the edges, on one column of a few, and on none', () => {
    expect(judge(3, 6, 64)).toBeNull();
    expect(judge(20, 15, 60)).toBeNull();
    expect(judge(1, 0, 4)).toBeNull();
    expect(judge(0, 0, 18)).toBeNull();
    expect(constantColumns.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
