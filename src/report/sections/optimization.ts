import { formatCount, formatDuration, formatSignificant } from '../../base/format.ts';
import type { AblationRow } from '../../recipe/journal.ts';
import { type Html, html, table } from '../html.ts';

const groups = {
  normalization: 'Input normalization',
  initialization: 'Weight initialization',
} as const satisfies { readonly [K in AblationRow['group']]: string };

const words: Readonly<Record<string, string>> = {
  none: 'none',
  'subtract-mean': 'step one: subtract the mean',
  'normalize-variance': 'steps one and two: subtract the mean, normalize the variance',
  'subtract-mean + normalize-variance': 'steps one and two: subtract the mean, normalize the variance',
};

function cells(row: AblationRow): readonly string[] {
  const missed = `not in ${formatCount(row.epochsTried)}`;
  return [
    `${words[row.setting] ?? row.setting}${row.chosen ? ' (chosen)' : ''}`,
    row.epochs === null ? missed : formatCount(row.epochs),
    row.seconds === null ? '' : formatDuration(row.seconds),
    row.lowestLoss === null ? 'not finite' : formatSignificant(row.lowestLoss),
  ];
}

/** Step 4's table: epochs and seconds to the same training loss for each normalization and initialization. */
export function optimizationSection(targetLoss: number | null, rows: readonly AblationRow[]): Html {
  const parts = (['normalization', 'initialization'] as const).map((group) => {
    const own = rows.filter((row) => row.group === group);
    const head = ['Setting', 'Epochs', 'Time', 'Lowest loss'];
    return own.length === 0 ? null : table(groups[group], head, own.map(cells), [1, 2, 3]);
  });
  const target = targetLoss === null ? 'the same training loss' : `a training loss of ${formatSignificant(targetLoss)}`;
  return html`<section aria-labelledby="optimization"><h2 id="optimization">Step 4: training time</h2>
<p>Optimization is about time, not error: epochs and time to ${target}.</p>
${parts}</section>
`;
}
