import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { readTable } from '../../../src/data/table.node.ts';
import { cells, column } from './cells.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: string | Buffer, name = 'table.csv'): string {
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, content);
  return path;
}

const read = (content: string | Buffer, name?: string) => readTable(file(content, name));

describe('readTable of CSV', () => {
  it('reads numbers, booleans, date-times and text, with every spelling of a missing cell', async () => {
    const table = await read(
      'n,b,d,t\n1,true,2024-01-31,red\n-2.5e1,FALSE,2024-02-01 12:30,"blue, dark"\nNA,,?,N/A\nnan,null,NULL, \n 3 ,True,1969-12-31T23:59:59Z, red \n',
    );
    expect(table.rows).toBe(5);
    expect(cells(table, 'n')).toEqual([1, -25, null, null, 3]);
    expect(column(table, 'b').kind).toBe('boolean');
    expect(cells(table, 'b')).toEqual([1, 0, null, null, 1]);
    expect(column(table, 'd').kind).toBe('date-time');
    expect(cells(table, 'd')).toEqual([1706659200, 1706790600, null, null, -1]);
    expect(cells(table, 't')).toEqual(['red', 'blue, dark', null, null, 'red']);
  });

  it('honours the zone of a time', async () => {
    const table = await read('d,y\n2024-01-31T02:00:00+02:00,1\n2024-01-31,2\n');
    expect(cells(table, 'd')).toEqual([1706659200, 1706659200]);
  });

  it.each([
    ['tabs', 'a\tb\n1\tx\n2\ty\n', 'table.tsv'],
    ['semicolons', 'a;b\n1;x\n2;y\n', 'table.csv'],
    ['bars', 'a|b\n1|x\n2|y\n', 'table.csv'],
    ['Windows line ends and a byte order mark', '\ufeffa,b\r\n1,x\r\n2,y\r\n', 'table.csv'],
    ['mixed line ends', 'a,b\n1,x\r\n2,y\n', 'table.csv'],
    ['old Mac line ends', 'a,b\r1,x\r2,y\r', 'table.csv'],
    ['blank lines before the header', '\n\n\na,b\n1,x\n2,y\n', 'table.csv'],
    ['blank Windows lines before the header', '\r\n\r\na,b\r\n1,x\r\n2,y\r\n', 'table.csv'],
    ['blank lines and no last line end', 'a,b\n\n1,x\n\n2,y', 'table.csv'],
    ['an unknown extension', 'a,b\n1,x\n2,y\n', 'table.dat'],
    ['a path with signs of a pattern', 'a,b\n1,x\n2,y\n', "t[1]*?'.csv"],
  ])('reads %s', async (_, content, name) => {
    const table = await read(content, name);
    expect(table.columns.map((c) => c.name)).toEqual(['a', 'b']);
    expect(cells(table, 'a')).toEqual([1, 2]);
    expect(cells(table, 'b')).toEqual(['x', 'y']);
  });

  it('reads .gz, and line ends inside quotes', async () => {
    const table = await read(gzipSync('a,b\n1,"x\ny ""z"""\n2,y\n'), 'table.csv.gz');
    expect(cells(table, 'b')).toEqual(['x\ny "z"', 'y']);
  });

  it('reads decimal commas, and says so', async () => {
    const table = await read('a;b\n1,5;x\n-2,25;y\n');
    expect(cells(table, 'a')).toEqual([1.5, -2.25]);
    expect(table.notes).toContain('Numbers are written with a decimal comma.');
  });

  it('names the columns of a file without a header, and says so', async () => {
    const table = await read('5.1,3.5,setosa\n4.9,3.0,setosa\n');
    expect(table.rows).toBe(2);
    expect(table.columns.map((c) => c.name)).toEqual(['column_1', 'column_2', 'column_3']);
    expect(table.notes[0]).toContain('The first line looks like data ("5.1", "3.5", "setosa")');
  });

  it('takes counting names for a header, and names an unnamed column', async () => {
    expect((await read('0,1,2\n5,6,7\n')).columns.map((c) => c.name)).toEqual(['0', '1', '2']);
    const table = await read(',a\n0,5\n1,6\n');
    expect(table.columns.map((c) => c.name)).toEqual(['column_1', 'a']);
    expect(table.notes[0]).toBe('Column 1 has no name in the header and is called "column_1".');
  });

  it('keeps names apart that differ in case only, and any other name', async () => {
    const table = await read('a,A,"x ""y"", z",ü\n1,2,3,4\n');
    expect(table.columns.map((c) => c.name)).toEqual(['a', 'A', 'x "y", z', 'ü']);
    expect(cells(table, 'A')).toEqual([2]);
  });

  it('checks on every row what the first rows suggest', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},${i < 50_000 ? '' : i * 2},${i % 7}`);
    const table = await read(`a,late,c\n${lines.join('\n')}\n59999,NA,   \n`);
    expect(table.rows).toBe(60_001);
    expect(column(table, 'late').kind).toBe('numeric');
    expect(cells(table, 'late').slice(49_999, 50_001)).toEqual([null, 100_000]);
    expect(cells(table, 'c')[60_000]).toBeNull();
    expect(cells(table, 'a')[59_999]).toBe(59_999);
  });

  it('stores a column of 100,000 different texts in bounded memory', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `key-${i},${i % 2}`);
    const table = await read(`id,y\n${lines.join('\n')}\n`);
    const id = column(table, 'id');
    expect(id.kind === 'text' && id.levels.length).toBe(65_536);
    expect(id.kind === 'text' && id.overflow).toBe(34_464);
    expect(id.kind === 'text' && id.codes[99_999]).toBe(-2);
  });

  it('lies in shared memory, so that workers need no copy', async () => {
    const table = structuredClone(await read('a,b\n1,x\n2,y\n'));
    for (const c of table.columns) {
      const array = c.kind === 'text' ? c.codes : c.values;
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it('counts 2^24 and its neighbour, which float32 takes for the same, as two', async () => {
    const table = await read('n,y\n16777216,1\n16777217,2\n');
    expect(column(table, 'n')).toMatchObject({ exact: { distinct: 2, integer: true } });
  });

  it('counts different integers beyond 2^24 exactly', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${100_000_000 + i}`);
    const table = await read(`n,m\n${lines.map((n) => `${n},1`).join('\n')}\n`);
    expect(column(table, 'n')).toMatchObject({ exact: { distinct: 50, integer: true } });
    expect(table.notes).toEqual(['Column "n" has values from 16,777,216 on, which are rounded to 7 digits (float32).']);
  });
});

describe('mixed types', () => {
  const numbers = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i + 0.5));
  const table = (values: readonly string[]) => read(`a,b\n${values.map((v) => `${v},1`).join('\n')}\n`);

  it('are an error where numbers hold a few texts', async () => {
    await expect(table([...numbers(30), 'abc', '7'])).rejects.toThrow(
      'Column "a" has mixed types: 96 % of its cells are numbers, but row 31 holds "abc" (1 such cell). Correct those cells, leave them empty if the value is unknown, or remove the column.',
    );
  });

  it('are found behind the sample of the first rows', async () => {
    await expect(table([...numbers(60_000), 'abc'])).rejects.toThrow('but row 60001 holds "abc"');
  });

  it('are an error where date-times hold a number', async () => {
    await expect(table(['2024-01-01', '2024-01-02', '2024-01-03', '5'])).rejects.toThrow(
      'Column "a" has mixed types: 75 % of its cells are date-times (written like 2024-01-31 12:30), but row 4 holds "5"',
    );
  });

  it('are categories where few values repeat', async () => {
    const values = Array.from({ length: 100 }, (_, i) => ['0', '1', '2', '3+'][i % 4] as string);
    const result = await table(values);
    expect(column(result, 'a').kind).toBe('text');
    expect(result.notes).toEqual(['Column "a" is read as text: 75 % of its cells are numbers, but row 4 holds "3+".']);
  });

  it('are codes where many different texts stand among numbers', async () => {
    const values = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? `PC ${i}` : String(i)));
    expect(column(await table(values), 'a').kind).toBe('text');
  });

  it('are text where true and false have company', async () => {
    expect(column(await table(['true', 'false', 'unknown', 'true']), 'a').kind).toBe('text');
  });
});

describe('kinds from elsewhere', () => {
  it('are kept, and cells that do not fit are an error', async () => {
    const path = file('a,b,c\n1,2,x\n2,3,y\n');
    const table = await readTable(path, { kinds: { a: 'text', b: 'numeric' } });
    expect(cells(table, 'a')).toEqual(['1', '2']);
    await expect(readTable(path, { kinds: { c: 'numeric' } })).rejects.toThrow(
      'Column "c" is expected to hold numbers, but row 1 holds "x". Correct the cell, or leave it empty if the value is unknown.',
    );
  });

  it('can be the only columns that are read, so that others do no harm', async () => {
    const path = file('a,b\n1,1\n2,2\n3,x\n4,4\n');
    await expect(readTable(path)).rejects.toThrow('Column "b" has mixed types');
    const table = await readTable(path, { kinds: { a: 'numeric', absent: 'text' }, only: true });
    expect(table.columns.map((c) => c.name)).toEqual(['a']);
    expect(table.rows).toBe(4);
  });

  it('give a column without any cell its kind', async () => {
    const table = await readTable(file('a,b\n,1\n,2\n'), { kinds: { a: 'numeric' } });
    expect(column(table, 'a').kind).toBe('numeric');
    expect(cells(table, 'a')).toEqual([null, null]);
  });
});

describe('bad files', () => {
  const fails = async (path: string, code: string, text: string | RegExp): Promise<void> => {
    const error = await readTable(path).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'FettleError', code });
    expect((error as Error).message).toMatch(text);
  };
  const failsOn = (content: string | Buffer, text: string | RegExp, name?: string) =>
    fails(file(content, name), 'data', text);

  it('missing', () =>
    fails(
      'no/such/file.csv',
      'file',
      'no/such/file.csv does not exist. Check the path; it is taken from the current folder.',
    ));
  it('a directory', () =>
    fails(folder, 'file', 'is a directory, but a table is expected: one CSV, TSV, Parquet, JSON or JSON lines file.'));
  it('empty', () =>
    failsOn('', /is empty \(0 bytes\)\. Expected CSV, TSV, Parquet, JSON or JSON lines with one row per example\./));
  it('blank', () => failsOn('\n\n  \n', 'is empty (only blank lines)'));
  it('header only', () =>
    failsOn('a,b,c\n', 'has a header but no rows. Expected one row per example below the header.'));
  it('header only without a line end', () => failsOn('a,b,c', 'has a header but no rows.'));
  it('duplicate column names', () =>
    failsOn(
      'a,b,a\n1,2,3\n',
      'duplicate column names: "a" names column 1 and column 3. Give every column a name of its own',
    ));
  it('rows that are too short', () =>
    failsOn(
      'a,b\n1,2\n3\n4,5\n',
      'ragged row: line 3 has 1 cells, but the first line has 2: 3\nGive every line the same number of cells',
    ));
  it('rows that are too long', () =>
    failsOn('a,b\n1,2\n3,4,5\n', 'ragged row: line 3 has 3 cells, but the first line has 2: 3,4,5'));
  it('rows that are too short among mixed line ends', () =>
    failsOn('a,b\n1,2\r\n3\n4,5\n', /ragged row: line \d has 1 cells/));
  it('a quote that is not closed', () =>
    failsOn('a,b\n1,2\n"x,4\n5,6\n', 'line 3 has a double quote that is not closed'));
  it('Latin-1', () =>
    failsOn(
      Buffer.from('a,b\n1,x\n2,caf\xe9\n', 'latin1'),
      'is not UTF-8: line 3 holds bytes that are no UTF-8 character. Convert the file',
    ));
  it('half a character at the end', () =>
    failsOn(Buffer.from([97, 44, 98, 10, 49, 44, 0xe2, 0x82]), 'is not UTF-8: line 2'));
  it('UTF-16', () =>
    failsOn(Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'is UTF-16, but UTF-8 is expected. Convert it'));
  it('a zip archive', () =>
    failsOn(Buffer.from('PK\x03\x04xxxx'), 'is a zip archive (Excel files are, too)', 'table.xlsx'));
  it('a broken .gz', () =>
    fails(file(gzipSync('a,b\n1,2\n'.repeat(99)).subarray(0, 30), 'table.csv.gz'), 'file', 'cannot be decompressed'));
  it('Parquet in name only', () =>
    failsOn('a,b\n1,2\n', 'is named like Parquet, but it does not begin with "PAR1"', 'table.parquet'));
  it('broken Parquet', () => failsOn('PAR1 but not really', 'cannot be read as Parquet: ', 'table.parquet'));
  it('broken JSON', () =>
    failsOn(
      '{"a":1,\n{"b":2}',
      /cannot be read as JSON: .*Malformed JSON.*Expected an array of objects, or one object per line\./s,
      'table.json',
    ));
  it('JSON without objects', () => failsOn('[1,2]', 'cannot be read as JSON: ', 'table.json'));

  it.each(['inf', '-Infinity', '1e39', '1e999'])('a cell %s', (cell) =>
    failsOn(
      `a,b\n1,2\n${cell},4\n`,
      `Column "a", row 2 holds "${cell}" that is infinite or beyond 3.4e38, but a finite number is expected. Correct the cell, or leave it empty if the value is unknown.`,
    ),
  );

  it('stops when it is told to', async () => {
    await expect(readTable(file('a,b\n1,2\n'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});

describe('readTable of Parquet and JSON', () => {
  const parquet = async (query: string): Promise<string> => {
    const path = join(folder, `${files++}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    return path;
  };

  it('takes Parquet types as they are, in the order of the rows', async () => {
    const path = await parquet(
      `SELECT i, i / 2.0 AS half, i % 2 = 0 AS even, CASE WHEN i = 1 THEN NULL ELSE 'NA' END AS t, DATE '2024-01-31' + i::INTEGER AS d, [i] AS list, CASE WHEN i = 2 THEN 'nan'::DOUBLE ELSE i END AS f FROM range(5000) r(i)`,
    );
    const table = await readTable(path);
    expect(table.rows).toBe(5000);
    expect(cells(table, 'i')).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(cells(table, 'half').slice(0, 3)).toEqual([0, 0.5, 1]);
    expect(cells(table, 'even').slice(0, 3)).toEqual([1, 0, 1]);
    expect(cells(table, 't').slice(0, 3)).toEqual(['NA', null, 'NA']);
    expect(cells(table, 'd').slice(0, 2)).toEqual([1706659200, 1706745600]);
    expect(cells(table, 'f').slice(0, 4)).toEqual([0, 1, null, 3]);
    expect(table.columns.map((c) => c.name)).not.toContain('list');
    expect(table.notes).toEqual([
      'Column "list" is left out: its type BIGINT[] is not a number, boolean, date-time or text.',
    ]);
  });

  it('refuses infinity in Parquet, and Parquet without rows', async () => {
    await expect(readTable(await parquet(`SELECT i, 'inf'::DOUBLE AS x FROM range(3) r(i)`))).rejects.toThrow(
      'Column "x", row 1 holds a value that is infinite',
    );
    await expect(readTable(await parquet('SELECT 1e300::DOUBLE AS x'))).rejects.toThrow('Column "x", row 1');
    await expect(readTable(await parquet('SELECT 1 AS x WHERE false'))).rejects.toThrow('has a header but no rows');
  });

  it.each([
    ['an array', '[{"a":1,"b":"x","c":true,"d":"2024-01-31"},{"a":2.5,"b":null,"c":null,"d":null}]', 'table.json'],
    ['lines', '{"a":1,"b":"x","c":true,"d":"2024-01-31"}\n{"a":2.5}\n', 'table.jsonl'],
    ['lines under an unknown name', '{"a":1,"b":"x","c":true,"d":"2024-01-31"}\n{"a":2.5}\n', 'table.log'],
  ])('reads JSON as %s', async (_, content, name) => {
    const table = await read(content, name);
    expect(table.columns.map((c) => `${c.name} ${c.kind}`)).toEqual([
      'a numeric',
      'b text',
      'c boolean',
      'd date-time',
    ]);
    expect(cells(table, 'a')).toEqual([1, 2.5]);
    expect(cells(table, 'b')).toEqual(['x', null]);
    expect(cells(table, 'd')).toEqual([1706659200, null]);
  });

  it('finds mixed types in JSON', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `{"a":${i === 9 ? '"x"' : i}}`);
    await expect(read(rows.join('\n'), 'table.jsonl')).rejects.toThrow(
      'Column "a" has mixed types: 95 % of its cells are numbers, but row 10 holds "x"',
    );
  });
});
