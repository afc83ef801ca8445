import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('dead-units', () => {
  it('fires on a ReLU network whose biases start at -20', () => {
    const verdict = verdictOf('dead-units', 'digits-dead');
    expect(verdict?.because).toBe(
      '100 % of the units of hidden.0 give the same number for every row, from the start on: no gradient reaches their weights.',
    );
    expect(verdict?.value).toBe(1);
  });

  it('fires on units that a high rate killed', () => {
    expect(verdictOf('dead-units', bare('digits-rate-high'))?.because).not.toContain('from the start on');
  });

  it('is silent where the training rows are fitted without them', () => {
    const record = { ...bare('digits-dead'), train: trainingRecord('digits-healthy').train };
    expect(verdictOf('dead-units', record)).toBeUndefined();
  });

  it.each([
    'digits-healthy',
    'digits-momentum',
    'concrete-healthy',
    'digits-deep-sigmoid',
    'digits-regularized',
  ] as const)('is silent on %s', (name) => {
    expect(verdictOf('dead-units', name)).toBeUndefined();
    expect(verdictOf('dead-units', bare(name))).toBeUndefined();
    expect(verdictOf('dead-units', asLog(name))).toBeUndefined();
  });

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('dead-units', asLog('digits-dead'))).toBeUndefined();
  });
});
