import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fettle } from './run-cli.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fettle-cli-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let files = 0;
function file(text: string | Uint8Array, extension = 'csv'): string {
  const path = join(root, `table-${files++}.${extension}`);
  writeFileSync(path, text);
  return path;
}

const lines = (rows: number, line: (i: number) => string, header = 'x,y'): string =>
  `${header}\n${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`;

/** A table that can be trained on, with one thing wrong. */
const good = (rows = 40): string => lines(rows, (i) => `${i % 7},${i % 2 === 0 ? 'a' : 'b'}`);

/** The command ends with 2, one message without a stack, nothing on standard output and nothing written. */
async function refused(args: readonly string[]): Promise<string> {
  const cwd = mkdtempSync(join(root, 'here-'));
  const { code, stdout, stderr } = await fettle(args, { cwd });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  expect(readdirSync(cwd)).toEqual([]);
  return stderr;
}

describe.concurrent('a table that cannot be trained on', () => {
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ['a missing file', () => [join(root, 'none.csv')], /none\.csv/],
    ['an empty file', () => [file('')], /empty/i],
    ['only a header', () => [file('x,y\n')], /header|no rows/i],
    ['one row', () => [file('x,y\n1,a\n')], /1 row/],
    ['a missing target', () => [file(good()), '--target', 'z'], /no column "z"|column.*"z"/],
    ['a constant target', () => [file(lines(40, (i) => `${i},a`)), '--target', 'y'], /y.*(constant|one value|same)/i],
    [
      'a target with one row per class',
      () => [file(lines(40, (i) => `${i % 3},c${i}`)), '--target', 'y', '--task', 'classification'],
      /class/i,
    ],
    [
      'only an all-missing column',
      () => [file(lines(40, (i) => `,${i % 2 === 0 ? 'a' : 'b'}`)), '--target', 'y'],
      /missing/i,
    ],
    ['duplicate column names', () => [file(lines(40, (i) => `${i},${i},a`, 'x,x,y'))], /"x"/],
    [
      'mixed types',
      () => [file(lines(40, (i) => `${i === 30 ? 'abc' : i % 9},${i}.5`)), '--target', 'x', '--task', 'regression'],
      /abc|number/i,
    ],
    [
      'a file that is not UTF-8',
      () => [
        file(
          Uint8Array.from([
            ...Buffer.from('x,y\n'),
            ...Array.from({ length: 40 }, (_, i) => [49 + (i % 5), 44, i % 2 ? 0xe4 : 0xf6, 10]).flat(),
          ]),
        ),
      ],
      /UTF-8/,
    ],
    [
      'ragged rows',
      () => [file(lines(40, (i) => (i === 20 ? '1,a,3' : `${i % 7},${i % 2 === 0 ? 'a' : 'b'}`)))],
      /22|row|line/,
    ],
    ['infinity', () => [file(lines(40, (i) => `${i === 20 ? 'inf' : i},${i % 2 === 0 ? 'a' : 'b'}`))], /infinit/i],
    [
      'only a column of 100,000 distinct texts',
      () => [
        file(lines(100_000, (i) => `text ${(i * 7919) % 100_003} of,${i % 2 === 0 ? 'a' : 'b'}`)),
        '--target',
        'y',
      ],
      /x/,
    ],
  ];
  it.each(cases)('%s', async (_, args, text) => {
    expect(await refused(['tune', ...args()])).toMatch(text);
  });
});

describe.concurrent('an option that cannot be', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['tuen'], 'Did you mean tune?'],
    ['an unknown option', ['tune', 'a.csv', '--tiem', '3'], 'Did you mean --time?'],
    ['no data', ['tune'], "missing required argument 'DATA'"],
    ['a time', ['tune', 'a.csv', '--time', 'soon'], 'Expected a time such as 90, 90s, 2m or 1h, received "soon".'],
    ['a seed', ['tune', 'a.csv', '--seed', '-1'], 'Expected a whole number from 0 to 4294967295, received "-1".'],
    ['threads', ['tune', 'a.csv', '--threads', '0'], 'Expected a whole number from 1 to 1024, received "0".'],
    ['trials', ['tune', 'a.csv', '--trials', 'x'], 'Expected a whole number of 1 or more, received "x".'],
    ['a task', ['tune', 'a.csv', '--task', 'ranking'], 'Allowed choices are classification, regression.'],
    ['a metric', ['tune', 'a.csv', '--metric', 'auc'], 'Allowed choices are error, log-loss, rmse, mae.'],
    [
      'an error below nothing',
      ['diagnose', '--train-error', '-5', '--test-error', '30'],
      'Expected a share such as 0.15 or a percentage such as 15%, received "-5".',
    ],
    [
      'an error above everything',
      ['diagnose', '--train-error', '15', '--test-error', '300'],
      'Expected the test error as 100 % or less, received 300.',
    ],
    [
      'a tolerance that may be a share or a percentage',
      ['diagnose', '--train-error', '0.15', '--test-error', '0.3', '--tolerance', '2'],
      'Write 2% for 2 per cent.',
    ],
    [
      'an optimal error of a run that may be a share or a percentage',
      ['tune', 'a.csv', '--optimal-error', '15'],
      'Write 15% for 15 per cent',
    ],
    ['half of a diagnosis', ['diagnose', '--train-error', '15%'], 'Expected --train-error and --test-error'],
    [
      'a log and errors',
      ['diagnose', '.', '--train-error', '5'],
      'Expected either a path or --train-error, received both.',
    ],
    ['a mapping that is none', ['diagnose', '.', '--map', 'acc'], 'Expected a mapping such as train_error=acc:invert'],
    ['a run that is not there', ['diagnose', 'none'], 'There is no file or folder none. Expected'],
    [
      'a folder without a run or a log',
      ['diagnose', '.'],
      'is a log that fettle knows. Expected the folder of a run of fettle or a record, a log',
    ],
    ['no plan', ['train', 'a.csv'], "required option '--plan <file>' not specified"],
    [
      'a plan that is not there',
      ['train', 'a.csv', '--plan', 'none.json'],
      'Cannot read the plan none.json: there is no such file',
    ],
    ['a model that is not there', ['predict', 'none', 'a.csv'], 'There is no file or directory none.'],
  ];
  it.each(cases)('%s', async (_, args, text) => {
    expect(await refused(args)).toContain(text);
  });
});

describe('a plan that cannot be', () => {
  const plan = async (change: (plan: Record<string, Record<string, unknown>>) => void): Promise<string> => {
    const { code, stdout } = await fettle(['plan', file(good()), '--target', 'y', '--quiet'], { cwd: root });
    expect(code).toBe(0);
    const value = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    change(value);
    return file(JSON.stringify(value), 'json');
  };

  it('has a field that no plan has', async () => {
    const path = await plan((value) => Object.assign(value.training ?? {}, { epoch: 3 }));
    expect(await refused(['train', file(good()), '--plan', path])).toMatch(
      /The plan is not valid:\n {2}training: .*"epoch"/,
    );
  });

  it('has a value out of range', async () => {
    const path = await plan((value) => Object.assign(value.optimizer ?? {}, { learningRate: -1 }));
    expect(await refused(['train', file(good()), '--plan', path])).toContain('optimizer.learningRate');
  });

  it('is not JSON', async () => {
    expect(await refused(['train', file(good()), '--plan', file('{', 'json')])).toContain('is not JSON');
  });
});

describe('a folder that cannot take a run', () => {
  it('holds other files', async () => {
    const out = join(root, 'other');
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.tex'), '');
    expect(await refused(['tune', file(good()), '--target', 'y', '--out', out])).toContain(
      'is not empty and no run of fettle',
    );
    expect(readdirSync(out)).toEqual(['thesis.tex']);
  });

  it('is in use by another run', async () => {
    const { openDirectory } = await import('../../../src/recipe/directory.node.ts');
    const out = join(root, 'busy');
    const held = await openDirectory(out, { resume: false });
    try {
      const text = await refused(['tune', file(good()), '--target', 'y', '--out', out, '--resume']);
      expect(text).toContain(`is in use by another run (process ${process.pid}`);
      expect(existsSync(join(out, 'journal.jsonl'))).toBe(false);
    } finally {
      await held.close();
    }
  });

  it('is not there to be resumed', async () => {
    const out = join(root, 'nothing');
    expect(await refused(['tune', file(good()), '--target', 'y', '--out', out, '--resume'])).toContain(
      'There is no run to resume in',
    );
  });
});
