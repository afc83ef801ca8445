import { formatNumber } from '../../base/format.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
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
