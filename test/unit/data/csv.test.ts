import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestNames } from '../../../src/base/nearest-name.ts';
import { classifyCell } from '../../../src/data/cells.ts';
import { csvCell, csvText } from '../../../src/data/csv.ts';
import { parseRecords, readDialect } from '../../../src/data/csv-dialect.ts';

const cell = fc.string({ unit: fc.constantFrom(...'ab1.,;|"\t\n\r é '), maxLength: 8 });
const delimiter = fc.constantFrom(',', '\t', ';', '|');

describe('CSV text', () => {
  it('is read back as it was written, for any cells', () => {
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(table, delimiter, (records, mark) => {
        const columns = (records[0] ?? []).map((name, i) => ({
          name,
          values: records.slice(1).map((record) => record[i] ?? ''),
        }));
        const text = [...csvText(columns, mark)].join('');
        expect(parseRecords(text, mark, true)).toEqual(records);
      }),
    );
  });

  it('quotes only what needs it', () => {
    expect([1.5, 'a', true, null, Number.NaN, 'a,b', 'a"b', 'a\nb', ' a', ''].map((value) => csvCell(value))).toEqual([
      '1.5',
      'a',
      'true',
      '',
      '',
      '"a,b"',
      '"a""b"',
      '"a\nb"',
      '" a"',
      '',
    ]);
  });

  it('refuses columns of unequal length', () => {
    expect(() => [
      ...csvText([
        { name: 'a', values: [1] },
        { name: 'b', values: [] },
      ]),
    ]).toThrow('Column "b" has 0 cells, but 1 are expected.');
  });
});

describe('parseRecords', () => {
  it('leaves out a last record that is cut off, unless the text is complete', () => {
    expect(parseRecords('a,b\n1,2', ',', false)).toEqual([['a', 'b']]);
    expect(parseRecords('a,b\n1,2', ',', true)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(parseRecords('a,b\n"1,2', ',', false)).toEqual([['a', 'b']]);
    expect(parseRecords('a,b\n1,', ',', true)).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
  });
});

describe('readDialect', () => {
  const dialect = (text: string) => readDialect(text, { file: 'x.csv', complete: true });
  it('prefers the delimiter that splits every line alike', () => {
    expect(dialect('name;note\nx;"a, b, c"\ny;d, e\n').delimiter).toBe(';');
    expect(dialect('a\tb\n1,5\t2,5\n').delimiter).toBe('\t');
    expect(dialect('alone\n1\n2\n')).toMatchObject({ delimiter: ',', names: ['alone'] });
  });
  it('takes 1,234 for text, since it may be one thousand', () => {
    expect(dialect('a;b\n1,234;2\n5,678;3\n')).toMatchObject({ decimal: '.', kinds: ['text', 'numeric'] });
  });
  it('guesses no kind for a column without cells', () => {
    expect(dialect('a,b\n,1\nNA,2\n').kinds).toEqual([null, 'numeric']);
  });
});

describe('classifyCell', () => {
  it.each([
    ['12', 'number'],
    ['-0.5e-3', 'number'],
    ['.5', 'number'],
    ['5.', 'number'],
    ['1e39', 'infinite'],
    ['inf', 'infinite'],
    ['-Infinity', 'infinite'],
    ['1_000', 'text'],
    ['0x10', 'text'],
    ['e5', 'text'],
    ['.', 'text'],
    ['True', 'boolean'],
    ['yes', 'text'],
    ['2024-01-31', 'date-time'],
    ['2024/1/3', 'date-time'],
    ['2024-01-31T10:20:30.5Z', 'date-time'],
    ['2024-01-31 10:20+02:00', 'date-time'],
    ['2024-13-01', 'text'],
    ['31.01.2024', 'text'],
    ['2024-01/31', 'text'],
  ] as const)('%s is %s', (text, wanted) => {
    expect(classifyCell(text)).toBe(wanted);
  });
});

describe('nearestNames', () => {
  it('forgives case, marks, a few letters and a missing end', () => {
    const names = ['median_house_value', 'Median Income', 'Class', 'y'];
    expect(nearestNames('medianhousevalue', names)).toEqual(['median_house_value']);
    expect(nearestNames('median_house', names)).toEqual(['median_house_value']);
    expect(nearestNames('clas', names)).toEqual(['Class']);
    expect(nearestNames('quite different', names)).toEqual([]);
  });
  it('counts edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
      }),
    );
  });
});
