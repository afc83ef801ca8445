// In: the working tree. Out: every check in order, and as the last line `N passed, N failed`.
// A check is the build, a compiler or linter run, or one test; all of them run even if an early one fails.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from './build.ts';
import { countTests, type VitestReport } from './count-tests.ts';

const root = resolve(import.meta.dirname, '..');

function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const script = resolve(root, 'node_modules', tool);
  const done = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return done.status === 0;
}

function check(name: string, action: () => boolean): boolean {
  const start = performance.now();
  const passed = action();
  console.log(`${passed ? '✓' : '✗'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return passed;
}

function runTests(): { passed: number; failed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-test-'));
  const file = join(folder, 'report.json');
  try {
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const finished = run('vitest/vitest.mjs', [...args, ...process.argv.slice(2)], { FETTLE_BUILT: '1' });
    return countTests(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, finished);
  } catch (error) {
    console.error(`The test runner left no report: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const checks = [
  check('build', build),
  check('types of pure files, without Node and DOM', () => run('typescript/bin/tsc', ['-p', 'tsconfig.pure.json'])),
  check('types of tests and scripts', () => run('typescript/bin/tsc', ['-p', 'tsconfig.check.json'])),
  check('lint and format', () => run('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])),
];
const tests = runTests();
const passed = checks.filter((ok) => ok).length + tests.passed;
const failed = checks.filter((ok) => !ok).length + tests.failed;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
