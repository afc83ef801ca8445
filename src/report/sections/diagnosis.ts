import { formatNumber } from '../../base/format.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { measuredGapText } from '../../diagnosis/words.ts';
import { type Html, html, table } from '../html.ts';
import { verdictText } from '../wording.ts';

/** The last diagnosis: why, and how the verdict changes with the optimal error. */
export function diagnosisSection(diagnosis: Diagnosis): Html {
  const { verdicts, sensitivity, unit, optimalError, tolerance, notes } = diagnosis;
  const decimals = unit === 'percentage points' ? 1 : 3;
  const short = unit === 'percentage points' ? '%' : unit;
  const rows = sensitivity.map(({ from, to, verdicts: ids }) => [
    `${formatNumber(from, decimals)} to ${formatNumber(to, decimals)}`,
    verdictText(ids),
    optimalError >= from && optimalError <= to ? 'taken here' : '',
  ]);
  return html`<section aria-labelledby="diagnosis"><h2 id="diagnosis">The last diagnosis</h2>
<ul>${verdicts.map(({ id, because }) => html`<li><strong>${verdictText([id])}</strong>: ${because}</li>`)}</ul>
<p class="soft">Tolerance ${formatNumber(tolerance, decimals)}, in ${unit}.</p>
${rows.length > 0 && table(`Verdicts over a range of optimal errors, in ${short}`, ['Optimal error', 'Verdict', ''], rows)}
${notes.length > 0 && html`<ul class="soft">${notes.map(({ text }) => html`<li>${text}</li>`)}</ul>`}</section>
`;
}

/** Whether the test file is unlike the training rows. */
export function mismatchSection({ gaps, verdicts, unit }: Diagnosis): Html | null {
  const gap = gaps.find(({ id }) => id === 'mismatch');
  if (gap === undefined) return null;
  const verdict = verdicts.find(({ id }) => id === 'data-mismatch');
  const meaning =
    verdict?.because ??
    `The test file differs from the held-out rows of the search by ${measuredGapText(gap)}, which is no mismatch by more than noise and tolerance.`;
  return html`<section aria-labelledby="mismatch"><h2 id="mismatch">Is the test file like the training rows?</h2>
<p>${meaning}</p><p class="soft">Mismatch is the error on the test file minus that on held-out rows of the training data, in ${unit}.</p></section>
`;
}
