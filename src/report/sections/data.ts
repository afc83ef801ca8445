import { describeImages, formatCount, plural } from '../../base/format.ts';
import type { Summary } from '../../recipe/summary.ts';
import { type Html, html, table } from '../html.ts';

/** What a column was taken for, in words. */
export interface ColumnRole {
  readonly name: string;
  readonly role: string;
  readonly reason: string;
}

/** The data: rows, target, notes, and what each column was taken for. */
export function dataSection(
  summary: Summary,
  evaluation: string | null,
  notes: readonly string[],
  roles: readonly ColumnRole[],
): Html {
  const { classes, images, rows, target } = summary;
  const shown = classes === null ? '' : `: ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}`;
  const what = classes === null ? 'a number' : `${plural(classes.length, 'class', 'classes')}${shown}`;
  const columns = roles.map(({ name, role, reason }) => [name, role, reason]);
  return html`<section aria-labelledby="data"><h2 id="data">Data</h2>
<p>${formatCount(rows.train)} ${images === null ? 'rows' : `images of ${describeImages(images)}`} to train and choose on, ${plural(rows.test, images === null ? 'row' : 'image')} for the test. Target: <code>${target}</code>, ${what}.</p>
${evaluation !== null && html`<p>Plans are compared on ${evaluation}.</p>`}
${notes.length > 0 && html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${columns.length > 0 && table('What each column was taken for', ['Column', 'Role', 'Why'], columns)}</section>
`;
}
