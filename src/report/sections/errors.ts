import { plural } from '../../base/format.ts';
import type { ReportedError, Summary } from '../../recipe/summary.ts';
import { intervalChart } from '../figures/interval-chart.ts';
import { type Html, html, table } from '../html.ts';
import { errorText, isInTargetUnit, metricNames, sharedValueText } from '../wording.ts';

interface Row {
  readonly label: string;
  readonly error: ReportedError;
  readonly about: string;
  readonly isReference: boolean;
}

function rowsOf(summary: Summary): readonly Row[] {
  const { error, linear, rows, devUses } = summary;
  const candidates = [
    { label: 'train', error: error.train, about: 'measured without dropout and augmentation, with the kept weights' },
    {
      label: 'dev',
      error: error.dev,
      about: `held out; it chose between plans ${plural(devUses, 'time')}, so it is a little too good`,
    },
    { label: 'test', error: error.test, about: `${plural(rows.test, 'row')}, looked at once, at the end` },
    {
      label: 'no hidden layers',
      error: linear,
      about: 'the simplest network, on the same rows as the line above',
    },
  ];
  return candidates.flatMap((row, i) => (row.error === null ? [] : { ...row, error: row.error, isReference: i === 3 }));
}

/** Train, dev and test error with their intervals beside the network without hidden layers: a figure and its table. */
export function errorsSection(summary: Summary): Html {
  const { metric } = summary;
  const rows = rowsOf(summary);
  if (rows.length === 0)
    return html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2><p>No error is measured yet.</p></section>`;
  const name = metricNames[metric];
  const inUnit = isInTargetUnit(metric);
  const isShare = metric !== 'log-loss';
  const chart = intervalChart(
    `${name} with its interval: ${rows.map(({ label, error }) => `${label} ${errorText(error, metric)}`).join('; ')}`,
    inUnit ? "% of the target's standard deviation" : isShare ? `${name}, %` : name,
    rows.map(({ label, error, isReference }) => ({ label, isReference, ...error })),
    isShare ? 100 : 1,
  );
  const cells = rows.map(({ label, error, about }) => [label, errorText(error, metric), about]);
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2>
<figure>${chart}<figcaption>Each dot is a measured ${name}, each line its interval. The optimal error is taken as ${sharedValueText(summary.optimalError, metric)}.</figcaption></figure>
${table(`${name} with limits in parentheses`, ['Rows', name, 'What it is'], cells)}</section>
`;
}
