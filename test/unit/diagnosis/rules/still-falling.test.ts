import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('still-falling', () => {
  it('sees by a usual plan that one epoch was not enough', () => {
    expect(verdictOf('still-falling', 'digits-one-epoch')?.because).toMatch(
      /^The run was over after \d+ steps, still on its way; a usual plan with [\d,]+ steps on the same rows has a train error that is lower by \d+\.\d percentage points \(.*\)\.$/,
    );
  });

  it('sees by the losses of the batches that a single epoch ended on the way', () => {
    const record = bare('digits-one-epoch');
    const losses = Array.from({ length: 16 }, (_, i) => ({
      step: i + 1,
      mean: 2.3 - 0.1 * i + 0.02 * (i % 2),
      deviation: 0.1,
    }));
    const end = record.curve.slice(-1);
    expect(verdictOf('still-falling', { ...record, curve: end, losses })?.because).toMatch(
      /^Over the last half of the run the train loss still fell by (29|30|31)\.\d % of what it began with\.$/,
    );
    const flat = losses.map((segment) => ({ ...segment, mean: 2.3 + 0.02 * (segment.step % 2) }));
    expect(verdictOf('still-falling', { ...record, curve: end, losses: flat })).toBeUndefined();
  });

  it('is silent where the training rows are fitted all the same', () => {
    const record = trainingRecord('digits-one-epoch');
    expect(verdictOf('still-falling', record, { optimalError: 0.4 })).toBeDefined();
    expect(verdictOf('still-falling', { ...record, probes: null }, { optimalError: 0.4 })).toBeUndefined();
  });

  it.each(['digits-healthy', 'digits-zeros', 'digits-rate-low', 'concrete-l2'] as const)('is silent on %s', (name) => {
    expect(verdictOf('still-falling', name)).toBeUndefined();
    expect(verdictOf('still-falling', bare(name))).toBeUndefined();
    expect(verdictOf('still-falling', asLog(name))).toBeUndefined();
  });
});
