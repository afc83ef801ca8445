import { formatPercent, formatPercentInterval, formatSignificant, plural } from '../../base/format.ts';
import type { ErrorAnalysis, WrongRow } from '../../record/error-analysis.ts';
import { type Html, html, table } from '../html.ts';

/** A table of more classes than this is not read; their most confused pairs are. */
const mostClasses = 12;

/** Pairs and rows that are shown. */
const mostLines = 10;

const setNames: { readonly [K in ErrorAnalysis['set']]: string } = {
  dev: 'held-out rows',
  train: 'training rows',
};

function confusionTable(counts: readonly (readonly number[])[], classes: readonly string[], set: string): Html {
  if (counts.length <= mostClasses) {
    const rows = counts.map((line, truth) => [classes[truth] ?? '', ...line]);
    const columns = counts.map((_, i) => i + 1);
    return table(`Confusion on the ${set}: truth by line, prediction by column`, ['', ...classes], rows, columns);
  }
  const pairs = counts.flatMap((line, truth) =>
    line.map((count, k) => ({
      count,
      truth,
      k,
      share:
        count /
        Math.max(
          1,
          line.reduce((sum, x) => sum + x, 0),
        ),
    })),
  );
  const worst = pairs.filter(({ truth, k, count }) => truth !== k && count > 0).sort((a, b) => b.count - a.count);
  const rows = worst
    .slice(0, mostLines)
    .map(({ truth, k, count, share }) => [classes[truth] ?? '', classes[k] ?? '', count, formatPercent(share)]);
  const head = ['Truth', 'Prediction', 'Rows', 'Share of the truth'];
  return table(`Most confused classes on the ${set}`, head, rows, [2, 3]);
}

/** Lines are counted from 1 as people count them; the header of a file is no line. */
function wrongTable(caption: string, rows: readonly WrongRow[], isNumber: boolean): Html {
  const weight = (row: WrongRow): string =>
    isNumber ? `${formatSignificant(row.weight)} sd` : formatPercent(row.weight, 1);
  const lines = rows.slice(0, mostLines).map((row) => [row.row + 1, row.truth, row.prediction, weight(row)]);
  const head = ['Row', 'Truth', 'Prediction', isNumber ? 'Off by' : 'Certainty'];
  return table(caption, head, lines, [3]);
}

function slicesTable({ slices, looked }: ErrorAnalysis, set: string): Html {
  if (slices.length === 0) {
    return html`<p>None of the ${plural(looked, 'slice')} looked at is worse than the other ${set} by more than noise.</p>
`;
  }
  const rows = slices.map(({ column, value, rows: count, error, others }) => [
    `${column}: ${value}`,
    count,
    formatPercentInterval(error.value, error.low, error.high),
    formatPercent(others),
  ]);
  const caption = `Slices of the ${set} that are worse than the others by more than noise, of ${looked} looked at`;
  return table(caption, ['Slice', 'Rows', 'Error', 'Others'], rows, [1, 2, 3]);
}

/** Where the plan in force is wrong: slices, classes, rows and labels. */
export function errorAnalysisSection(analyses: readonly ErrorAnalysis[], classes: readonly string[] | null): Html {
  const isNumber = classes === null;
  const parts = analyses.map((analysis) => {
    const set = setNames[analysis.set];
    const { confusion, mostWrong, likelyLabelErrors: labels } = analysis;
    return html`<h3>On ${plural(analysis.rows, set.slice(0, -1))}</h3>
${slicesTable(analysis, set)}${confusion !== null && confusionTable(confusion, classes ?? [], set)}
${labels.length > 0 && wrongTable(`Likely label errors among the ${set}`, labels, isNumber)}
${mostWrong.length > 0 && wrongTable(`Most wrong of the ${set}`, mostWrong, isNumber)}`;
  });
  const unit = isNumber ? ' Errors are shares of the standard deviation (sd) of the target.' : '';
  return html`<section aria-labelledby="wrong"><h2 id="wrong">Where the errors are</h2>
<p class="soft">Limits of slices are corrected for how many slices were looked at. Rows are counted from 1.${unit}</p>
${parts}</section>
`;
}
