import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logReaders } from '../../src/diagnosis/logs/index.ts';
import { readAnchors, readCodeBlocks, readLinks } from './support/markdown.ts';
import { listFiles, root } from './support/sources.ts';

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...listFiles('docs', '.md'),
  ...listFiles('examples', '.md'),
];
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** Why a link of a page leads nowhere, or null. Links to other sites are not followed. */
function checkLink(page: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (!existsSync(resolve(root, file))) return `${page}: ${target} does not exist`;
  if (anchor === undefined || statSync(resolve(root, file)).isDirectory()) return null;
  return readAnchors(read(file)).includes(anchor) ? null : `${page}: ${target} has no such heading`;
}

/** The ids of a folder of one-thing-per-file: its file names but `index`. */
function idsIn(folder: string): string[] {
  return listFiles(folder, '.ts')
    .map((path) => basename(path, '.ts'))
    .filter((id) => id !== 'index');
}

const pagesIn = (folder: string): string[] =>
  listFiles(folder, '.md')
    .map((path) => basename(path, '.md'))
    .filter((id) => id !== 'README');

describe('the docs', () => {
  it('link to what exists', () => {
    const broken = pages.flatMap((page) => readLinks(read(page)).map((target) => checkLink(page, target)));
    expect(broken.filter((line) => line !== null)).toEqual([]);
    expect(broken.length).toBeGreaterThan(10);
  });

  it('have a page for each rule, and none for others', () => {
    expect(pagesIn('docs/rules')).toEqual(idsIn('src/diagnosis/rules'));
  });

  it('have a page for each action, and none for others', () => {
    expect(pagesIn('docs/actions')).toEqual(idsIn('src/recipe/actions'));
  });

  it('have a row for each log format, and none for others', () => {
    const rows = [...read('docs/guide/logs.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);
    expect(rows.sort()).toEqual(Object.keys(logReaders).sort());
  });

  it('show the rooms of architecture.json in ARCHITECTURE.md', () => {
    const { rooms } = JSON.parse(read('architecture.json')) as { rooms: Record<string, readonly string[]> };
    const rows = read('ARCHITECTURE.md').matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm);
    const shown = [...rows].map(([, room, imports = '']) => [room, imports]);
    const wanted = Object.entries(rooms).map(([room, imports], i, all) => {
      const isAllAbove = i > 0 && imports.length === i;
      return [room, imports.length === 0 ? '-' : isAllAbove && i >= all.length - 3 ? 'all above' : imports.join(' ')];
    });
    expect(shown).toEqual(wanted);
  });

  it('keep decisions to one screen with a question, facts and a choice', () => {
    const wrong = listFiles('docs/decisions', '.md').filter((page) => {
      const text = read(page);
      const parts = ['## Question', '## Facts', '## Choice'].every((heading) => text.includes(heading));
      return !parts || text.split('\n').length > 60 || !/^\d{4}-/.test(basename(page));
    });
    expect(wrong).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it('read links, anchors and marked blocks', () => {
    const page = '# A title, `x`\n[a](b.md#c) `[no](no.md)`\n```ts run\nconst x = [1](2);\n```\n![i](i.svg)\n';
    expect(readLinks(page)).toEqual(['b.md#c', 'i.svg']);
    expect(readAnchors(page)).toEqual(['a-title-x']);
    expect(readCodeBlocks(page)).toEqual([{ language: 'ts', marks: ['run'], text: 'const x = [1](2);\n' }]);
  });

  it('notice links that lead nowhere', () => {
    expect(checkLink('README.md', 'docs/none.md')).toBe('README.md: docs/none.md does not exist');
    expect(checkLink('README.md', '#no-such-heading')).toBe('README.md: #no-such-heading has no such heading');
    expect(checkLink(join('docs', 'x.md'), '../README.md')).toBe(null);
  });
});
