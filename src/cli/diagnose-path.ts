// In: a path. Out: the diagnoses of all runs that lie there: runs of fettle, records, logs of other frameworks.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts';
import { evidenceOf } from '../diagnosis/evidence-of.ts';
import { diagnoseRun } from '../diagnosis/logs/diagnose-run.ts';
import { findRuns } from '../diagnosis/logs/find.node.ts';
import { readRun } from '../diagnosis/logs/index.ts';
import type { Mapped } from '../diagnosis/logs/mapping.ts';
import { scaleOf } from '../diagnosis/scale.ts';
import type { DiagnoseOptions } from '../diagnosis/settings.ts';
import { readEvents } from '../recipe/directory.node.ts';
import type { TuneEvent } from '../recipe/journal.ts';
import { given } from './options.ts';
import { parseShare, type TypedRate } from './parse.ts';
import { beginsAsRecord, callbackRecord, readRecordFile } from './read-record.ts';

/** What may be said about a path that is diagnosed. */
export interface PathFlags {
  readonly optimalError?: TypedRate;
  readonly tolerance?: TypedRate;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly map?: readonly Mapped[];
  readonly targetDeviation?: number;
}

/** A run with its diagnosis, or why it has none. */
export type RunDiagnosis =
  | ({ readonly run: string; readonly reader: string } & Diagnosis)
  | { readonly run: string; readonly reader: string; readonly failed: string };

/** What lies at a path. */
export interface PathDiagnoses {
  readonly runs: readonly RunDiagnosis[];
  /** What was left out of the search. */
  readonly notes: readonly string[];
}

/** A run that is found and not judged yet. */
interface Found {
  readonly run: string;
  readonly reader: string;
  readonly diagnose: () => Promise<Diagnosis>;
}

/**
 * Judges all that lies at a path. One run that cannot be judged is an error; of several, the others are judged.
 * Throws `usage` for what cannot be said of a run of fettle, `file` and `data` for what cannot be read.
 */
export async function diagnosePath(path: string, flags: PathFlags): Promise<PathDiagnoses> {
  const own = await ownRun(path);
  if (own !== null) {
    return { runs: [{ run: basename(path), reader: 'fettle', ...(await ofRun(own, flags)) }], notes: [] };
  }
  const owns = await ownRunsIn(path);
  const { map: mappings, trainRows, testRows: devRows, targetDeviation } = flags;
  const logOptions = given({ mappings, trainRows, devRows, targetDeviation });
  const { runs, notes } = await findRuns(
    path,
    owns.map(({ name }) => name),
  );
  // A record is JSON, so a reader of logs may think that it is one.
  const foreign = runs.filter(({ name }) => !owns.some((run) => run.name === name));
  const all: readonly Found[] = [
    ...owns.map(({ name, at }) => ({ run: name, reader: 'fettle', diagnose: () => ofRun(at, flags) })),
    ...foreign.map(({ name, reader, files }) => ({
      run: name,
      reader: reader.id,
      diagnose: async () => diagnoseRun(await readRun(name, reader, files, logOptions), settings(flags)),
    })),
  ];
  if (all.length === 0) {
    const why = notes.length === 0 ? '' : ` ${notes.join(' ')}`;
    throw new FettleError('file', `Expected a run, a record or a log in ${path}, found none.${why}`);
  }
  const diagnoses: RunDiagnosis[] = [];
  for (const { run, reader, diagnose: judge } of all) {
    try {
      diagnoses.push({ run, reader, ...(await judge()) });
    } catch (error) {
      if (!(error instanceof FettleError) || all.length === 1) throw error;
      diagnoses.push({ run, reader, failed: error.message });
    }
  }
  return { runs: diagnoses, notes };
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
function settings(flags: PathFlags): DiagnoseOptions {
  const share = (rate: TypedRate | undefined): number | undefined =>
    rate === undefined ? undefined : parseShare(rate.text);
  return given({ optimalError: share(flags.optimalError), tolerance: share(flags.tolerance) });
}

async function ofRun(run: string, flags: PathFlags): Promise<Diagnosis> {
  for (const name of ['trainRows', 'testRows', 'map', 'targetDeviation'] as const) {
    if (flags[name] === undefined) continue;
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new FettleError('usage', `Expected either a run or ${option}, received both. Leave one out.`);
  }
  const record = await readRecordFile((await isFile(run)) ? run : join(run, 'record.json'));
  if (record !== null) {
    return diagnose(evidenceOf(record), settings(flags));
  }
  return ofJournal(run, await readEvents(run), flags);
}

/** The last diagnosis of a tuning; made anew from its scores where the user names other settings. */
function ofJournal(run: string, events: readonly TuneEvent[], flags: PathFlags): Diagnosis {
  const started = events.find((event) => event.type === 'started');
  const last = events.findLast((event) => event.type === 'diagnosed');
  if (started === undefined || last === undefined) {
    throw new FettleError(
      'file',
      `${run} holds no diagnosis yet. Expected the folder of a run that got past its baseline.`,
    );
  }
  const examined = events.findLast((event) => event.type === 'examined');
  if (flags.optimalError === undefined && flags.tolerance === undefined) return (examined ?? last).diagnosis;
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
