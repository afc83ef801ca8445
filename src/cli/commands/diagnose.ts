// fettle diagnose: the verdict on two errors, on a run's directory, or on the logs of other frameworks.

import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { PathFlags } from '../diagnose-path.ts';
import { explain } from '../explain.ts';
import { addOptions, given, options, pathOptions } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import type { TypedRate } from '../parse.ts';
import { readRates } from '../rates.ts';

interface DiagnoseFlags extends PathFlags {
  readonly trainError?: TypedRate;
  readonly testError?: TypedRate;
  readonly json?: boolean;
}

/** Adds `fettle diagnose`. */
export function addDiagnose(program: Command): void {
  const command = program
    .command('diagnose')
    .description('The verdict on a train and a test error, on a run, or on the logs of another framework.')
    .argument(
      '[PATH]',
      "a run's folder, a record, a log, a folder of logs, or an MLflow server's address, instead of the errors",
    );
  addOptions(command, [options.error('train'), options.error('test'), ...pathOptions()]).action(
    async (path: string | undefined, flags: DiagnoseFlags) => {
      if (path !== undefined) {
        await ofPath(path, flags);
        return;
      }
      const diagnosis = await ofErrors(flags);
      if (flags.json === true) printJson(diagnosis);
      else printLines(await explain(diagnosis));
    },
  );
}

/** One run in full, several as a table. */
async function ofPath(path: string, flags: DiagnoseFlags): Promise<void> {
  for (const [option, value] of [
    ['--train-error', flags.trainError],
    ['--test-error', flags.testError],
  ] as const) {
    if (value === undefined) continue;
    throw new FettleError('usage', `Expected either a path or ${option}, received both. Leave one out.`);
  }
  const { diagnosePath } = await import('../diagnose-path.ts');
  const found = await diagnosePath(path, flags);
  const [first, ...others] = found.runs;
  if (first === undefined || others.length > 0 || 'failed' in first) {
    const { tableOfRuns } = await import('../runs-table.ts');
    if (flags.json === true) printJson(found);
    else printLines(tableOfRuns(path, found));
    return;
  }
  const { run: _, reader: __, path: ___, ...diagnosis } = first;
  if (flags.json === true) printJson(diagnosis);
  else printLines([...(await explain(diagnosis)), ...found.notes]);
}

async function ofErrors(flags: DiagnoseFlags): Promise<Diagnosis> {
  const { trainError, testError, trainRows = null, testRows = null, classes, baseline } = flags;
  if (trainError === undefined || testError === undefined) {
    throw new FettleError(
      'usage',
      'Expected --train-error and --test-error, such as --train-error 15% --test-error 30%, or the folder of a run.',
    );
  }
  for (const name of ['map', 'targetDeviation', 'repeats', 'run'] as const) {
    if (flags[name] === undefined) continue;
    const option = name === 'targetDeviation' ? 'target-deviation' : name;
    throw new FettleError(
      'usage',
      `Expected a path for --${option}, received two errors. Leave it out, or name a log.`,
    );
  }
  const { optimalError, tolerance } = flags;
  const { shares, note } = readRates({ trainError, testError, ...given({ optimalError, tolerance }) });
  const { diagnose } = await import('../../diagnosis/diagnose.ts');
  const score = (value: number, count: number | null) => ({ value, count, standardError: null, share: null });
  const diagnosis = diagnose(
    {
      task: 'classification',
      metric: 'error',
      train: score(shares.trainError, trainRows),
      trainDev: null,
      dev: score(shares.testError, testRows),
      ...given({ classes, baseline }),
    },
    given({ optimalError: shares.optimalError, tolerance: shares.tolerance }),
  );
  return note === null ? diagnosis : { ...diagnosis, notes: [note, ...diagnosis.notes] };
}
