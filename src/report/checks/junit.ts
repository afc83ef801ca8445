// In: checked runs. Out: a JUnit file, as GitLab, Jenkins and most other pipelines read it: one suite a run, one case a verdict
// that was looked for.

import type { VerdictId } from '../../diagnosis/rules/index.ts';
import { escapeHtml } from '../html.ts';
import type { CheckedRun } from './checked-run.ts';

/** XML 1.0 has no way to write control characters, which names in logs may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const textOf = (value: string | number): string => escapeHtml(String(value).replace(forbidden, '\ufffd'));
const attribute = (name: string, value: string | number): string => ` ${name}="${textOf(value)}"`;

function caseOf({ run, verdicts }: CheckedRun, id: VerdictId): string {
  const head = `    <testcase${attribute('classname', run)}${attribute('name', id)}`;
  const found = verdicts.find(({ verdict, failed }) => failed && verdict.id === id);
  if (found === undefined) return `${head}/>`;
  const { because } = found.verdict;
  const failure = `<failure${attribute('type', id)}${attribute('message', because)}>${textOf(because)}</failure>`;
  return `${head}>\n      ${failure}\n    </testcase>`;
}

function suiteOf(run: CheckedRun, failOn: readonly VerdictId[]): string {
  const { problem, verdicts } = run;
  const name = attribute('name', run.run);
  if (problem !== null) {
    const error = `<error${attribute('type', 'not-judged')}${attribute('message', problem)}/>`;
    const one = `    <testcase${attribute('classname', run.run)}${attribute('name', 'judged')}>\n      ${error}\n    </testcase>`;
    return `  <testsuite${name} tests="1" failures="0" errors="1" skipped="0">\n${one}\n  </testsuite>`;
  }
  const failures = verdicts.filter(({ failed }) => failed).length;
  const cases = failOn.map((id) => caseOf(run, id)).join('\n');
  const counts = `${attribute('tests', failOn.length)}${attribute('failures', failures)} errors="0" skipped="0"`;
  return `  <testsuite${name}${counts}>\n${cases}\n  </testsuite>`;
}

/** The text of a JUnit file. */
export function junitOf(runs: readonly CheckedRun[], failOn: readonly VerdictId[]): string {
  const judged = runs.filter(({ problem }) => problem === null);
  const failures = judged.reduce((sum, { verdicts }) => sum + verdicts.filter(({ failed }) => failed).length, 0);
  const errors = runs.length - judged.length;
  const totals = [
    attribute('name', 'fettle check'),
    attribute('tests', judged.length * failOn.length + errors),
    attribute('failures', failures),
    attribute('errors', errors),
  ].join('');
  const suites = runs.map((run) => suiteOf(run, failOn)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals}>\n${suites}\n</testsuites>\n`;
}
