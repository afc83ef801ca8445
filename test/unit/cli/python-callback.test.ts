import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pythonCallback, pythonFrameworks } from '../../../src/cli/python-callback.ts';

const python = process.env.FETTLE_PYTHON ?? 'python3';
const compiles = spawnSync(python, ['-c', ''], { encoding: 'utf8' }).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'fettle-callback-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(pythonFrameworks)('the file for %s', (framework) => {
  const text = pythonCallback(framework);

  it('says first how it is used, and by which fettle it was printed', () => {
    expect(text).toMatch(/^"""Writes a record for `fettle diagnose` from a training/);
    expect(text).toMatch(new RegExp(`\n# Printed by \`fettle callback ${framework}\`, fettle \\d+\\.\\d+\\.\\d+\\.`));
  });

  it('needs the framework and NumPy, and no other file', () => {
    const modules = [...text.matchAll(/^ *(?:import|from) (\w+)/gm)].map(([, name]) => name);
    const standard = ['contextlib', 'json', 'math', 'os', 'time'];
    const own = {
      keras: ['keras', 'tensorflow', 'jax', 'torch'],
      lightning: ['lightning', 'pytorch_lightning', 'torch'],
      pytorch: ['torch'],
    }[framework];
    expect(modules.filter((name) => name !== undefined && ![...standard, 'numpy', ...own].includes(name))).toEqual([]);
    // Each import stands once, before all code.
    const lines = text.split('\n').filter((line) => /^(import|from) /.test(line));
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('defines each name once', () => {
    const names = [...text.matchAll(/^(?:def|class) (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(names).size).toBe(names.length);
    expect(names.at(-1)).toBe(framework === 'pytorch' ? 'FettleRecorder' : 'FettleCallback');
  });

  it.skipIf(!compiles)(`compiles${compiles ? '' : ` (skipped: there is no ${python})`}`, () => {
    const file = join(folder, `fettle_${framework}.py`);
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(python, ['-m', 'py_compile', file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});

describe('the modules that they are made of', () => {
  const home = new URL('../../../src/cli/callbacks/', import.meta.url);

  it('are of at most 300 lines, open with a docstring, and import by single lines', () => {
    const files = readdirSync(home).filter((name) => name.endsWith('.py'));
    expect(files.length).toBeGreaterThan(4);
    for (const name of files) {
      const text = readFileSync(new URL(name, home), 'utf8');
      expect(text.split('\n').filter((line) => line.trim() !== '').length, name).toBeLessThanOrEqual(300);
      expect(text, name).toMatch(/^"""[A-Z]/);
      expect(text, name).not.toMatch(/^(import|from) .*[(\\]$/m);
    }
  });
});
