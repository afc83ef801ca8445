import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('learning-rate-low', () => {
  it('says where the plan is beside the rates of a test', () => {
    const verdict = verdictOf('learning-rate-low', 'digits-rate-low');
    expect(verdict?.because).toMatch(
      /^The learning rate of 2\.00e-6 is [\d,.]+ times below the lowest that was as good as the best one in short trainings/,
    );
    expect(verdict?.value).toBeGreaterThan(100);
  });

  it('sees without a test that no step led anywhere', () => {
    expect(verdictOf('learning-rate-low', bare('digits-rate-low'))?.because).toMatch(
      /^No step changed a layer by more than (< )?[\d.]+ % of its weights, and the loss fell by [\d.]+ %: the steps are too short to get anywhere\.$/,
    );
  });

  it('says that clipping made the steps short', () => {
    const verdict = verdictOf('learning-rate-low', bare('digits-clipped'));
    expect(verdict?.because).toMatch(/Gradients were clipped to a norm of 1\.00e-6\.$/);
    expect(verdict?.actions).toContain('clip-gradients');
  });

  it('is silent where the training rows are fitted all the same', () => {
    const record = { ...bare('digits-rate-low'), train: trainingRecord('digits-healthy').train };
    expect(verdictOf('learning-rate-low', record)).toBeUndefined();
  });

  it.each([
    'digits-healthy',
    'digits-momentum',
    'concrete-healthy',
    'concrete-tanh',
    'digits-rate-high',
    'digits-one-epoch',
  ] as const)('is silent on %s', (name) => {
    expect(verdictOf('learning-rate-low', name)).toBeUndefined();
    expect(verdictOf('learning-rate-low', bare(name))).toBeUndefined();
    expect(verdictOf('learning-rate-low', asLog(name))).toBeUndefined();
  });

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('learning-rate-low', asLog('digits-rate-low'))).toBeUndefined();
  });
});
