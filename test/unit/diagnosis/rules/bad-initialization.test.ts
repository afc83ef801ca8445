import { describe, expect, it } from 'vitest';
import { asLog, bare, trainingRecord, verdictOf } from '../training-records.ts';

describe('bad-initialization', () => {
  it('names units that start as copies', () => {
    expect(verdictOf('bad-initialization', 'digits-zeros')?.because).toBe(
      'The units of hidden.0 start as copies of each other (all weights are 0), and so do those that read them: they get ' +
        'the same gradient and stay one unit.',
    );
    expect(verdictOf('bad-initialization', bare('digits-constant'))?.because).toMatch(/\(all weights are 0\.0\d+\)/);
  });

  it('names weights that are too large by what they do to the first loss', () => {
    expect(verdictOf('bad-initialization', 'concrete-plain-normal')?.because).toMatch(
      /^The first weights of hidden\.1 deviate by (0\.9|1\.0)\d+, [56]\.\d+ times the 1 \/ sqrt\(32\) that keeps a signal's variance; the loss at the start is [\d,.]+ times that of knowing nothing\.$/,
    );
    const { start, ...record } = trainingRecord('concrete-plain-normal');
    if (start === null) throw new Error('the record has a start');
    expect(
      verdictOf('bad-initialization', { ...record, start: { ...start, loss: start.expectedLoss } }),
    ).toBeUndefined();
  });

  it('names weights that are far too large whatever the first loss', () => {
    expect(verdictOf('bad-initialization', 'digits-deep-tanh')?.because).toMatch(
      /^The first weights of hidden\.\d deviate by/,
    );
  });

  it('names weights that are too small', () => {
    expect(verdictOf('bad-initialization', 'digits-tiny-weights')?.because).toMatch(
      /^The first weights of hidden\.0 deviate by only (1\.0\d|9\.\d+)e-[67], .* nearly nothing comes through, forwards or backwards\.$/,
    );
  });

  it('asks most of several runs', () => {
    const [bad, good] = [trainingRecord('digits-zeros'), trainingRecord('digits-healthy')];
    expect(verdictOf('bad-initialization', [bad, good, bad])?.because).toMatch(/^In 2 of 3 runs: The units/);
    expect(verdictOf('bad-initialization', [bad, good, good])).toBeUndefined();
  });

  it.each([
    'digits-healthy',
    'digits-momentum',
    'concrete-tanh',
    'digits-zero-output',
    'digits-rate-high',
    'digits-deep-sigmoid',
  ] as const)('is silent on %s', (name) => {
    expect(verdictOf('bad-initialization', name)).toBeUndefined();
    expect(verdictOf('bad-initialization', bare(name))).toBeUndefined();
    expect(verdictOf('bad-initialization', asLog(name))).toBeUndefined();
  });

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('bad-initialization', asLog('digits-zeros'))).toBeUndefined();
  });
});
