import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { readTable } from '../../../src/data/table.node.ts';
import { writeTable } from '../../../src/data/write-table.node.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-write-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = [
  { name: 'class, "x"', values: ['a b', 'c,d', 'e"f'] },
  { name: 'p', values: Float32Array.of(0.1, Number.NaN, 1e-7) },
];

describe('writeTable', () => {
  it('writes CSV and TSV that readTable reads back', async () => {
    for (const name of ['out.csv', 'out.tsv']) {
      await writeTable(join(folder, name), columns);
      const table = await readTable(join(folder, name));
      expect(table.columns[0]).toMatchObject({ name: 'class, "x"', levels: ['a b', 'c,d', 'e"f'] });
      expect(table.columns[1]).toMatchObject({ name: 'p', values: columns[1]?.values });
    }
  });

  it('writes JSON lines, NaN as null', async () => {
    await writeTable(join(folder, 'out.jsonl'), [
      { name: 'a', values: [1, Number.NaN] },
      { name: 'b', values: ['x', null] },
    ]);
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8')).toBe('{"a":1,"b":"x"}\n{"a":null,"b":null}\n');
  });

  it('writes CSV to a stream and leaves it open', async () => {
    const stream = new PassThrough();
    await writeTable(stream, [{ name: 'a', values: [1, 2] }]);
    stream.end('end');
    expect(await text(stream)).toBe('a\n1\n2\nend');
  });

  it('refuses other extensions and places, and leaves nothing behind', async () => {
    await expect(writeTable('out.xlsx', columns)).rejects.toThrow(
      'out.xlsx: expected a name that ends in .csv, .tsv or .jsonl, which says the format.',
    );
    await expect(writeTable(join(folder, 'no', 'out.csv'), columns)).rejects.toThrow(
      'cannot be written: its folder does not exist. Nothing was left half written.',
    );
    await expect(
      writeTable(join(folder, 'bad.csv'), [
        { name: 'a', values: [1] },
        { name: 'b', values: [] },
      ]),
    ).rejects.toThrow('Column "b" has 0 cells');
    expect(existsSync(join(folder, 'bad.csv'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
