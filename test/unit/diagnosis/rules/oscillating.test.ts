import { describe, expect, it } from 'vitest';
import { asLog, bare, verdictOf } from '../training-records.ts';

describe('oscillating', () => {
  it('fires on steps for single rows', () => {
    expect(verdictOf('oscillating', 'concrete-single-rows')?.because).toMatch(
      /^The loss jumps from batch to batch with a single row per step: it deviates by [\d.]+ % of its mean, [\d.]+ % of the loss of knowing nothing\.$/,
    );
  });

  it('takes the same noise of larger batches for that of the rows', () => {
    const record = bare('concrete-single-rows');
    if (record.plan === null) throw new Error('the record has a plan');
    const plan = { ...record.plan, training: { ...record.plan.training, batchSize: 64 } };
    expect(verdictOf('oscillating', { ...record, plan })).toBeUndefined();
  });

  it('reads a log whose train loss goes up and down', () => {
    const log = asLog('concrete-single-rows');
    const [point] = log.curve;
    if (point === undefined) throw new Error('the record has a curve');
    const curve = [1, 3, 0.9, 2.5, 1.1, 2].map((trainLoss, i) => ({ ...point, epoch: i + 1, step: i + 1, trainLoss }));
    expect(verdictOf('oscillating', { ...log, curve })?.because).toBe(
      'The train loss goes up and down: its rises add up to 4.50 times its first value.',
    );
  });

  it.each(['digits-healthy', 'digits-momentum', 'concrete-healthy', 'digits-dropout', 'digits-rate-low'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('oscillating', name)).toBeUndefined();
      expect(verdictOf('oscillating', bare(name))).toBeUndefined();
      expect(verdictOf('oscillating', asLog(name))).toBeUndefined();
    },
  );
});
