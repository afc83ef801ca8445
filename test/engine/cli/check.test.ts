import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fettle } from './run-cli.ts';

const logs = 'test/fixtures/logs/keras';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('fettle check', () => {
  it('says a line a verdict and ends with 3 where one must not hold', async () => {
    const { code, stdout } = await fettle(['check', logs]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^FAIL overfitted\.csv: high-variance: The dev error of 28\.0 %/m);
    expect(stdout).toMatch(/^ok {3}fit\.csv: fit: /m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('5 runs checked, 3 failed');
  });

  it('passes with 0 where the verdicts are others', async () => {
    const { code, stdout } = await fettle(['check', join(logs, 'fit.csv')]);
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '1 run checked, 0 failed']);
    expect((await fettle(['check', join(logs, 'overfitted.csv'), '--fail-on', 'diverged'])).code).toBe(0);
    expect((await fettle(['check', join(logs, 'underfitted.csv'), '--optimal-error', '48%'])).code).toBe(0);
  });

  it('writes JUnit and SARIF files', async () => {
    const [junit, sarif] = [join(folder, 'junit.xml'), join(folder, 'fettle.sarif')];
    const { code } = await fettle(['check', logs, '--junit', junit, '--sarif', sarif, '--fail-on', 'diverged']);
    expect(code).toBe(3);
    expect(await readFile(junit, 'utf8')).toContain('tests="5" failures="1" errors="0"');
    expect(JSON.parse(await readFile(sarif, 'utf8')).runs[0].results.length).toBeGreaterThan(5);
  });

  it('never passes what it cannot judge', async () => {
    const nothing = await fettle(['check', folder, '--json']);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain('is a log that fettle knows');
    const wrong = await fettle(['check', logs, '--fail-on', 'overfitting']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('Expected names of verdicts, separated by commas, received "overfitting".');
    const both = await fettle(['check', logs, '--junit', '-', '--sarif', '-']);
    expect(both.stderr).toContain('Expected one thing on standard output');
  });
});
