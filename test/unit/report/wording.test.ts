import { describe, expect, it } from 'vitest';
import { endsOfPath, judgedSteps, verdictPath } from '../../../src/report/verdict-path.ts';
import { errorText, gainText, scoreText, sharedValueText, verdictText } from '../../../src/report/wording.ts';
import { events } from '../../fixtures/tuning.ts';

describe('words for numbers', () => {
  it('give an error with its interval in what the metric is measured in', () => {
    expect(errorText({ value: 0.2132, low: 0.188, high: 0.241 }, 'error')).toBe('21.3 % (18.8 – 24.1)');
    expect(errorText({ value: 0.4123, low: 0.38, high: 0.444 }, 'log-loss')).toBe('0.412 (0.380 – 0.444)');
    const own = { value: 5.84, low: 5.2, high: 6.4 };
    expect(errorText({ value: 0.352, low: 0.31, high: 0.39, rmse: own }, 'rmse')).toBe(
      '5.84 (5.20 – 6.40), 35.2 % (31.0 – 39.0) of the standard deviation',
    );
    expect(errorText({ value: 0.352, low: 0.31, high: 0.39, mae: own }, 'mae')).toContain('5.84 (5.20');
  });

  it('give a score, and a share of what it is measured in', () => {
    const score = { count: 10, standardError: null };
    expect(scoreText({ ...score, value: 0.123, share: null }, 'error')).toBe('12.3 %');
    expect(scoreText({ ...score, value: 5.84, share: 0.352 }, 'rmse')).toBe('5.84 (35.2 % of the standard deviation)');
    expect(sharedValueText(0.15, 'error')).toBe('15.0 %');
    expect(sharedValueText(0.15, 'log-loss')).toBe('0.150');
  });

  it('give a gain with its sign and limits', () => {
    expect(gainText({ value: -0.0409, low: -0.0589, high: -0.0229 }, 'error')).toBe('−4.1 points (−5.9 to −2.3)');
    expect(gainText({ value: 0.001, low: -0.002, high: 0.004 }, 'error')).toBe('+0.10 points (−0.20 to +0.40)');
    expect(gainText({ value: -120.4, low: -200, high: -40.8 }, 'rmse')).toBe('−120 (−200 to −41)');
    expect(gainText({ value: 0, low: 0, high: 0 }, 'error')).toBe('0.00 points (0.00 to 0.00)');
    expect(gainText({ value: -0.1, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }, 'rmse')).toBe(
      '−0.100',
    );
  });

  it('join verdicts', () => {
    expect(verdictText(['high-bias', 'high-variance'])).toBe('high bias and high variance');
    expect(verdictText([])).toBe('no verdict');
  });
});

describe('the verdict path', () => {
  it('goes from the baseline to the last verdict', () => {
    const stops = verdictPath(events);
    expect(stops.map(({ kind }) => kind)).toEqual(['baseline', 'verdict', 'step', 'step', 'verdict', 'step']);
    expect(endsOfPath(stops)).toEqual({ first: ['high-variance'], last: ['high-variance'] });
    const { accepted, rejected } = judgedSteps(stops);
    expect(accepted.map(({ change }) => change)).toEqual(['dropout 0.25']);
    expect(rejected).toBe(2);
  });

  it('leaves out a verdict that repeats itself with nothing accepted between', () => {
    const again = events.find(({ type, at }) => type === 'diagnosed' && at === 20);
    if (again === undefined) throw new Error('the fixture has a second diagnosis');
    expect(verdictPath([...events, again])).toEqual(verdictPath(events));
    expect(endsOfPath(verdictPath([]))).toBeNull();
  });
});
