import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fettle } from './run-cli.ts';

const golden = resolve(import.meta.dirname, '../../golden/records');
const recordsOf = (name: string): Record<string, unknown>[] =>
  [JSON.parse(readFileSync(join(golden, `${name}.json`), 'utf8'))].flat();
const root = mkdtempSync(join(tmpdir(), 'fettle-records-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

/** As a program that sorts the names of fields writes it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const [digits = {}] = recordsOf('digits-unfinished');
const [diverged = {}] = recordsOf('concrete-diverged');
const folds = recordsOf('pima-folds');

describe.concurrent('fettle diagnose RECORD', () => {
  it('gives the same verdicts whatever the file is called and however it is written', async () => {
    const { stdout } = await fettle(['diagnose', file('anything.json', JSON.stringify(digits))]);
    expect(stdout).toMatch(/^Verdict: the training is unfinished/);
    const long = { ...digits, curve: Array.from({ length: 30 }, () => digits.curve).flat() };
    const forms = {
      'no-ending': JSON.stringify(digits),
      'indented.json': JSON.stringify(digits, null, 4),
      'sorted.json': JSON.stringify(sorted(digits)),
      'list-of-one.json': JSON.stringify([digits]),
    };
    for (const [name, text] of Object.entries(forms)) {
      expect([name, (await fettle(['diagnose', file(name, text)])).stdout]).toEqual([name, stdout]);
    }
    const text = JSON.stringify(sorted(long));
    expect(text.indexOf('"version"')).toBeGreaterThan(65_536);
    expect((await fettle(['diagnose', file('long.json', text)])).stdout).toMatch(/^Verdict: /);
  });

  it('makes a table of a list, or of one record per line', async () => {
    const list = await fettle(['diagnose', file('list.jsonl', JSON.stringify([digits, diverged]))]);
    expect(list.stdout.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 2))).toEqual([
      ['run', 'format'],
      ['list.jsonl#1', 'fettle'],
      ['list.jsonl#2', 'fettle'],
      [''],
      [expect.stringMatching(/ --run RUN$/)],
      [''],
    ]);
    const lines = file('rows.jsonl', `${JSON.stringify(digits)}\n${JSON.stringify(diverged)}\n`);
    expect((await fettle(['diagnose', lines])).stdout.replaceAll('rows.jsonl', 'list.jsonl')).toBe(list.stdout);
    expect((await fettle(['diagnose', lines, '--run', 'rows.jsonl#2'])).stdout).toMatch(
      /^Verdict: the training diverged/,
    );
  });

  it('judges what can be read of a list, and says what cannot', async () => {
    const bad = { ...diverged, unknown: 1 };
    const text = JSON.stringify([digits, bad, diverged]);
    const { code, stdout } = await fettle(['diagnose', file('torn.json', `${text.slice(0, -40)}`)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^torn\.json#1 +fettle +18/m);
    expect(stdout).toMatch(/^torn\.json#2 +fettle +- +- +not judged, see below$/m);
    expect(stdout).toContain('the record: Unrecognized key: "unknown"');
    expect(stdout).toMatch(/torn\.json: 1 pieces that are no JSON object\.$/m);
    const alone = await fettle(['diagnose', file('bad.json', JSON.stringify(bad))]);
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toMatch(/^error: Cannot read .*bad\.json: The record is not valid:\n {2}the record: Unrec/);
    const cut = await fettle(['diagnose', file('cut.json', JSON.stringify(digits).slice(0, -9))]);
    expect(cut.stderr).toMatch(/^error: Cannot read .*cut\.json: The record is no JSON: /);
  });

  it('judges folds together', async () => {
    const path = file('folds.json', JSON.stringify(folds));
    const { stdout } = await fettle(['diagnose', path, '--repeats', 'folds']);
    expect(stdout).toContain('Errors and gaps: means over 5 folds;');
    const folder = join(root, 'seeds');
    for (const [i, record] of folds.entries()) {
      mkdirSync(join(folder, `seed-${i}`), { recursive: true });
      writeFileSync(join(folder, `seed-${i}/record.json`), JSON.stringify(record));
    }
    expect((await fettle(['diagnose', folder, '--repeats', 'seeds'])).stdout).toContain('means over 5 seeds;');
    const checked = await fettle(['check', path, '--repeats', 'folds']);
    expect(checked).toMatchObject({ code: 3 });
    expect(checked.stdout).toMatch(/^FAIL folds\.json: high-bias: /);
    expect((await fettle(['diagnose', file('one.json', JSON.stringify(digits)), '--repeats', 'folds'])).stderr).toMatch(
      /^error: Expected at least 2 runs for --repeats, received 1 in .*one\.json\. Name a folder or a list of records\.\n$/,
    );
    const others = file('others.json', JSON.stringify([digits, diverged]));
    expect((await fettle(['diagnose', others, '--repeats', 'folds'])).stderr).toContain(
      'Expected records of one task and metric',
    );
  });

  it('refuses what a record says itself', async () => {
    const path = file('own.json', JSON.stringify(digits));
    expect((await fettle(['diagnose', path, '--train-rows', '5'])).stderr).toBe(
      'error: Expected either a run or --train-rows, received both. Leave one out.\n',
    );
    expect((await fettle(['diagnose', path, '--classes', '3'])).stderr).toBe(
      'error: Expected 10 classes, as the record names them, received 3. Leave it out.\n',
    );
    expect((await fettle(['diagnose', path, '--classes', '10'])).code).toBe(0);
  });
});
