// In: a tuning's events and summary. Out: its last lines: the verdict path, the errors, where everything is.

import { formatBytes, formatDuration, formatTable, plural } from '../../base/format.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import type { ReportedError, Summary } from '../../recipe/summary.ts';
import { endsOfPath, judgedSteps, verdictPath } from '../../report/verdict-path.ts';
import { errorText, gainText, metricNames, verdictText } from '../../report/wording.ts';
import type { Paint } from './paint.ts';

function pathLines(events: readonly TuneEvent[], summary: Summary, paint: Paint): readonly string[] {
  const stops = verdictPath(events);
  const ends = endsOfPath(stops);
  const { accepted, rejected } = judgedSteps(stops);
  if (ends === null) return ['  no verdict was reached'];
  const steps = accepted.map((step) => [`✓ ${step.action}`, step.change, gainText(step.gain, summary.metric)]);
  const table = formatTable(steps).map((line) => `    ${line.replace('✓', paint.green('✓'))}`);
  return [
    `  ${paint.bold(verdictText(ends.first))} at the baseline`,
    ...table,
    ...(rejected > 0 ? [paint.dim(`    ${plural(rejected, 'action')} rejected`)] : []),
    `  ${paint.bold(verdictText(ends.last))} at the end`,
  ];
}

function errorLines({ error, linear, metric }: Summary): readonly string[] {
  const rows: readonly (readonly [string, ReportedError | null])[] = [
    ['train', error.train],
    ['dev', error.dev],
    ['test', error.test],
    ['no hidden layers', linear],
  ];
  const known = rows.flatMap(([name, value]) => (value === null ? [] : [[name, errorText(value, metric)]]));
  return formatTable(known).map((line) => `  ${line}`);
}

/** The files of a run's directory, as paths a person can type. */
export interface RunPaths {
  readonly directory: string;
  readonly model: string;
  readonly report: string;
}

/** The last lines of a finished tuning. */
export function endingLines(
  events: readonly TuneEvent[],
  summary: Summary,
  paths: RunPaths,
  paint: Paint,
): readonly string[] {
  const { model, seconds, trials } = summary;
  const size =
    model === null
      ? ''
      : ` (${plural(model.networks, 'network')}, ${plural(model.parameters, 'parameter')}, ${formatBytes(model.bytes)})`;
  return [
    paint.bold('Verdict path'),
    ...pathLines(events, summary, paint),
    '',
    paint.bold(`The ${metricNames[summary.metric]}, 95 % intervals in parentheses`),
    ...errorLines(summary),
    '',
    `model    ${paths.model}${size}`,
    `report   ${paths.report}`,
    `predict  fettle predict ${paths.directory} ${summary.images === null ? 'NEW.csv' : 'NEW_IMAGES'} --out predictions.csv`,
    paint.dim(`${plural(trials, 'training')} in ${formatDuration(seconds)}`),
  ];
}
