import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { describeFailure } from '../../../src/cli/failure.ts';
import { resumeCommand } from '../../../src/cli/interrupt.ts';
import { metricFor } from '../../../src/tuning/metric.ts';

describe('a failure', () => {
  it('of the user is one message and exit code 2', () => {
    for (const code of ['usage', 'file', 'data', 'plan', 'busy', 'engine'] as const) {
      expect(describeFailure(new FettleError(code, 'What to do.'))).toEqual({
        text: 'error: What to do.\n',
        exitCode: 2,
      });
    }
  });

  it('by an interruption is exit code 130', () => {
    expect(describeFailure(new FettleError('interrupted', 'Interrupted.'))).toEqual({
      text: 'Interrupted.\n',
      exitCode: 130,
    });
  });

  it('of ours is a stack, its cause and where to report it, and exit code 1', () => {
    const { text, exitCode } = describeFailure(new TypeError('x is undefined', { cause: new Error('because') }));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^TypeError: x is undefined\n +at .*failure\.test/);
    expect(text).toContain('caused by: Error: because');
    expect(text).toContain('Please report it');
    expect(describeFailure(new FettleError('internal', 'impossible')).exitCode).toBe(1);
    expect(describeFailure('text').text).toContain('text');
  });
});

it("by a full disk is the user's to mend, wherever it is met", () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/a/b' });
  expect(describeFailure(error)).toEqual({
    text: 'error: Cannot write /a/b: the disk is full. Free some space, or write elsewhere with --out DIR.\n',
    exitCode: 2,
  });
});

describe('the command that resumes', () => {
  it('repeats the options, quoted, with --resume once', () => {
    expect(resumeCommand(['tune', 'my data.csv', '--time', '2m'])).toBe("fettle tune 'my data.csv' --time 2m --resume");
    expect(resumeCommand(['tune', "it's.csv", '--resume'])).toBe("fettle tune 'it'\\''s.csv' --resume");
  });
});

describe('the metric', () => {
  it('is the first of the task, or the one asked for', () => {
    expect(metricFor('classification', undefined)).toBe('error');
    expect(metricFor('regression', undefined)).toBe('rmse');
    expect(metricFor('regression', 'mae')).toBe('mae');
    expect(() => metricFor('regression', 'error')).toThrow(
      'Expected --metric rmse or mae for regression, received error.',
    );
  });
});
