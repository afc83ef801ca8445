import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('over-regularized', () => {
  it('names L1 by the weights that are zero', () => {
    const verdict = verdictOf('over-regularized', 'digits-l1');
    expect(verdict?.because).toMatch(
      /^The train error is high, and with L1 3\.00 .*[\d.]+ % of the weights are zero\./,
    );
    expect(verdict?.because).toMatch(
      /The train error is \d+\.\d percentage points \(.*\) above that of a usual plan on the same rows\.$/,
    );
    expect(verdict?.actions).toEqual(['l1']);
  });

  it('names L2 by the norm that is left', () => {
    const verdict = verdictOf('over-regularized', bare('concrete-l2'));
    expect(verdict?.because).toMatch(
      /with L2 100 each step at the full rate takes 50\.0 % of every weight and a layer's weights shrank to [\d.]+ % of their first norm\.$/,
    );
    expect(verdict?.actions).toEqual(['l2']);
  });

  it('names L2 by what each step takes where weights tell nothing', () => {
    expect(verdictOf('over-regularized', { ...bare('concrete-l2'), start: null, curve: [] })?.because).toBe(
      'The train error is high, and with L2 100 each step at the full rate takes 50.0 % of every weight.',
    );
  });

  it('names dropout by the units that work', () => {
    const verdict = verdictOf('over-regularized', bare('digits-dropout'));
    expect(verdict?.because).toBe(
      'The train error is high, and with dropout 0.950 only 5.0 % of the units work in a step.',
    );
    expect(verdict?.actions).toEqual(['dropout']);
  });

  it('is silent where a usual plan is no better on held-out rows', () => {
    const record = trainingRecord('concrete-l2');
    const reference = record.probes?.reference;
    if (record.probes === null || !reference) throw new Error('the record has a reference');
    const probes = { ...record.probes, reference: { ...reference, dev: record.dev } };
    expect(verdictOf('over-regularized', { ...record, probes })).toBeUndefined();
  });

  it.each(['digits-healthy', 'digits-regularized', 'concrete-healthy', 'digits-zeros', 'digits-rate-high'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('over-regularized', name)).toBeUndefined();
      expect(verdictOf('over-regularized', bare(name))).toBeUndefined();
      expect(verdictOf('over-regularized', asLog(name))).toBeUndefined();
    },
  );

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('over-regularized', asLog('digits-dropout'))).toBeUndefined();
  });
});
