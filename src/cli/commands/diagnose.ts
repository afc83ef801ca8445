// fettle diagnose: the verdict on two errors, on a run's directory, or on the logs of other frameworks.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { Mapped } from '../../diagnosis/logs/mapping.ts';
import type { DiagnoseOptions } from '../../diagnosis/settings.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import { explain } from '../explain.ts';
import { addOptions, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { parseShare, type TypedRate } from '../parse.ts';
import { readRates } from '../rates.ts';
import { beginsAsRecord, callbackRecord, readRecordFile } from '../read-record.ts';

interface DiagnoseFlags {
  readonly trainError?: TypedRate;
  readonly testError?: TypedRate;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly optimalError?: TypedRate;
  readonly tolerance?: TypedRate;
  readonly map?: readonly Mapped[];
  readonly targetDeviation?: number;
  readonly json?: boolean;
}

/** Adds `fettle diagnose`. */
export function addDiagnose(program: Command): void {
  const command = program
    .command('diagnose')
    .description('The verdict on a train and a test error, on a run, or on the logs of another framework.')
    .argument('[PATH]', "a run's folder, a record, a log or a folder of logs, instead of the errors");
  addOptions(command, [
    options.error('train'),
    options.error('test'),
    options.rows('train'),
    options.rows('test'),
    options.typedOptimalError(),
    options.typedTolerance(),
    options.map(),
    options.targetDeviation(),
    options.json(),
  ]).action(async (path: string | undefined, flags: DiagnoseFlags) => {
    const run = path === undefined ? null : await ownRun(path);
    if (path !== undefined && run === null) {
      const { diagnoseForeign } = await import('../foreign.ts');
      const own = (await ownRunsIn(path)).map(({ name, at }) => ({ run: name, diagnose: () => ofRun(at, flags) }));
      await diagnoseForeign(path, own, flags, settings(flags));
      return;
    }
    const diagnosis = run === null ? await ofErrors(flags) : await ofRun(run, flags);
    if (flags.json === true) {
      printJson(diagnosis);
      return;
    }
    printLines(await explain(diagnosis));
  });
}

/** The runs that lie in a folder such as fettle-runs: folders of fettle's, and files with a record. */
async function ownRunsIn(path: string): Promise<readonly { readonly name: string; readonly at: string }[]> {
  const names: readonly string[] = await readdir(path).catch(() => []);
  const own = await Promise.all(
    names.toSorted().map(async (name) => {
      const at = await ownRun(join(path, name));
      return at === null ? [] : [{ name, at }];
    }),
  );
  return own.flat();
}

/** Where the run lies that a path stands for: in a folder of fettle's or a file with a record; null for all else. */
async function ownRun(path: string): Promise<string | null> {
  if (await isFile(path)) return basename(path) === 'record.json' || (await beginsAsRecord(path)) ? path : null;
  const names: readonly string[] = await readdir(path).catch(() => []);
  if (names.includes('record.json') || names.includes('journal.jsonl')) return path;
  return names.includes(callbackRecord) ? join(path, callbackRecord) : null;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

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
  for (const name of ['trainError', 'testError', 'trainRows', 'testRows', 'map', 'targetDeviation'] as const) {
    if (flags[name] === undefined) continue;
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new FettleError('usage', `Expected either a run or ${option}, received both. Leave one out.`);
  }
  const { readEvents } = await import('../../recipe/directory.node.ts');
  const record = await readRecordFile((await isFile(run)) ? run : join(run, 'record.json'));
  if (record !== null) {
    const { diagnose } = await import('../../diagnosis/diagnose.ts');
    const { evidenceOf } = await import('../../diagnosis/evidence-of.ts');
    return diagnose(evidenceOf(record), settings(flags));
  }
  return ofJournal(run, await readEvents(run), flags);
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
