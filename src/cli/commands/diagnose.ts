// fettle diagnose: the verdict on two errors, or on a run's directory.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { Note } from '../../diagnosis/notes.ts';
import type { DiagnoseOptions } from '../../diagnosis/settings.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import type { RunRecord } from '../../record/record.ts';
import { addOptions, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { parseShare, type TypedRate } from '../parse.ts';
import { readRates } from '../rates.ts';

interface DiagnoseFlags {
  readonly trainError?: TypedRate;
  readonly testError?: TypedRate;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly optimalError?: TypedRate;
  readonly tolerance?: TypedRate;
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
    options.typedOptimalError(),
    options.typedTolerance(),
    options.json(),
  ]).action(async (run: string | undefined, flags: DiagnoseFlags) => {
    const diagnosis = run === undefined ? await ofErrors(flags) : await ofRun(run, flags);
    if (flags.json === true) {
      printJson(diagnosis);
      return;
    }
    const { explainDiagnosis } = await import('../../diagnosis/explain.ts');
    // How the numbers were read comes first: whoever meant them otherwise need not read on.
    const isReading = ({ id }: Note): boolean => id === 'read-as-percent' || id === 'read-as-shares';
    const notes = diagnosis.notes.filter((note) => !isReading(note));
    const readings = diagnosis.notes.filter(isReading).flatMap(({ text }) => [text, '']);
    printLines([...readings, ...explainDiagnosis({ ...diagnosis, notes })]);
  });
}

/** For a run, whose errors may be more than 100 % of a standard deviation: there a plain 5 could be either. */
function settings(flags: DiagnoseFlags): DiagnoseOptions {
  const share = (rate: TypedRate | undefined): number | undefined =>
    rate === undefined ? undefined : parseShare(rate.text);
  return given({ optimalError: share(flags.optimalError), tolerance: share(flags.tolerance) });
}

async function ofErrors(flags: DiagnoseFlags): Promise<Diagnosis> {
  const { trainError, testError, trainRows = null, testRows = null } = flags;
  if (trainError === undefined || testError === undefined) {
    throw new FettleError(
      'usage',
      'Expected --train-error and --test-error, such as --train-error 15% --test-error 30%, or the folder of a run.',
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
    },
    given({ optimalError: shares.optimalError, tolerance: shares.tolerance }),
  );
  return note === null ? diagnosis : { ...diagnosis, notes: [note, ...diagnosis.notes] };
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
