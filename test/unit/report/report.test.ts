import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, table } from '../../../src/report/html.ts';
import { renderReport } from '../../../src/report/report.ts';
import { style } from '../../../src/report/style.ts';
import { events, roles, summary } from '../../fixtures/tuning.ts';

const page = renderReport({ events, summary, roles });

describe('the report', () => {
  it('is this page', () => {
    expect(page.replace(style, '/* style.ts */')).toMatchSnapshot();
  });

  it('says the result in one sentence', () => {
    expect(page).toContain(
      'The verdict stayed “high variance”: 1 action accepted, 2 rejected. The error on the test rows is 21.3 % (18.8 – 24.1), beside 24.2 % (21.5 – 27.2) without hidden layers.',
    );
  });

  it('needs nothing from the network and runs no script', () => {
    expect(page).not.toMatch(/https?:|<script|<link|<img|@import|url\(|\son\w+=/i);
  });

  it('shows text of users as text', () => {
    expect(page).toContain('<th scope="row">&lt;script&gt;alert(1)&lt;/script&gt;</th>');
    expect(page).toContain('<title>fettle: Status from customers &amp; friends.csv</title>');
    expect(page).toContain('&lt;bad&gt;, good');
  });

  it('closes every element that it opens, in order', () => {
    const open: string[] = [];
    const empty = new Set(['meta', 'line', 'path', 'circle']);
    for (const [, slash, name = '', rest] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name);
      else if (!empty.has(name) && !rest?.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('names figures for those who do not see them, and lets tables scroll by keyboard', () => {
    for (const [svg] of page.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/role="img" aria-label="[^"]{10,}"/);
    for (const [, before] of page.matchAll(/(<div[^>]*>)<table>/g)) expect(before).toContain('tabindex="0"');
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says what is missing of an interrupted tuning', () => {
    const cut = events.slice(0, 9);
    const early = {
      ...summary,
      status: 'interrupted' as const,
      model: null,
      error: { train: null, dev: null, test: null },
      linear: null,
    };
    const text = renderReport({ events: cut, summary: early });
    expect(text).toContain('This tuning was interrupted');
    expect(text).toContain('No error is measured yet.');
    expect(text).not.toContain('Step 4');
    expect(renderReport({ events: [], summary: early })).toContain('No verdict was reached.');
  });
});

describe('HTML', () => {
  it('never lets inserted text become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const inserted = html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`.html;
        expect(inserted.replace(/^<p title="|">|<b>|<\/b>|<\/p>$/g, '')).not.toMatch(/[<>"']/);
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
        expect(escapeHtml(`${text}\0`)).not.toContain('\0');
      }),
    );
  });

  it('leaves out null and false, and keeps 0', () => {
    expect(html`a${null}b${false}c${0}`.html).toBe('abc0');
    expect(table('t', ['a'], [['<']], [0]).html).toContain('<th scope="row">&lt;</th>');
  });
});
