// In: the events of a tuning and its summary. Out: the report, one HTML file that needs nothing else.
// Everything is a table or a figure with its table; text of users, columns and files is escaped (html.ts).

import { describeImages, formatBytes, formatCount, formatDuration, plural } from '../base/format.ts';
import type { Evaluation, TuneEvent } from '../recipe/journal.ts';
import type { Summary } from '../recipe/summary.ts';
import { type Html, html, safe } from './html.ts';
import { curvesSection } from './sections/curves.ts';
import { type ColumnRole, dataSection } from './sections/data.ts';
import { diagnosisSection, mismatchSection } from './sections/diagnosis.ts';
import { errorAnalysisSection } from './sections/error-analysis.ts';
import { errorsSection } from './sections/errors.ts';
import { optimizationSection } from './sections/optimization.ts';
import { pathSection } from './sections/path.ts';
import { style } from './style.ts';
import { endsOfPath, judgedSteps, type Stop, verdictPath } from './verdict-path.ts';
import { errorText, metricNames, verdictText } from './wording.ts';

export type { ColumnRole } from './sections/data.ts';

/** What a report is made from. */
export interface ReportInput {
  readonly events: readonly TuneEvent[];
  readonly summary: Summary;
  /** What each column was taken for. Default: not shown. */
  readonly roles?: readonly ColumnRole[];
  /** The command line that gives the same result. Default: made from the summary. */
  readonly command?: string;
}

function lastOf<T extends TuneEvent['type']>(events: readonly TuneEvent[], type: T) {
  return events.findLast((event): event is TuneEvent & { type: T } => event.type === type) ?? null;
}

/** The plan in force at the end, as it was measured. */
function chosen(events: readonly TuneEvent[]): Evaluation | null {
  let evaluation: Evaluation | null = null;
  for (const event of events) {
    if (event.type === 'baseline' || event.type === 'diagnosed') evaluation = event.evaluation;
    if (event.type === 'round' && event.evaluation !== null) evaluation = event.evaluation;
  }
  return evaluation;
}

/** The result in one paragraph: from which verdict to which, by how many actions, at which error. */
function verdictSentence(summary: Summary, stops: readonly Stop[]): string {
  const ends = endsOfPath(stops);
  const { accepted, rejected } = judgedSteps(stops);
  const { error, linear, metric } = summary;
  const steps = `${plural(accepted.length, 'action')} accepted, ${formatCount(rejected)} rejected`;
  const path =
    ends === null
      ? 'No verdict was reached.'
      : ends.first.join() === ends.last.join()
        ? `The verdict stayed “${verdictText(ends.last)}”: ${steps}.`
        : `The verdict went from “${verdictText(ends.first)}” to “${verdictText(ends.last)}”: ${steps}.`;
  if (error.test === null) return path;
  const beside = linear === null ? '' : `, beside ${errorText(linear, metric)} without hidden layers`;
  return `${path} The ${metricNames[metric]} on the test rows is ${errorText(error.test, metric)}${beside}.`;
}

function repeatSection(summary: Summary, command: string | undefined): Html {
  const { data, metric, plan, seed, seconds, target, task, threads, trials, versions } = summary;
  const quoted = (text: string): string =>
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  const made =
    command ??
    `fettle tune ${quoted(data)} --target ${quoted(target)} --task ${task} --metric ${metric} --seed ${seed} --threads ${threads}`;
  const engines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return html`<section aria-labelledby="repeat"><h2 id="repeat">How to repeat it</h2>
<p>${plural(trials, 'training')} in ${formatDuration(seconds)}, seed ${seed}, ${plural(threads, 'thread')}${engines.length > 0 && `; ${engines.join(', ')}`}.</p>
<pre tabindex="0"><code>${made}</code></pre>
<p>One run of the chosen plan, without the search:</p>
<pre tabindex="0"><code>fettle train ${quoted(data)} --target ${quoted(target)} --plan plan.json</code></pre>
<details><summary>plan.json</summary><pre tabindex="0"><code>${JSON.stringify(plan, null, 2)}</code></pre></details></section>
`;
}

function modelLine(summary: Summary): Html | null {
  const { model } = summary;
  if (model === null) return null;
  const { bytes, networks, nonzero, parameters } = model;
  const sparse = nonzero < parameters ? `, ${formatCount(nonzero)} of them not zero` : '';
  return html`<p>The model: ${plural(networks, 'network')} with ${plural(parameters, 'parameter')}${sparse}, ${formatBytes(bytes)} in <code>model.onnx</code>, which takes ${summary.images === null ? 'the raw columns' : `images of ${describeImages(summary.images)}, as bytes`}.</p>
`;
}

/** The report as the text of one HTML file: no network, no script, readable by keyboard and on paper. */
export function renderReport({ events, summary, roles = [], command }: ReportInput): string {
  const stops = verdictPath(events);
  const started = lastOf(events, 'started');
  const prechecked = lastOf(events, 'prechecked');
  const ablation = lastOf(events, 'ablation');
  const examined = lastOf(events, 'examined');
  const diagnosis = examined?.diagnosis ?? lastOf(events, 'diagnosed')?.diagnosis ?? null;
  const mismatch = lastOf(events, 'reported')?.mismatch ?? null;
  const evaluation = chosen(events);
  const notes = [...new Set([...(started?.notes ?? []), ...(prechecked?.notes ?? [])])];
  const title = `${summary.target} from ${summary.data.split(/[\\/]/).at(-1) ?? ''}`;
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>fettle: ${title}</title>
<style>${safe(style)}</style></head>
<body><main>
<header><p class="soft">fettle report</p><h1>${title}</h1>
<p class="lead">${verdictSentence(summary, stops)}</p>
${summary.status === 'interrupted' && html`<p class="warning">This tuning was interrupted; what follows is what was known by then. The same command with <code>--resume</code> goes on.</p>`}
${modelLine(summary)}</header>
${pathSection(stops, summary.metric)}
${errorsSection(summary)}
${diagnosis !== null && diagnosisSection(diagnosis)}
${mismatch !== null && mismatchSection(mismatch)}
${examined !== null && errorAnalysisSection(examined.analysis, summary.classes)}
${evaluation !== null && curvesSection(evaluation, summary.metric)}
${ablation !== null && optimizationSection(Number.isFinite(ablation.targetLoss) ? ablation.targetLoss : null, ablation.rows)}
${dataSection(summary, started?.evaluation ?? null, notes, roles)}
${repeatSection(summary, command)}
</main></body></html>
`;
  return page.html;
}
