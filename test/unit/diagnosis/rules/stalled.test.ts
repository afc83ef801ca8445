import { describe, expect, it } from 'vitest';
import { asLog, bare, verdictOf } from '../training-records.ts';

describe('stalled', () => {
  it('takes the exact baseline from the rows of each class', () => {
    expect(verdictOf('stalled', 'digits-zeros')?.because).toMatch(
      /^The train error of 89\.\d % \(.*\) is no better than the 89\.\d % of always predicting the commonest class, which takes no learning\.$/,
    );
    const record = { ...bare('digits-zeros'), data: null };
    expect(verdictOf('stalled', record)?.because).toContain(
      'the 90.0 % of always predicting the commonest class at most',
    );
  });

  it('knows by the counts that four of five rows of one class take no learning', () => {
    const record = bare('digits-healthy');
    if (record.data === null || record.train === null) throw new Error('the record has data and a train score');
    const classCounts = [
      { label: 'a', rows: 800 },
      { label: 'b', rows: 200 },
    ];
    const data = { ...record.data, target: { ...record.data.target, classCounts } };
    const constant = { ...record, classes: ['a', 'b'], train: { ...record.train, value: 0.2 } };
    expect(verdictOf('stalled', { ...constant, data })?.because).toContain(
      '20.0 % of always predicting the commonest class,',
    );
    expect(verdictOf('stalled', { ...constant, data: null })).toBeUndefined();
  });

  it('sees that the loss never fell, whatever luck the first weights had', () => {
    const record = bare('digits-rate-low');
    if (record.train === null) throw new Error('the record has a train score');
    const lucky = { ...record, train: { ...record.train, value: 0.6 } };
    expect(verdictOf('stalled', lucky)?.because).toMatch(
      /^The train loss never fell by more than [\d.]+ % of what it was at the start\.$/,
    );
    expect(verdictOf('stalled', { ...lucky, losses: null })).toBeUndefined();
  });

  it.each(['digits-healthy', 'concrete-healthy', 'digits-one-epoch', 'digits-deep-tanh'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('stalled', name)).toBeUndefined();
      expect(verdictOf('stalled', bare(name))).toBeUndefined();
      expect(verdictOf('stalled', asLog(name))).toBeUndefined();
    },
  );
});
