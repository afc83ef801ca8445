// In: images as PNG files, by group, row and variant. Out: one HTML file that shows them, without scripts.

import { plural } from '../base/format.ts';
import { type Html, html, safe } from './html.ts';
import { style } from './style.ts';

/** An image as it is, and what becomes of it. */
export interface SheetRow {
  /** Its class, or its value. */
  readonly label: string;
  /** Data URIs. */
  readonly original: string;
  readonly variants: readonly string[];
}

/** Images that are changed in one way. */
export interface SheetGroup {
  readonly title: string;
  readonly about: string;
  /** One a variant: what holds for all rows of it, such as the share of a mixture; empty texts are not shown. */
  readonly notes: readonly string[];
  readonly rows: readonly SheetRow[];
}

/** All that a contact sheet shows. */
export interface ContactSheet {
  readonly title: string;
  readonly lead: readonly string[];
  readonly groups: readonly SheetGroup[];
  /** The images' size in pixels. */
  readonly height: number;
  readonly width: number;
  /** What to type to make it again. */
  readonly command: string;
}

/** Small images are shown in whole multiples of their size, large ones no larger than this, in CSS pixels. */
const shown = { least: 64, most: 160 };

/** The size at which images are shown, in CSS pixels. */
export function shownSize(height: number, width: number) {
  const side = Math.max(height, width);
  const factor = side > shown.most ? shown.most / side : Math.max(1, Math.round(shown.least / side));
  return { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)), factor };
}

const sheetStyle = `
main{max-width:none}
main>header,section>p{max-width:60rem}
.sheet td,.sheet th{border:0;padding:2px 4px 2px 0;vertical-align:middle}
.sheet table{min-width:0;width:min-content}
.sheet tbody th{max-width:9rem;min-width:4rem;color:var(--soft);font-size:.85rem;line-height:1.2}
.sheet .own{padding-right:14px}
.sheet img{display:block;background:var(--band)}
.sheet .fine img{image-rendering:pixelated}
.sheet thead th{font-size:.75rem;font-weight:400;white-space:normal;line-height:1.2;vertical-align:bottom}
nav ul{list-style:none;margin:.5rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
a{color:var(--a)}
@media print{.sheet tr{break-inside:avoid}}
`;

function groupSection({ title, about, notes, rows }: SheetGroup, id: string, size: ReturnType<typeof shownSize>): Html {
  const image = (uri: string, alt: string): Html =>
    html`<img src="${uri}" alt="${alt}" width="${size.width}" height="${size.height}">`;
  const heads = (rows[0]?.variants ?? []).map((_, i) => notes[i] ?? '');
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<p>${about}</p>
<div class="scroll sheet" tabindex="0" role="region" aria-label="${title}"><table${safe(size.factor >= 1 ? ' class="fine"' : '')}>
<thead><tr><th scope="col"><span class="soft">class</span></th><th scope="col" class="own">as it is</th>${heads.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({
    label,
    original,
    variants,
  }) => html`<tr><th scope="row">${label}</th><td class="own">${image(original, `${label}, as it is`)}</td>${variants.map((uri, i) => html`<td>${image(uri, `${label}, variant ${i + 1}`)}</td>`)}</tr>
`,
)}</tbody></table></div></section>
`;
}

/** A contact sheet as the text of one HTML file: no network, no script, light and dark. */
export function renderContactSheet(sheet: ContactSheet): string {
  const { title, lead, groups, height, width, command } = sheet;
  const size = shownSize(height, width);
  const id = (i: number): string => `group-${i + 1}`;
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>fettle: ${title}</title>
<style>${safe(style)}${safe(sheetStyle)}</style></head>
<body><main>
<header><p class="soft">fettle augment</p><h1>${title}</h1>
${lead.map((text) => html`<p>${text}</p>`)}
${groups.length > 1 && html`<nav aria-label="${plural(groups.length, 'group')}"><ul>${groups.map(({ title: name }, i) => html`<li><a href="#${id(i)}">${name}</a></li>`)}</ul></nav>`}</header>
${groups.map((group, i) => groupSection(group, id(i), size))}
<section aria-labelledby="repeat"><h2 id="repeat">How to repeat it</h2>
<pre tabindex="0"><code>${command}</code></pre></section>
</main></body></html>
`;
  return page.html;
}
