import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportApi } from '../../scripts/api-report.ts';
import { ensureBuilt } from './support/ensure-built.ts';
import { root } from './support/sources.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'fettle-package-'));
let tarball = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  ensureBuilt();
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 1e8 });
  const [result] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, result.filename);
  packed = result.files.map((file) => file.path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a tool of the project; its output, whether it was content or not. */
async function output(tool: string, args: readonly string[]): Promise<{ ok: boolean; text: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [resolve(root, 'node_modules', tool), ...args], {
      cwd: root,
    });
    return { ok: true, text: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, text: stdout + stderr };
  }
}

describe('the packed tarball', () => {
  it('holds the build, the licence and the pages a registry shows, and nothing else', () => {
    const others = packed.filter((path) => !path.startsWith('dist/'));
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(packed).toContain('dist/index.js');
    expect(packed).toContain('dist/cli/main.node.js');
    expect(packed).toContain('dist/cli/callbacks/fettle_record.py');
    expect(packed.filter((path) => path.includes('__pycache__'))).toEqual([]);
  });

  it('pleases publint', async () => {
    const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    const { messages } = await publint({ pkgDir: root, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it('has types that resolve as its code does', async () => {
    const { ok, text } = await output('@arethetypeswrong/cli/dist/index.js', [
      tarball,
      '--profile',
      'esm-only',
      '--no-color',
    ]);
    expect(ok ? '' : text).toBe('');
  });
});

describe('the public API', () => {
  it('is the one in docs/api.md; `npm run build && npm run api` writes it anew', () => {
    expect(reportApi()).toBe(readFileSync(resolve(root, 'docs/api.md'), 'utf8'));
  });
});

describe('the repository', () => {
  it('has no unused file, export or dependency', async () => {
    const { ok, text } = await output('knip/bin/knip.js', ['--no-progress']);
    expect(ok ? '' : text).toBe('');
  });
});
