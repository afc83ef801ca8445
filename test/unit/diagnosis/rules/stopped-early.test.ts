import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('stopped-early', () => {
  it('fires on a patience of one epoch', () => {
    const verdict = verdictOf('stopped-early', 'concrete-impatient');
    expect(verdict?.because).toMatch(
      /^Early stopping with a patience of 1 epoch ended the run after epoch \d+ of 60.*: one bad dev score is noise, not the end of learning\.$/,
    );
    expect(verdict?.actions).toEqual(['longer-training', 'early-stopping']);
    expect(verdictOf('stopped-early', bare('concrete-impatient'))).toBeDefined();
  });

  it('asks a usual plan about a patience that is not so short', () => {
    const record = trainingRecord('concrete-impatient');
    if (record.plan === null) throw new Error('the record has a plan');
    const regularization = { ...record.plan.regularization, earlyStopping: { patience: 3 } };
    const patient = { ...record, plan: { ...record.plan, regularization } };
    expect(verdictOf('stopped-early', patient)?.because).toContain('a usual plan on the same rows was better by');
    expect(verdictOf('stopped-early', { ...patient, probes: null })).toBeUndefined();
  });

  it.each(['digits-patient', 'digits-healthy', 'concrete-healthy', 'digits-one-epoch'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('stopped-early', name)).toBeUndefined();
      expect(verdictOf('stopped-early', bare(name))).toBeUndefined();
      expect(verdictOf('stopped-early', asLog(name))).toBeUndefined();
    },
  );

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('stopped-early', asLog('concrete-impatient'))).toBeUndefined();
  });
});
