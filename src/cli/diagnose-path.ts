// In: a path or an address. Out: the diagnoses of all runs that lie there, or of all of them together.

import { basename } from 'node:path';
import { FettleError } from '../base/error.ts';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts';
import { type EvidenceOptions, evidenceOf } from '../diagnosis/evidence-of.ts';
import { diagnoseRun } from '../diagnosis/logs/diagnose-run.ts';
import type { Mapped } from '../diagnosis/logs/mapping.ts';
import type { DiagnoseOptions } from '../diagnosis/settings.ts';
import { diagnoseTuning } from './diagnose-tuning.ts';
import { findPath, type PathRun, type ReadRun } from './find-path.ts';
import { given } from './options.ts';
import { parseShare, type TypedRate } from './parse.ts';

/** What may be said about a path that is diagnosed. */
export interface PathFlags {
  readonly optimalError?: TypedRate;
  readonly tolerance?: TypedRate;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly map?: readonly Mapped[];
  readonly targetDeviation?: number;
  readonly classes?: number;
  readonly baseline?: number;
  readonly repeats?: 'folds' | 'seeds';
  /** The name of one of several runs. */
  readonly run?: string;
}

/** A run with its diagnosis, or why it has none. */
export type RunDiagnosis = { readonly run: string; readonly reader: string; readonly path: string } & (
  | Diagnosis
  | { readonly failed: string }
);

/** What lies at a path. */
export interface PathDiagnoses {
  readonly runs: readonly RunDiagnosis[];
  /** What was left out of the search. */
  readonly notes: readonly string[];
}

/**
 * Judges all that lies at a path. One run that cannot be judged is an error; of several, the others are judged.
 * Throws `usage` for what cannot be said of a run of fettle, `file` and `data` for what cannot be read.
 */
export async function diagnosePath(path: string, flags: PathFlags): Promise<PathDiagnoses> {
  const { map: mappings, trainRows, testRows: devRows, targetDeviation } = flags;
  const { runs, notes } = await findPath(
    path,
    given({ mappings, trainRows, devRows, targetDeviation }),
    flags.run ?? null,
  );
  if (flags.repeats !== undefined) return { runs: [await ofRepeats(path, runs, flags)], notes };
  const diagnoses: RunDiagnosis[] = [];
  for (const found of runs) {
    const { read: _, ...head } = found;
    try {
      diagnoses.push({ ...head, ...(await ofRun(found, flags)) });
    } catch (error) {
      if (!(error instanceof FettleError) || runs.length === 1) throw error;
      diagnoses.push({ ...head, failed: error.message });
    }
  }
  return { runs: diagnoses, notes };
}

/** For a run, whose errors may be more than 100 % of a standard deviation: there a plain 5 could be either. */
function settings(flags: PathFlags): DiagnoseOptions {
  const share = (rate: TypedRate | undefined): number | undefined =>
    rate === undefined ? undefined : parseShare(rate.text);
  return given({ optimalError: share(flags.optimalError), tolerance: share(flags.tolerance) });
}

const evidenceOptions = ({ classes, baseline, repeats }: PathFlags): EvidenceOptions =>
  given({ classes, baseline, repeats });

type Said = 'trainRows' | 'testRows' | 'map' | 'targetDeviation' | 'classes' | 'baseline' | 'repeats';

/** What a run of fettle says itself must not be said again. */
function refuse(flags: PathFlags, names: readonly Said[]): void {
  for (const name of names) {
    if (flags[name] === undefined) continue;
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new FettleError('usage', `Expected either a run or ${option}, received both. Leave one out.`);
  }
}

async function readFound(read: () => Promise<ReadRun>, isOwn: boolean, flags: PathFlags): Promise<ReadRun> {
  if (isOwn) refuse(flags, ['trainRows', 'testRows', 'map', 'targetDeviation']);
  return read();
}

async function ofRun({ reader, path, read }: PathRun, flags: PathFlags): Promise<Diagnosis> {
  if (read === null) {
    refuse(flags, ['trainRows', 'testRows', 'map', 'targetDeviation', 'classes', 'baseline', 'repeats']);
    return diagnoseTuning(path, settings(flags));
  }
  return diagnoseRun(await readFound(read, reader === 'fettle', flags), settings(flags), evidenceOptions(flags));
}

/** All runs together, as folds or seeds of one plan. */
async function ofRepeats(path: string, runs: readonly PathRun[], flags: PathFlags): Promise<RunDiagnosis> {
  if (runs.length < 2) {
    throw new FettleError(
      'usage',
      `Expected at least 2 runs for --repeats, received ${runs.length} in ${path}. Name a folder or a list of records.`,
    );
  }
  const all: ReadRun[] = [];
  for (const { run, reader, read } of runs) {
    if (read === null) {
      throw new FettleError('usage', `Expected single runs for --repeats, received ${run}, which is a whole tuning.`);
    }
    all.push(await readFound(read, reader === 'fettle', flags));
  }
  const records = all.map(({ record }) => record);
  const diagnosis = diagnose(evidenceOf(records, evidenceOptions(flags)), settings(flags));
  const said = all.flatMap(({ notes }, i) =>
    notes
      .filter(({ id }) => id === 'log-read' || id === 'log-skipped' || id === 'log-remark')
      .map((note) => ({ ...note, text: `${runs[i]?.run}: ${note.text}` })),
  );
  const readers = new Set(runs.map(({ reader }) => reader));
  const reader = readers.size === 1 ? (runs[0]?.reader ?? '') : 'several';
  return { run: basename(path), reader, path, ...diagnosis, notes: [...said, ...diagnosis.notes] };
}
