import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fettle } from '../engine/cli/run-cli.ts';

const table = resolve(import.meta.dirname, '../../examples/data/concrete/train.csv');
const root = mkdtempSync(join(tmpdir(), 'fettle-diagnose-tuning-'));
const run = join(root, 'tuned');

beforeAll(async () => {
  const { code, stderr } = await fettle(['tune', table, '--trials', '12', '--out', run, '--quiet']);
  expect(code, stderr).toBe(0);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a tuning's folder", () => {
  it('is judged again on its trainings as it was judged the first time', async () => {
    const { stdout } = await fettle(['diagnose', run]);
    expect(stdout).toMatch(/^Verdict: /);
    expect((await fettle(['diagnose', run, '--optimal-error', '0%'])).stdout).toBe(stdout);
    const other = await fettle(['diagnose', run, '--optimal-error', '500%']);
    expect(other.stdout.split('\n')[0]).not.toContain('high bias');
  });

  it('is judged on its scores where its trainings are gone', async () => {
    const copy = join(root, 'copy');
    cpSync(run, copy, { recursive: true });
    rmSync(join(copy, 'trials'), { recursive: true });
    const whole = JSON.parse((await fettle(['diagnose', run, '--optimal-error', '0%', '--json'])).stdout);
    const scores = JSON.parse((await fettle(['diagnose', copy, '--optimal-error', '0%', '--json'])).stdout);
    const gaps = ({ gaps }: { gaps: { value: number }[] }) => gaps.map(({ value }) => value?.toFixed(2));
    // The root over all rows and the mean of the folds' roots are nearly the same.
    expect(gaps(scores)).toEqual(gaps(whole));
    expect(scores.repeats).toBe(null);
  });

  it('is checked, and must not be told what it says itself', async () => {
    const { code, stdout } = await fettle(['check', run]);
    expect([0, 3]).toContain(code);
    expect(stdout).toMatch(/^(ok {2}|FAIL) tuned: /);
    expect((await fettle(['check', run, '--optimal-error', '500%', '--fail-on', 'high-bias'])).code).toBe(0);
    expect((await fettle(['check', run, '--classes', '3'])).stderr).toBe(
      'error: Expected either a run or --classes, received both. Leave one out.\n',
    );
    const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8').split('\n').slice(0, 2);
    const begun = mkdtempSync(join(root, 'begun-'));
    writeFileSync(join(begun, 'journal.jsonl'), journal.join('\n'));
    expect((await fettle(['check', begun])).stderr).toMatch(/holds no diagnosis yet\. Expected the folder of a run/);
  });
});
