import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDiagnosis, parseVerdicts, usualFailures } from '../../../../src/diagnosis/check.ts';
import { diagnose } from '../../../../src/diagnosis/diagnose.ts';
import { rules, verdictIds } from '../../../../src/diagnosis/rules/index.ts';
import type { CheckedRun } from '../../../../src/report/checks/checked-run.ts';
import { junitOf } from '../../../../src/report/checks/junit.ts';
import { sarifOf } from '../../../../src/report/checks/sarif.ts';

const score = (value: number) => ({ value, count: 10_000, standardError: null, share: null });
const of = (train: number, dev: number) =>
  diagnose({ task: 'classification', metric: 'error', train: score(train), trainDev: null, dev: score(dev) });
const run = (name: string, train: number, dev: number, failOn = usualFailures): CheckedRun => ({
  run: name,
  path: `./runs/${name}`,
  verdicts: checkDiagnosis(of(train, dev), failOn),
  problem: null,
});
const broken: CheckedRun = { run: 'bad', path: '/a b/bad.csv', verdicts: [], problem: 'it is <empty> & "odd"' };

describe('a check', () => {
  it('fails on every verdict that names a weakness, unless it is told which', () => {
    const failed = (one: CheckedRun) => one.verdicts.filter((v) => v.failed).map(({ verdict }) => verdict.id);
    expect(failed(run('a', 0.15, 0.3))).toEqual(['high-bias', 'high-variance']);
    expect(failed(run('a', 0.01, 0.015))).toEqual([]);
    expect(failed(run('a', 0.15, 0.3, ['high-variance']))).toEqual(['high-variance']);
    expect(verdictIds.filter((id) => !usualFailures.includes(id))).toEqual(['more-data-helps', 'cannot-tell', 'fit']);
  });

  it('reads names of verdicts and suggests the nearest ones', () => {
    expect(parseVerdicts('high-variance, diverged')).toEqual(['high-variance', 'diverged']);
    expect(() => parseVerdicts('high-varance')).toThrow(
      'Expected names of verdicts, separated by commas, received "high-varance". Did you mean high-variance?',
    );
    expect(() => parseVerdicts('')).toThrow('Verdicts are leakage, ');
  });
});

describe('a JUnit file', () => {
  const failOn = ['high-bias', 'high-variance'] as const;
  const text = junitOf([run('one', 0.15, 0.3, failOn), run('two', 0.01, 0.015, failOn), broken], failOn);

  it('has a suite a run and a case a verdict that was looked for', () => {
    expect(text).toContain('<testsuites name="fettle check" tests="5" failures="2" errors="1">');
    expect(text).toContain('<testsuite name="one" tests="2" failures="2" errors="0" skipped="0">');
    expect(text).toContain('<testcase classname="two" name="high-bias"/>');
    expect(text.match(/<failure type="high-variance" message="The dev error of 30.0 %/g)).toHaveLength(1);
  });

  it('is well-formed whatever the texts hold', () => {
    expect(text).toContain('message="it is &lt;empty&gt; &amp; &quot;odd&quot;"');
    const open: string[] = [];
    for (const [, close, name = '', rest] of text.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (!rest?.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });
});

describe('a JUnit file about odd names', () => {
  it('holds no character that XML cannot', () => {
    const text = junitOf([{ ...broken, run: 'a\u0000b\u001b[31m', problem: 'line\nline' }], []);
    expect(text).toContain('<testsuite name="a\ufffdb\ufffd[31m"');
  });
});

describe('a SARIF file', () => {
  const sarif = JSON.parse(JSON.stringify(sarifOf([run('one', 0.15, 0.3), broken], '1.2.3')));
  const [log] = sarif.runs;

  it('describes every rule, and points each result to its rule and its file', () => {
    expect(sarif.version).toBe('2.1.0');
    expect(log.tool.driver).toMatchObject({ name: 'fettle', version: '1.2.3' });
    expect(log.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(Object.keys(rules));
    for (const result of log.results) {
      expect(log.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('runs/one');
      // SARIF 3.27.9: a kind other than `fail` has the level `none`.
      expect(result.kind === 'fail' ? 'error' : 'none').toBe(result.level);
    }
  });

  it('is valid by the schema of OASIS', () => {
    // sarif-2.1.0-rtm.5 of @microsoft/jest-sarif 1.0.0-beta.0 (MIT). Zod takes a reference for a whole URL.
    const text = readFileSync(resolve(import.meta.dirname, '../../../fixtures/schemas/sarif-2.1.0.json'), 'utf8');
    const schema = z.fromJSONSchema(JSON.parse(text.replaceAll('"format": "uri-reference"', '"minLength": 1')));
    expect(schema.safeParse(sarif).error?.issues ?? []).toEqual([]);
    const wrong = structuredClone(sarif);
    wrong.runs[0].results[0].level = 'bad';
    expect(schema.safeParse(wrong).success).toBe(false);
    delete sarif.runs[0].invocations[0].executionSuccessful;
    expect(schema.safeParse(sarif).success).toBe(false);
    sarif.runs[0].invocations[0].executionSuccessful = false;
  });

  it('says what could not be judged, with a valid URI', () => {
    expect(log.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'bad: it is <empty> & "odd"' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///a%20b/bad.csv' } } }],
          },
        ],
      },
    ]);
  });
});
