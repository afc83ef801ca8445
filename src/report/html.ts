// In: text from users, columns and files. Out: HTML in which it is only ever text.

/** A piece of HTML that is safe to insert as it is. */
export interface Html {
  readonly html: string;
}

/** What can be inserted: text is escaped, pieces are not, lists are joined, null and false are nothing. */
export type Content = string | number | Html | null | false | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text with the five special characters escaped, for elements and quoted attributes. */
export function escapeHtml(text: string): string {
  // Control characters other than tab and line breaks are not allowed in HTML at all.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those characters are what is meant
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');
  return clean.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function render(content: Content): string {
  if (content === null || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if ('html' in content) return content.html;
  return content.map(render).join('');
}

/** HTML from a template; everything inserted is escaped unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.map((part, i) => part + render(values[i] ?? null)).join('') };
}

/** Marks text as HTML that is already safe: only for constants of this room. */
export function safe(text: string): Html {
  return { html: text };
}

/** A table with a caption and a header row that scrolls on narrow screens; cells of columns in `numeric` align right. */
export function table(
  caption: string,
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
  numeric: readonly number[] = [],
): Html {
  const align = (i: number): Html => safe(numeric.includes(i) ? ' class="n"' : '');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption><span class="stay">${caption}</span></caption>
<thead><tr>${head.map((cell, i) => html`<th scope="col"${align(i)}>${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (
    row,
  ) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${align(i)}>${cell}</td>`))}</tr>
`,
)}</tbody></table></div>
`;
}
