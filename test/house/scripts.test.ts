import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countTests } from '../../scripts/count-tests.ts';
import { root } from './support/sources.ts';

const good = { status: 'passed', assertionResults: [{}] };
const broken = { status: 'failed', assertionResults: [] };
const report = (numPassedTests: number, numFailedTests: number, testResults = [good]) => ({
  numPassedTests,
  numFailedTests,
  testResults,
});

describe('counting tests', () => {
  it('adds up what passed and failed', () => {
    expect(countTests(report(7, 0), true)).toEqual({ passed: 7, failed: 0 });
    expect(countTests(report(7, 2), false)).toEqual({ passed: 7, failed: 2 });
  });

  it('counts a file that did not get to its tests', () => {
    expect(countTests(report(7, 0, [good, broken, broken]), false)).toEqual({ passed: 7, failed: 2 });
  });

  it('takes neither an empty run nor an error outside of tests for success', () => {
    expect(countTests(report(0, 0, []), true)).toEqual({ passed: 0, failed: 1 });
    expect(countTests(report(7, 0), false)).toEqual({ passed: 7, failed: 1 });
  });
});

describe('with-node', () => {
  it('runs scripts on the project’s own Node and hands their exit code on', () => {
    const script = resolve(root, 'scripts/with-node.mjs');
    const version = execFileSync(process.execPath, [script, '-p', 'process.versions.node'], {
      encoding: 'utf8',
    }).trim();
    const { version: own } = JSON.parse(readFileSync(resolve(root, 'node_modules/node/package.json'), 'utf8')) as {
      version: string;
    };
    expect(version).toBe(own);
    expect(() => execFileSync(process.execPath, [script, '-e', 'process.exit(3)'])).toThrow(/Command failed/);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
    dependencies: Record<string, string>;
    allowScripts: Record<string, boolean>;
  };
  const lock = JSON.parse(readFileSync(resolve(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean; os?: string[]; resolved?: string }>;
  };

  it('has the commands that README.md names', () => {
    const names = [
      ...readFileSync(resolve(root, 'README.md'), 'utf8').matchAll(/npm (?:run )?(test|demo|build)\b/g),
    ].map(([, name]) => name);
    expect([...new Set(names)].sort()).toEqual(['build', 'demo', 'test']);
    for (const name of names) expect(manifest.scripts[name ?? '']).toBeDefined();
  });

  it('decides on each install script that would run here', () => {
    const withScript = Object.entries(lock.packages)
      .filter(
        ([, entry]) => entry.hasInstallScript === true && (entry.os ?? [process.platform]).includes(process.platform),
      )
      .map(([path]) => path.split('node_modules/').at(-1));
    expect(withScript.sort()).toEqual(Object.keys(manifest.allowScripts).sort());
  });

  it('takes nothing from outside the registry', () => {
    const outside = Object.values(lock.packages).filter(
      (entry) => entry.resolved !== undefined && !entry.resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(outside).toEqual([]);
  });
});
