import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../house/support/ensure-built.ts';
import { readCodeBlocks } from '../house/support/markdown.ts';
import { listFiles, root } from '../house/support/sources.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'fettle-tarball-'));
// The Node of this test before any other, as in `npm test`.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in the folder that fettle was installed into. */
async function inFolder(program: string, ...args: readonly string[]): Promise<Answer> {
  try {
    const { stdout, stderr } = await run(program, args, { cwd: folder, env, maxBuffer: 1e8 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code = -1, stdout = '', stderr = '' } = error as Partial<Answer>;
    return { code, stdout, stderr };
  }
}
const fettle = (...args: readonly string[]): Promise<Answer> => inFolder('npx', '--no-install', 'fettle', ...args);

beforeAll(async () => {
  ensureBuilt();
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    maxBuffer: 1e8,
  });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const install = [
    'install',
    `./${filename}`,
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  await run('npm', install, { cwd: folder, env, maxBuffer: 1e8 });
  cpSync(resolve(root, 'examples/data'), join(folder, 'examples/data'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('fettle, installed from its tarball into an empty folder', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };
    expect(await fettle('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('diagnoses two errors', async () => {
    const errors = ['--train-error', '15%', '--test-error', '30%', '--train-rows', '3000', '--test-rows', '1000'];
    const { code, stdout } = await fettle('diagnose', ...errors, '--json');
    expect(code).toBe(0);
    const { verdicts } = JSON.parse(stdout) as { verdicts: { id: string }[] };
    expect(verdicts.map(({ id }) => id).sort()).toEqual(['high-bias', 'high-variance']);
  });

  it('tunes a table and predicts with the model', async () => {
    const data = 'examples/data/credit';
    const files = [`${data}/train.csv`, '--target', 'Status', '--test', `${data}/test.csv`, '--out', 'run'];
    const tuned = await fettle('tune', ...files, '--time', '15s', '--seed', '0', '--json');
    expect(tuned.code, tuned.stderr).toBe(0);
    const summary = JSON.parse(tuned.stdout) as { error: { test: { value: number } }; rows: unknown };
    expect(summary.error.test.value).toBeLessThan(0.28); // the larger class has 71.85 %
    expect(summary.rows).toEqual({ train: 3340, test: 1114 });
    for (const file of ['plan.json', 'journal.jsonl', 'summary.json', 'model.onnx', 'report.html']) {
      expect(existsSync(join(folder, 'run', file)), file).toBe(true);
    }
    const predicted = await fettle('predict', 'run', `${data}/test.csv`, '--out', 'predictions.csv');
    expect(predicted.code, predicted.stderr).toBe(0);
    expect(readFileSync(join(folder, 'predictions.csv'), 'utf8').trim().split('\n')).toHaveLength(1115);
  });

  it('answers a missing file with code 2 and says what to do', async () => {
    const { code, stdout, stderr } = await fettle('tune', 'no-such-file.csv');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('no-such-file.csv');
  });
});

describe('code blocks marked `run`', () => {
  const pages = ['README.md', ...listFiles('docs', '.md')];
  const blocks = pages.flatMap((page) =>
    readCodeBlocks(readFileSync(resolve(root, page), 'utf8'))
      .filter(({ marks }) => marks.includes('run'))
      .map((block, i) => ({ ...block, name: `${page} ${i + 1}` })),
  );

  it('are found', () => {
    expect(blocks.some(({ name }) => name.startsWith('README.md'))).toBe(true);
  });

  it.each(blocks)('$name', async ({ name, language, text }) => {
    const scripts = join(folder, 'blocks');
    mkdirSync(scripts, { recursive: true });
    const file = join(scripts, `${name.replaceAll(/\W+/g, '-')}.${language}`);
    writeFileSync(file, text);
    const answer =
      language === 'ts' ? await inFolder(process.execPath, file) : await inFolder('bash', '-euo', 'pipefail', file);
    expect(answer.code, answer.stderr + answer.stdout).toBe(0);
  });
});
