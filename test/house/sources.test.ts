import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countCodeLines } from './support/code-lines.ts';
import { findUndocumented } from './support/docstrings.ts';
import { parse, parseSources, root } from './support/sources.ts';

const sources = parseSources('src');

describe('every source file', () => {
  it('is read', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it('holds at most 300 lines of code', () => {
    const long = [...sources, ...parseSources('test'), ...parseSources('scripts')]
      .map((file) => ({ path: file.fileName, lines: countCodeLines(file) }))
      .filter(({ lines }) => lines > 300);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines of code`)).toEqual([]);
  });

  it('has a docstring on each export', () => {
    expect(sources.flatMap((file) => findUndocumented(file).map((name) => `${file.fileName}: ${name}`))).toEqual([]);
  });

  it('has a kebab-case name', () => {
    const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.(node|web|wasm))?\.ts$|^[a-z0-9]+(-[a-z0-9]+)*_pb\.ts$/;
    expect(sources.map((file) => file.fileName).filter((path) => !name.test(path.split('/').at(-1) ?? ''))).toEqual([]);
  });

  it('opens without a promise to finish it later', () => {
    const unfinished = sources.filter((file) => /\b(TODO|FIXME|XXX|not implemented)\b/i.test(file.text));
    expect(unfinished.map((file) => file.fileName)).toEqual([]);
  });
});

describe('the generated kernels', () => {
  it('are those of the sources in assembly', () => {
    const script = resolve(root, 'scripts/build-kernels.mjs');
    execFileSync(process.execPath, [script, '--check'], { cwd: root, encoding: 'utf8' });
  });
});

describe('the checks themselves', () => {
  it('count code, not comments and blank lines', () => {
    const text = '/** Doc.\n * More. */\n\nexport const a = 1; // why\n// note\nexport const b = `x\n\ny`;\n';
    expect(countCodeLines(parse('a.ts', text))).toBe(4);
  });

  it('find exports without a docstring', () => {
    const text = [
      '/** Good. */\nexport const good = 1;',
      'export const bare = 2;',
      '/** */\nexport function empty() {}',
      'export interface Shape {}',
      'const later = 3;\nexport { later };',
      'const said = 3;\n/** Said here. */\nexport { said };',
      'const hidden = 4;',
      "export { elsewhere } from './b.ts';",
      '/** Once. */\nexport function twice(a: 1): 1;\nexport function twice(a: 2): 2;\nexport function twice(a: 1 | 2) { return a; }',
    ].join('\n');
    expect(findUndocumented(parse('a.ts', text))).toEqual(['bare', 'empty', 'Shape', 'later']);
  });
});
