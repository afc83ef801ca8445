import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import { gapsOf } from '../../../src/diagnosis/gaps.ts';
import { behindReference, mayMatter, mayUnderfit } from '../../../src/diagnosis/reference.ts';
import type { Case } from '../../../src/diagnosis/rule.ts';
import { settingsOf } from '../../../src/diagnosis/settings.ts';
import type { RunRecord, Score } from '../../../src/record/record.ts';
import { trainingRecord } from './training-records.ts';

const score = (value: number, count = 1000): Score => ({ value, count, standardError: null, share: null });

/** A case with these errors, and those of the reference, null for none. */
function caseOf(own: readonly [number, number], usual: readonly [number, number] | null, optimalError = 0): Case {
  const record = trainingRecord('digits-healthy');
  const reference = record.probes?.reference;
  if (!reference) throw new Error('the record has a reference');
  const changed: RunRecord = {
    ...record,
    train: score(own[0]),
    dev: score(own[1]),
    probes: {
      learningRate: null,
      dataSizes: null,
      reference: usual === null ? null : { ...reference, train: score(usual[0]), dev: score(usual[1]) },
    },
  };
  const evidence = evidenceOf(changed);
  const settings = settingsOf(evidence, { optimalError });
  return { evidence, gaps: gapsOf(evidence, settings), settings };
}

const signs = (input: Case) => ({ matters: mayMatter(input), underfits: mayUnderfit(input) });

describe('the errors beside those of a usual plan', () => {
  it('are differences with the noise of both', () => {
    const { evidence, settings } = caseOf([0.2, 0.3], [0.1, 0.1]);
    const behind = behindReference(evidence, settings);
    expect(behind?.train?.value).toBeCloseTo(10, 9);
    expect(behind?.dev?.value).toBeCloseTo(20, 9);
    expect(behind?.dev?.low).toBeGreaterThan(16);
    expect(behind?.dev?.high).toBeLessThan(24);
  });

  it('are unknown without one', () => {
    const { evidence, settings } = caseOf([0.2, 0.3], null);
    expect(behindReference(evidence, settings)).toBeNull();
  });
});

describe('a sign of broken training', () => {
  it('matters, and the rows are not fitted, where a usual plan is better on both sides', () => {
    expect(signs(caseOf([0.1, 0.15], [0.01, 0.05], 0.1))).toEqual({ matters: true, underfits: true });
  });

  it('does not matter where a usual plan is no better on held-out rows', () => {
    expect(signs(caseOf([0.1, 0.15], [0.01, 0.16]))).toEqual({ matters: false, underfits: false });
  });

  it('matters for the gaps where nobody trained a usual plan', () => {
    expect(signs(caseOf([0.1, 0.15], null))).toEqual({ matters: true, underfits: true });
    expect(signs(caseOf([0.001, 0.15], null))).toEqual({ matters: true, underfits: false });
    expect(signs(caseOf([0.001, 0.001], null))).toEqual({ matters: false, underfits: false });
  });

  it('is a matter of overfitting where the training rows are fitted as well as by a usual plan', () => {
    expect(signs(caseOf([0.001, 0.15], [0.001, 0.05]))).toEqual({ matters: true, underfits: false });
  });

  it('is one of underfitting where the bias may count and a usual plan has less train error', () => {
    expect(signs(caseOf([0.025, 0.06], [0.001, 0.05])).underfits).toBe(true);
    expect(signs(caseOf([0.025, 0.06], [0.025, 0.05])).underfits).toBe(false);
    expect(signs(caseOf([0.025, 0.06], null)).underfits).toBe(true);
  });
});
