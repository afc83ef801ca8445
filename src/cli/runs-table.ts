// In: the diagnoses of several runs. Out: a line for each, and below them what was not read.

import { enumerate, formatTable } from '../base/format.ts';
import type { DiagnosedError, Diagnosis } from '../diagnosis/diagnose.ts';
import { verdictName } from '../diagnosis/explain.ts';
import { shownAddress } from '../diagnosis/logs/mlflow-address.ts';
import { errorText } from '../diagnosis/words.ts';
import type { PathDiagnoses } from './diagnose-path.ts';

function cell(diagnosis: Diagnosis, set: DiagnosedError['set']): string {
  const error = diagnosis.errors.find((one) => one.set === set);
  if (error === undefined) return 'unknown';
  return error.value === null
    ? `${error.measured.toPrecision(3)} (${diagnosis.metric})`
    : errorText(error.value, diagnosis.unit);
}

/** Several runs as a table, and below it what could not be read. */
export function tableOfRuns(path: string, { runs, notes }: PathDiagnoses): readonly string[] {
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
    `Why, for one of them: fettle diagnose ${shownAddress(path)} --run RUN`,
  ];
}
