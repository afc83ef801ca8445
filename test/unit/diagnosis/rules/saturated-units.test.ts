import { describe, expect, it } from 'vitest';
import { asLog, bare, verdictOf } from '../training-records.ts';

describe('saturated-units', () => {
  it('fires on tanh behind weights of N(0, 1)', () => {
    const verdict = verdictOf('saturated-units', bare('concrete-saturated'));
    expect(verdict?.because).toMatch(
      /^[5-9]\d\.\d % of the outputs of hidden\.[01] are at a flat end of its activation at the start of the run, where hardly any gradient comes through\.$/,
    );
    expect(verdict?.actions).toContain('other-architecture');
  });

  it('is silent where the training rows are fitted all the same', () => {
    expect(verdictOf('saturated-units', bare('concrete-saturated'), { optimalError: 0.3 })).toBeUndefined();
  });

  it.each(['concrete-tanh', 'digits-healthy', 'digits-rate-low', 'digits-deep-sigmoid'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('saturated-units', name)).toBeUndefined();
      expect(verdictOf('saturated-units', bare(name))).toBeUndefined();
      expect(verdictOf('saturated-units', asLog(name))).toBeUndefined();
    },
  );

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('saturated-units', asLog('concrete-saturated'))).toBeUndefined();
  });
});
