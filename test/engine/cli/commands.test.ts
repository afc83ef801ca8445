import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/plan/plan.ts';
import { fettle } from './run-cli.ts';

const root = resolve(import.meta.dirname, '../../..');
const credit = resolve(root, 'examples/data/credit/train.csv');

describe.concurrent('fettle', () => {
  it('prints its help and version', async () => {
    const help = await fettle(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['tune', 'train', 'plan', 'augment', 'diagnose', 'predict', 'export', 'doctor'])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };
    expect(await fettle(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(await fettle([])).toMatchObject({ code: 2, stdout: '' });
  });

  it('names every option of the tuning', async () => {
    const { stdout } = await fettle(['tune', '--help']);
    for (const name of 'target test task optimal-error tolerance metric time trials seed threads out resume json quiet'.split(
      ' ',
    )) {
      expect(stdout).toContain(`--${name}`);
    }
  });

  it('refuses an old Node with the version it needs', async () => {
    const source = readFileSync(resolve(root, 'src/cli/main.node.ts'), 'utf8').replace(/^#!.*/, '');
    const old = `Object.defineProperty(process, 'versions', { value: { node: '22.12.0' } });${source}`;
    const { spawnSync } = await import('node:child_process');
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', old], { encoding: 'utf8' });
    expect(done.status).toBe(2);
    expect(done.stderr).toBe(
      'error: fettle needs Node 22.13 or newer, this is Node 22.12.0. Install a newer one from https://nodejs.org.\n',
    );
  });
});

describe.concurrent('fettle plan', () => {
  it('prints a plan on standard output and the roles beside it', async () => {
    const { code, stdout, stderr } = await fettle(['plan', credit, '--target', 'Status', '--seed', '7']);
    expect(code).toBe(0);
    const plan = parsePlan(JSON.parse(stdout));
    expect(plan.seed).toBe(7);
    expect(plan.loss.kind).toBe('cross-entropy');
    expect(stderr).toMatch(/target +Status/);
    expect(stderr).toMatch(/Seniority +numeric/);
  });

  it('prints both as JSON', async () => {
    const { stdout, stderr } = await fettle(['plan', credit, '--target', 'Price', '--json']);
    expect(stderr).toBe('');
    const { plan, roles } = JSON.parse(stdout) as { plan: unknown; roles: { task: string; columns: unknown[] } };
    expect(parsePlan(plan).loss.kind).toBe('mse');
    expect(roles.task).toBe('regression');
    expect(roles.columns).toHaveLength(14);
  });

  it('refuses a metric of the other task', async () => {
    const { code, stderr } = await fettle(['plan', credit, '--target', 'Price', '--metric', 'error']);
    expect(code).toBe(2);
    expect(stderr).toBe('error: Expected --metric rmse or mae for regression, received error.\n');
  });
});

describe.concurrent('fettle diagnose', () => {
  const verdicts = async (...args: string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await fettle(['diagnose', '--json', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as { verdicts: { id: string }[] }).verdicts.map(({ id }) => id);
  };

  // The golden cases of the recipe: train and test error, optimal error, verdicts; in per cent.
  const golden = [
    [20, 19, null, ['high-bias']],
    [15, 30, null, ['high-bias', 'high-variance']],
    [1, 10, null, ['high-variance']],
    [1, 1.5, null, ['fit']],
    [20, 19, 19, ['fit']],
    [15, 30, 14, ['high-variance']],
  ] as const;
  const writings: Readonly<Record<string, (x: number) => string>> = {
    'with %': (x) => `${x}%`,
    'as plain per cent': (x) => `${x}`,
    'as shares': (x) => `${x / 100}`,
  };
  const cases = Object.keys(writings).flatMap((writing) => golden.map((row) => [writing, ...row] as const));
  it.each(cases)('%s: %d / %d with optimal error %s is %j', async (writing, train, test, optimal, ids) => {
    const text = (x: number): string => writings[writing]?.(x) ?? '';
    const more = optimal === null ? [] : ['--optimal-error', text(optimal)];
    expect((await verdicts('--train-error', text(train), '--test-error', text(test), ...more)).sort()).toEqual(ids);
  });

  it('takes the tolerance', async () => {
    const errors = ['--train-error', '15', '--test-error', '30'];
    expect(await verdicts(...errors, '--tolerance', '20%')).toEqual(['fit']);
    expect(await verdicts(...errors, '--tolerance', '20')).toEqual(['fit']);
  });

  it('tells first how plain numbers were read', async () => {
    const plain = ['diagnose', '--train-error', '1', '--test-error', '10'];
    const text =
      'Numbers without % were read as per cent, since 10 cannot be a share: train error 1 = 1 % and test error 10 = 10 %.';
    const { stdout } = await fettle(plain);
    expect(stdout.split('\n').slice(0, 3)).toEqual([text, '', 'Verdict: high variance (overfitting)']);
    expect(stdout.split(text)).toHaveLength(2);
    const { notes } = JSON.parse((await fettle([...plain, '--json'])).stdout) as { notes: unknown[] };
    expect(notes[0]).toEqual({ id: 'read-as-percent', text });
  });

  it('takes the rows into account, and explains itself', async () => {
    expect(
      await verdicts('--train-error', '1%', '--test-error', '5%', '--train-rows', '100', '--test-rows', '40'),
    ).toContain('cannot-tell');
    const { stdout } = await fettle(['diagnose', '--train-error', '15%', '--test-error', '30%']);
    expect(stdout).toMatch(/^Verdict: high bias \(underfitting\) and high variance \(overfitting\)\n/);
  });
});

describe('fettle doctor', () => {
  it('says what is installed and really trains', async () => {
    const { code, stdout } = await fettle(['doctor', '--json']);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Record<string, unknown> & { selfTest: Record<string, number> };
    expect(found).toMatchObject({ node: process.versions.node, simd: true, devices: { cpu: null } });
    expect(found.engine).toMatch(/^onnxruntime-node 1\./);
    expect(found.duckdb).toMatch(/^v1\./);
    expect(found.selfTest.lastLoss).toBeLessThan(0.1);
    expect(found.selfTest.stepsPerSecond).toBeGreaterThan(100);
  });
});
