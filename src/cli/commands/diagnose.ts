// fettle diagnose: the verdict on two errors, or on a run's directory.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { DiagnoseOptions } from '../../diagnosis/settings.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import type { RunRecord } from '../../record/record.ts';
import { addOptions, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';

interface DiagnoseFlags {
  readonly trainError?: number;
  readonly testError?: number;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly optimalError?: number;
  readonly tolerance?: number;
  readonly json?: boolean;
}

/** Adds `fettle diagnose`. */
export function addDiagnose(program: Command): void {
  const command = program
    .command('diagnose')
    .description('The verdict on a train and a test error, or on a run.')
    .argument('[RUN]', "a run's folder, instead of the errors");
  addOptions(command, [
    options.error('train'),
    options.error('test'),
    options.rows('train'),
    options.rows('test'),
    options.optimalError(),
    options.tolerance(),
    options.json(),
  ]).action(async (run: string | undefined, flags: DiagnoseFlags) => {
    const diagnosis = run === undefined ? await ofErrors(flags) : await ofRun(run, flags);
    if (flags.json === true) {
      printJson(diagnosis);
      return;
    }
    const { explainDiagnosis } = await import('../../diagnosis/explain.ts');
    printLines(explainDiagnosis(diagnosis));
  });
}

const settings = (flags: DiagnoseFlags): DiagnoseOptions =>
  given({ optimalError: flags.optimalError, tolerance: flags.tolerance });

async function ofErrors(flags: DiagnoseFlags): Promise<Diagnosis> {
  const { trainError, testError, trainRows = null, testRows = null } = flags;
  if (trainError === undefined || testError === undefined) {
    throw new FettleError(
      'usage',
      'Expected --train-error and --test-error, such as --train-error 15% --test-error 30%, or the folder of a run.',
    );
  }
  const { diagnose } = await import('../../diagnosis/diagnose.ts');
  const score = (value: number, count: number | null) => ({ value, count, standardError: null, share: null });
  return diagnose(
    {
      task: 'classification',
      metric: 'error',
      train: score(trainError, trainRows),
      trainDev: null,
      dev: score(testError, testRows),
    },
    settings(flags),
  );
}

async function ofRun(run: string, flags: DiagnoseFlags): Promise<Diagnosis> {
  for (const name of ['trainError', 'testError', 'trainRows', 'testRows'] as const) {
    if (flags[name] === undefined) continue;
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new FettleError('usage', `Expected either a run or ${option}, received both. Leave one out.`);
  }
  const { directoryState, readEvents } = await import('../../recipe/directory.node.ts');
  const state = await directoryState(run);
  if (state === 'missing') throw new FettleError('file', `There is no folder ${run}. Expected the folder of a run.`);
  const record = await readRecord(run);
  if (record !== null) {
    const { diagnose } = await import('../../diagnosis/diagnose.ts');
    const { evidenceOf } = await import('../../diagnosis/evidence-of.ts');
    return diagnose(evidenceOf(record), settings(flags));
  }
  return ofJournal(run, await readEvents(run), flags);
}

/** The record of a `fettle train`; null where there is none. */
async function readRecord(run: string): Promise<RunRecord | null> {
  const path = join(run, 'record.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RunRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FettleError(
      'file',
      `Cannot read ${path}: ${(error as Error).message}. Train again, or restore the file.`,
    );
  }
}

/** The last diagnosis of a tuning; made anew from its scores where the user names other settings. */
async function ofJournal(run: string, events: readonly TuneEvent[], flags: DiagnoseFlags): Promise<Diagnosis> {
  const started = events.find((event) => event.type === 'started');
  const last = events.findLast((event) => event.type === 'diagnosed');
  if (started === undefined || last === undefined) {
    throw new FettleError(
      'file',
      `${run} holds no diagnosis yet. Expected the folder of a run that got past its baseline.`,
    );
  }
  if (flags.optimalError === undefined && flags.tolerance === undefined) return last.diagnosis;
  const { diagnose } = await import('../../diagnosis/diagnose.ts');
  const { scaleOf } = await import('../../diagnosis/scale.ts');
  const { factor } = scaleOf(started.metric);
  const { train, dev } = last.evaluation;
  return diagnose(
    {
      task: started.task,
      metric: started.metric,
      classes: started.classes?.length ?? null,
      train,
      trainDev: null,
      dev,
    },
    { optimalError: started.optimalError, tolerance: last.diagnosis.tolerance / factor, ...settings(flags) },
  );
}
