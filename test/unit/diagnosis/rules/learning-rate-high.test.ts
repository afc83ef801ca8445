import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf, withLayers } from '../training-records.ts';

describe('learning-rate-high', () => {
  it('says where the plan is beside the rates of a test', () => {
    const verdict = verdictOf('learning-rate-high', 'digits-rate-high');
    expect(verdict?.because).toMatch(
      /^The learning rate of 2\.00 is [\d.]+ times the highest that was as good as the best one in short trainings \(0\.0\d+ to 0\.\d+\)\.$/,
    );
    expect(verdict?.value).toBeGreaterThan(10);
    expect(verdict?.actions).toEqual(['learning-rate', 'clip-gradients', 'warm-up']);
  });

  it('sees without a test that the loss rose', () => {
    expect(verdictOf('learning-rate-high', bare('digits-rate-high'))?.because).toMatch(
      /^The steps were too long: the loss rose to [\d,.]+(e\+\d+)? times that of the start\.$/,
    );
  });

  it('sees without losses that steps threw the weights away', () => {
    const record = withLayers({ ...bare('concrete-healthy'), losses: null }, (layer) => ({
      ...layer,
      updateNorm: 0.25 * layer.weightNorm,
    }));
    expect(verdictOf('learning-rate-high', record)?.because).toBe(
      'The steps were too long: single steps changed every hidden layer by 25.0 % of its weights.',
    );
  });

  it('leaves dropout of 95 % to the rule about it', () => {
    const record = trainingRecord('digits-rate-high');
    if (record.plan === null) throw new Error('the record has a plan');
    const regularization = { ...record.plan.regularization, dropout: { rate: 0.95, fade: 'constant' as const } };
    expect(verdictOf('learning-rate-high', { ...record, plan: { ...record.plan, regularization } })).toBeUndefined();
  });

  it.each(['digits-healthy', 'digits-momentum', 'concrete-healthy', 'digits-rate-low', 'digits-zeros'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('learning-rate-high', name)).toBeUndefined();
      expect(verdictOf('learning-rate-high', bare(name))).toBeUndefined();
      expect(verdictOf('learning-rate-high', asLog(name))).toBeUndefined();
    },
  );

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('learning-rate-high', asLog('digits-rate-high'))).toBeUndefined();
  });
});
