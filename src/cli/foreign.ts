// In: a path that is no run of fettle. Out: the diagnoses of the runs that its logs tell of.

import { FettleError } from '../base/error.ts';
import { enumerate, formatTable } from '../base/format.ts';
import type { DiagnosedError, Diagnosis } from '../diagnosis/diagnose.ts';
import { verdictName } from '../diagnosis/explain.ts';
import { diagnoseRun } from '../diagnosis/logs/diagnose-run.ts';
import { findRuns } from '../diagnosis/logs/find.node.ts';
import type { LogOptions } from '../diagnosis/logs/foreign-run.ts';
import { readRun } from '../diagnosis/logs/index.ts';
import type { Mapped } from '../diagnosis/logs/mapping.ts';
import type { DiagnoseOptions } from '../diagnosis/settings.ts';
import { errorText } from '../diagnosis/words.ts';
import { explain } from './explain.ts';
import { given } from './options.ts';
import { printJson, printLines } from './output.ts';

/** A run of a log with its diagnosis, or why it has none. */
type ForeignDiagnosis =
  | ({ readonly run: string; readonly reader: string } & Diagnosis)
  | { readonly run: string; readonly reader: string; readonly failed: string };

/** What the logs below a path tell. */
interface ForeignDiagnoses {
  readonly runs: readonly ForeignDiagnosis[];
  /** What was left out of the search. */
  readonly notes: readonly string[];
}

/** A run of fettle itself in a folder of runs. */
export interface OwnRun {
  readonly run: string;
  readonly diagnose: () => Promise<Diagnosis>;
}

/** The options of `fettle diagnose` that say something about a log. */
export interface LogFlags {
  readonly trainError?: unknown;
  readonly testError?: unknown;
  readonly trainRows?: number;
  readonly testRows?: number;
  readonly map?: readonly Mapped[];
  readonly targetDeviation?: number;
  readonly json?: boolean;
}

/** Prints what the logs below a path tell: one run in full, several as a table. */
export async function diagnoseForeign(
  path: string,
  own: readonly OwnRun[],
  flags: LogFlags,
  options: DiagnoseOptions,
): Promise<void> {
  for (const [option, value] of [
    ['--train-error', flags.trainError],
    ['--test-error', flags.testError],
  ] as const) {
    if (value === undefined) continue;
    throw new FettleError('usage', `Expected either a path or ${option}, received both. Leave one out.`);
  }
  const { map: mappings, trainRows, testRows: devRows, targetDeviation } = flags;
  const logOptions = given({ mappings, trainRows, devRows, targetDeviation });
  const found = await diagnoseLogs(path, own, logOptions, options);
  const [first, ...others] = found.runs;
  if (first === undefined || others.length > 0 || 'failed' in first) {
    if (flags.json === true) printJson(found);
    else printLines(tableOfRuns(path, found));
    return;
  }
  const { run: _, reader: __, ...diagnosis } = first;
  if (flags.json === true) printJson(diagnosis);
  else printLines([...(await explain(diagnosis)), ...found.notes]);
}

/** Diagnoses each run of a log or a folder of logs; a run that cannot be judged does not stop the others. */
async function diagnoseLogs(
  path: string,
  own: readonly OwnRun[],
  logOptions: LogOptions,
  options: DiagnoseOptions,
): Promise<ForeignDiagnoses> {
  const { runs, notes } = await findRuns(
    path,
    own.map(({ run }) => run),
  );
  // A record is JSON, so a reader of logs may think that it is one.
  const foreign = runs.filter(({ name }) => !own.some(({ run }) => run === name));
  const all = [
    ...own.map(({ run, diagnose }) => ({ run, reader: 'fettle', diagnose })),
    ...foreign.map(({ name, reader, files }) => ({
      run: name,
      reader: reader.id,
      diagnose: async () => diagnoseRun(await readRun(name, reader, files, logOptions), options),
    })),
  ];
  const diagnoses: ForeignDiagnosis[] = [];
  for (const { run, reader, diagnose } of all) {
    const head = { run, reader };
    try {
      diagnoses.push({ ...head, ...(await diagnose()) });
    } catch (error) {
      if (!(error instanceof FettleError) || all.length === 1) throw error;
      diagnoses.push({ ...head, failed: error.message });
    }
  }
  return { runs: diagnoses, notes };
}

function cell(diagnosis: Diagnosis, set: DiagnosedError['set']): string {
  const error = diagnosis.errors.find((one) => one.set === set);
  if (error === undefined) return 'unknown';
  return error.value === null
    ? `${error.measured.toPrecision(3)} (${diagnosis.metric})`
    : errorText(error.value, diagnosis.unit);
}

/** Several runs as a table, and below it what could not be read. */
function tableOfRuns(path: string, { runs, notes }: ForeignDiagnoses): readonly string[] {
  const rows = runs.map((run) =>
    'failed' in run
      ? [run.run, run.reader, '-', '-', 'not judged, see below']
      : [
          run.run,
          run.reader,
          cell(run, 'train'),
          cell(run, 'dev'),
          enumerate(run.verdicts.map(({ id }) => verdictName(id))),
        ],
  );
  const said = runs.flatMap((run) =>
    'failed' in run
      ? [`${run.run}: ${run.failed}`]
      : run.notes
          .filter(({ id }) => id === 'log-skipped' || id === 'log-remark')
          .map(({ text }) => `${run.run}: ${text}`),
  );
  return [
    ...formatTable([['run', 'format', 'train error', 'dev error', 'verdict'], ...rows]),
    ...(said.length + notes.length > 0 ? ['', 'Notes', ...[...notes, ...said].map((text) => `  ${text}`)] : []),
    '',
    `Why, for one of them: fettle diagnose ${path.replace(/\/+$/, '')}/RUN`,
  ];
}
