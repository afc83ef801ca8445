// fettle check PATH: the verdicts on runs as an exit code, for pipelines.

import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FettleError } from '../../base/error.ts';
import { plural } from '../../base/format.ts';
import { checkDiagnosis, parseVerdicts, usualFailures } from '../../diagnosis/check.ts';
import type { VerdictId } from '../../diagnosis/rules/index.ts';
import type { CheckedRun } from '../../report/checks/checked-run.ts';
import type { PathDiagnoses, PathFlags } from '../diagnose-path.ts';
import { addOptions, pathOptions } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { packageVersion } from '../version.ts';

/** The exit code of a check that found what must not be: 1 is a mistake in fettle, 2 is bad input. */
const failedCode = 3;

interface CheckFlags extends PathFlags {
  readonly failOn?: readonly VerdictId[];
  readonly junit?: string;
  readonly sarif?: string;
  readonly json?: boolean;
}

function parseFailOn(text: string): readonly VerdictId[] {
  try {
    return parseVerdicts(text);
  } catch (error) {
    if (error instanceof FettleError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** Adds `fettle check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description(`The verdicts on runs as an exit code: 0 passed, ${failedCode} failed.`)
    .argument('<PATH>', "a run's folder, a record, a log, a folder of logs, or an MLflow server's address");
  addOptions(command, [
    new Option(
      '--fail-on <verdicts>',
      'verdicts that fail the check, separated by commas (default: all that name a weakness)',
    ).argParser(parseFailOn),
    new Option('--junit <file>', 'write a JUnit file; - for standard output'),
    new Option('--sarif <file>', 'write a SARIF 2.1.0 file; - for standard output'),
    ...pathOptions(),
  ]).action(runCheck);
}

function checkedRuns({ runs }: PathDiagnoses, failOn: readonly VerdictId[]): readonly CheckedRun[] {
  return runs.map((one) => {
    const at = { run: one.run, path: one.path };
    if ('failed' in one) return { ...at, verdicts: [], problem: one.failed };
    return { ...at, verdicts: checkDiagnosis(one, failOn), problem: null };
  });
}

/** A line for each verdict, the failed ones marked. */
function linesOf(runs: readonly CheckedRun[]): readonly string[] {
  return runs.flatMap(({ run, verdicts, problem }) =>
    problem === null
      ? verdicts.map(({ verdict, failed }) => `${failed ? 'FAIL' : 'ok  '} ${run}: ${verdict.id}: ${verdict.because}`)
      : [`ERR  ${run}: not judged: ${problem.replace(/\s+/g, ' ')}`],
  );
}

async function write(path: string, text: string): Promise<void> {
  if (path === '-') {
    printLines([text.trimEnd()]);
    return;
  }
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new FettleError('file', `Cannot write ${path}: ${(error as Error).message}. Choose another file.`);
  }
}

async function runCheck(path: string, flags: CheckFlags): Promise<void> {
  const { failOn = usualFailures, junit, sarif, json = false, ...said } = flags;
  if (junit === '-' && sarif === '-') {
    throw new FettleError('usage', 'Expected one thing on standard output, received both --junit - and --sarif -.');
  }
  const { diagnosePath } = await import('../diagnose-path.ts');
  const found = await diagnosePath(path, said);
  const runs = checkedRuns(found, failOn);
  if (junit !== undefined) {
    const { junitOf } = await import('../../report/checks/junit.ts');
    await write(junit, junitOf(runs, failOn));
  }
  if (sarif !== undefined) {
    const { sarifOf } = await import('../../report/checks/sarif.ts');
    await write(sarif, `${JSON.stringify(sarifOf(runs, packageVersion()), null, 2)}\n`);
  }
  const failures = runs.filter(({ verdicts }) => verdicts.some(({ failed }) => failed)).length;
  const problems = runs.filter(({ problem }) => problem !== null).length;
  if (json) printJson({ passed: failures + problems === 0, failOn, runs, notes: found.notes });
  else if (junit !== '-' && sarif !== '-') {
    const ended = problems > 0 ? `, ${problems} not judged` : '';
    const summary = `${plural(runs.length, 'run')} checked, ${failures} failed${ended}`;
    printLines([...linesOf(runs), ...found.notes, summary]);
  }
  // A run that nobody could judge is bad input, and never passes.
  process.exitCode = problems > 0 ? 2 : failures > 0 ? failedCode : 0;
}
