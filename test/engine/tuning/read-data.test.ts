import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readData } from '../../../src/tuning/read-data.node.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fettle-read-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, label: (i: number) => string, offset = 0): string {
  const path = join(root, name);
  const row = (_: unknown, i: number): string => `${Math.sin(i + offset).toFixed(4)},same,${label(i)}`;
  writeFileSync(path, `x,k,y\n${Array.from({ length: 40 }, row).join('\n')}\n`);
  return path;
}
const label = (i: number): string => (i % 2 === 0 ? 'a' : 'b');
const leftOut = '1 column left out: k (constant).';

describe('the notes on the data of a tuning', () => {
  const notes = async (test: string) =>
    (await readData({ data: file('train.csv', label), test }, { share: 0.2, seed: 0 })).notes;

  it('name the columns that are left out', async () => {
    expect(await notes(file('test.csv', label, 0.5))).toEqual([leftOut]);
  });

  it('say that the test file is the training file', async () => {
    expect(await notes(file('copy.csv', label))).toEqual([
      leftOut,
      'The test file holds the same rows as the data: its error says nothing about new rows.',
    ]);
  });

  it('count test rows of a class that cannot be predicted', async () => {
    expect(await notes(file('new.csv', (i) => (i < 3 ? 'new' : label(i)), 0.5))).toEqual([
      leftOut,
      '3 rows of the test file have a class that no training row has: always counted as wrong.',
    ]);
  });
});
