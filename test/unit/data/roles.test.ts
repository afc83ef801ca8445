import { describe, expect, it } from 'vitest';
import { inferRoles, labelledRows } from '../../../src/data/roles.ts';
import { describeRoles } from '../../../src/data/summary.ts';
import { type Cell, type NumericColumn, tableFromColumns } from '../../../src/data/table.ts';

const rows = 60;
const make = (f: (i: number) => Cell, n = rows): Cell[] => Array.from({ length: n }, (_, i) => f(i));
const noise = (i: number): number =>
  Math.sin(i * 12.9898) * 43758.5453 - Math.floor(Math.sin(i * 12.9898) * 43758.5453);
const shuffled = (i: number): number => (i * 37) % rows;
const x = make(noise);
const y = make((i) => (i % 2 === 0 ? 'yes' : 'no'));

/** The role of a column beside a target, and its reason. */
function roleOf(cells: Cell[], name = 'a'): { role: string; used: boolean; reason: string } {
  const roles = inferRoles(
    tableFromColumns({
      [name]: cells,
      other: make(noise, cells.length),
      target: make((i) => i % 2 === 0, cells.length),
    }),
  );
  const found = roles.columns[0];
  if (found === undefined) throw new Error('no column');
  return { role: found.role, used: found.used, reason: found.reason };
}

describe('roles of columns', () => {
  it.each([
    ['numbers', make(noise), 'a', 'numeric', true],
    ['few whole numbers', make((i) => i % 5), 'a', 'numeric', true],
    ['unique fractions in order', make((i) => i + 0.5), 'a', 'numeric', true],
    ['unique whole numbers far apart', make((i) => Math.floor(noise(i) * 1e6)), 'a', 'numeric', true],
    ['unique whole numbers in order far apart', make((i) => i * i * 3), 'a', 'numeric', true],
    ['steps of ten', make((i) => i * 10), 'a', 'numeric', true],
    ['years in order', make((i) => 1950 + i), 'Year', 'numeric', true],
    ['a count of the rows', make((i) => i), 'a', 'id-like', false],
    ['a count of the rows, backwards', make((i) => 99 - i), 'a', 'id-like', false],
    ['a shuffled count of the rows', make(shuffled), 'a', 'id-like', false],
    ['whole numbers named like an id', make((i) => 1000 + ((i * 7919) % 65536)), 'customer_id', 'id-like', false],
    ['repeated whole numbers named like an id', make((i) => i % 6), 'shop_id', 'numeric', true],
    ['fractions named like an id', make(noise), 'id', 'numeric', true],
    ['a name that only ends in id', make((i) => Math.floor(noise(i) * 1e6)), 'humid', 'numeric', true],
    ['camel case', make((i) => 5 * i * i), 'PassengerId', 'id-like', false],
    ['categories', make((i) => ['red', 'green', 'blue'][i % 3]), 'a', 'categorical', true],
    ['unique codes', make((i) => `A${i}`), 'a', 'id-like', false],
    ['nearly unique codes', make((i) => `A${i % 40}`), 'a', 'id-like', false],
    ['sentences', make((i) => `the guest number ${i} was happy`), 'a', 'free-text', false],
    ['one value', make(() => 7), 'a', 'constant', false],
    ['one text', make(() => 'same'), 'a', 'constant', false],
    ['one value with gaps', make((i) => (i % 9 === 0 ? null : 7)), 'a', 'numeric', true],
    ['nothing', make(() => null), 'a', 'all-missing', false],
    ['booleans', make((i) => i % 3 === 0), 'a', 'boolean', true],
    ['dates', make((i) => new Date(Date.UTC(2024, 0, i))), 'a', 'date-time', true],
  ])('%s', (_, cells, name, role, used) => {
    expect(roleOf(cells, name)).toMatchObject({ role, used });
  });

  it('say why', () => {
    expect(roleOf(make((i) => `A${i}`)).reason).toBe('a different text in each of 60 rows');
    expect(roleOf(make((i) => i)).reason).toBe('whole numbers that count the rows, from 0 to 59');
    expect(roleOf(make(() => 7)).reason).toBe('every row holds 7');
    expect(roleOf(make(() => null)).reason).toBe('no row has a value');
    expect(roleOf(make((i) => new Date(Date.UTC(2024, 0, 1 + i)))).reason).toBe('2024-01-01 to 2024-02-29');
    expect(roleOf(make((i) => `${(i % 28) + 1}.03.20${10 + i}`)).reason).toContain(
      'they look like dates: write them as 2024-01-31',
    );
    expect(roleOf(make((i) => `1,${100 + i}`)).reason).toContain(
      'they look like numbers: write them without units and separators',
    );
  });

  it('tell numbers kept as texts, as in a Parquet file with NA, from numbers with units', () => {
    const text = (i: number, unit: string) => (i % 15 === 0 ? 'NA' : `${noise(i).toFixed(9)}${unit}`);
    expect(roleOf(make((i) => text(i, ''))).reason).toMatch(/; nearly all are numbers: mend or empty the others$/);
    expect(roleOf(make((i) => text(i, ' kg'))).reason).toMatch(
      /; they look like numbers: write them without units and separators$/,
    );
  });

  it('drop a column of 100,000 different strings', () => {
    const table = tableFromColumns({
      a: make((i) => `k${i}`, 100_000),
      b: make(noise, 100_000),
      y: make((i) => i % 2 === 0, 100_000),
    });
    expect(inferRoles(table).columns[0]).toEqual({
      name: 'a',
      role: 'id-like',
      used: false,
      reason: 'more than 65536 different texts in 100000 rows',
      missing: 0,
    });
  });

  it('keep a count of the rows when nothing else is left', () => {
    const roles = inferRoles(tableFromColumns({ x: make((i) => i), y: make((i) => 2 * i + 0.5) }));
    expect(roles.columns[0]).toMatchObject({ role: 'numeric', used: true });
    expect(roles.columns[0]?.reason).toContain('kept since no other column is left');
  });
});

describe('target and task', () => {
  it('takes the column with a telling name, else the last one', () => {
    expect(inferRoles(tableFromColumns({ Label: y, x }))).toMatchObject({
      target: 'Label',
      targetReason: 'its name "Label" says so',
    });
    expect(inferRoles(tableFromColumns({ x, z: y }))).toMatchObject({
      target: 'z',
      targetReason: 'it is the last column',
    });
    expect(inferRoles(tableFromColumns({ x, z: y }), { target: 'x' })).toMatchObject({
      target: 'x',
      targetReason: 'named by the user',
    });
  });

  it.each([
    ['text', y, 'classification', 'the target holds text'],
    ['booleans', make((i) => i % 2 === 0), 'classification', 'the target holds true and false'],
    ['few whole numbers', make((i) => i % 3), 'classification', 'the target holds 3 different whole numbers'],
    ['fractions', make(noise), 'regression', 'the target holds numbers with fractions'],
    [
      'many whole numbers',
      make((i) => i % 30),
      'regression',
      'the target holds more than 20 different whole numbers in 60 rows',
    ],
    [
      'whole numbers with few rows each',
      make((i) => i % 15),
      'regression',
      'the target holds 15 different whole numbers in 60 rows',
    ],
  ])('infers the task from %s', (_, target, task, taskReason) => {
    expect(inferRoles(tableFromColumns({ x, target }))).toMatchObject({ task, taskReason });
  });

  it('sorts classes: numbers by value, texts by code point, and counts their rows', () => {
    const numbers = inferRoles(tableFromColumns({ x, target: make((i) => [10, 9, -1][i % 3]) }));
    expect(numbers).toMatchObject({ classes: ['-1', '9', '10'], classRows: [20, 20, 20] });
    expect(inferRoles(tableFromColumns({ x, target: y }))).toMatchObject({
      classes: ['no', 'yes'],
      classRows: [30, 30],
    });
    expect(inferRoles(tableFromColumns({ x, target: make((i) => i % 2 === 0) })).classes).toEqual(['false', 'true']);
  });

  it('names classes of fractions as they were written, not as float32 has them', () => {
    const table = tableFromColumns({ x, target: make((i) => (i % 2 === 0 ? 0.1 : 0.25)) });
    expect(inferRoles(table, { task: 'classification' }).classes).toEqual(['0.1', '0.25']);
  });

  it('leaves out and counts rows without a target', () => {
    const table = tableFromColumns({ x, target: make((i) => (i % 10 === 0 ? null : i % 2 === 0 ? 'a' : 'b')) });
    const roles = inferRoles(table);
    expect(roles.rowsWithoutTarget).toBe(6);
    expect(roles.notes).toEqual(['6 of 60 rows have no "target" and are left out.']);
    expect([...labelledRows(table, roles)].slice(0, 3)).toEqual([1, 2, 3]);
    expect(labelledRows(table, roles).length).toBe(54);
  });
});

describe('bad tables', () => {
  const fails = (
    columns: Record<string, Cell[]>,
    text: string,
    options: Parameters<typeof inferRoles>[1] = {},
  ): void => {
    expect(() => inferRoles(tableFromColumns(columns), options)).toThrow(
      expect.objectContaining({ name: 'FettleError', code: 'data', message: expect.stringContaining(text) }),
    );
  };

  it('an absent target', () => {
    fails(
      { Price: x, Status: y },
      'There is no column "status" for the target. Did you mean "Status"? The columns are: Price, Status.',
      { target: 'status' },
    );
    fails({ Price: x, Status: y }, 'Did you mean "Price"?', { target: 'Prise' });
    fails({ Price: x, Status: y }, 'There is no column "zzz" for the target. The columns are: Price, Status.', {
      target: 'zzz',
    });
  });
  it('a target of one letter, for which no other letter is meant', () =>
    fails({ a: x, y }, 'There is no column "z" for the target. The columns are: a, y.', { target: 'z' }));
  it('numbers that float32 cannot tell apart, as classes or at all', () => {
    const target = (values: number[]): NumericColumn => {
      const exact = { distinct: 4, integer: true };
      return { name: 'y', kind: 'numeric', values: Float32Array.from(values), exact };
    };
    const table = tableFromColumns({ x });
    for (const values of [make((i) => 16_777_216 + (i % 4)), make((i) => 1e12 + (i % 4))]) {
      const columns = [...table.columns, target(values as number[])];
      expect(() => inferRoles({ ...table, columns }, { task: 'classification' })).toThrow(
        /The target "y" has 4 different numbers, of which 7 digits \(float32\) tell only [13] apart\. Write class numbers as texts/,
      );
    }
  });
  it('one row', () =>
    fails(
      { x: [1], y: ['a'] },
      'The table has 1 row with a target, but at least 10 are needed to train and to measure. Give more rows.',
    ));
  it('a constant target', () => {
    fails(
      { x, y: make(() => 'a') },
      'The target "y" is constant: every row holds "a", so there is nothing to predict. Name another column with --target.',
    );
    fails({ x, y: make(() => 1.5) }, 'The target "y" is constant: every row holds "1.5"');
    fails({ x, y: make(() => 3) }, 'The target "y" is constant: every row holds "3"', { task: 'regression' });
  });
  it('one row per class', () =>
    fails(
      { x, y: make((i) => `c${i}`) },
      'The target "y" has one row per class (60 classes), but a class needs rows to learn from and others to measure on.',
    ));
  it('a class with one row', () =>
    fails(
      { x, y: make((i) => (i === 7 ? 'rare' : i % 2 === 0 ? 'a' : 'b')) },
      'The target "y" has a class with a single row: "rare". At least two rows per class are needed: remove that row, join rare classes, or add rows.',
    ));
  it('a target without cells', () =>
    fails({ x, y: make(() => null) }, 'The target "y" is missing in all 60 rows, but every row needs one.'));
  it('a target that is missing in most rows', () =>
    fails(
      { x, y: make((i) => (i < 20 ? 1.5 + i : null)) },
      'The target "y" is missing in 40 of 60 rows, more than half.',
    ));
  it('a target of text for regression', () =>
    fails({ x, y }, 'The target "y" holds text ("yes"), but regression needs numbers.', { task: 'regression' }));
  it('a target of dates', () =>
    fails(
      { x, y: make((i) => new Date(i * 1e9)) },
      'The target "y" holds date-times, but classes or numbers are expected.',
    ));
  it('nothing to predict from', () => {
    fails({ y }, 'The table has only the column "y", the target.');
    fails(
      { id: make((i) => `u${i}`), c: make(() => 1), y },
      'No column is left to predict "y" from:\n  id: id-like, a different text in each of 60 rows\n  c: constant, every row holds 1\nAdd columns',
    );
  });
  it('cells of several kinds, infinity, uneven columns', () => {
    expect(() => tableFromColumns({ a: [1, 'x'] })).toThrow(
      'Column "a" has mixed types: its first cell is numeric, row 2 holds "x".',
    );
    expect(() => tableFromColumns({ a: [1, Number.POSITIVE_INFINITY] })).toThrow(
      'Column "a", row 2 holds "Infinity" that is infinite',
    );
    expect(() => tableFromColumns({ a: [1], b: [1, 2] })).toThrow(
      'Column "b" has 2 cells, but the first column has 1.',
    );
  });
});

describe('describeRoles', () => {
  it('shows task, target, classes, columns and reasons', () => {
    const roles = inferRoles(
      tableFromColumns({ age: make((i) => (i === 3 ? null : noise(i))), id: make((i) => `u${i}`), target: y }),
    );
    expect(describeRoles(roles)).toEqual([
      'rows       60',
      'target     target (its name "target" says so)',
      'task       classification (the target holds text)',
      'classes    2: no (30), yes (30)',
      'used       1 column: 1 numeric',
      expect.stringMatching(/^ {2}age {2}numeric {6}numbers from [\d.e-]+ to [\d.]+, 1 missing$/),
      'left out   1 column',
      '  id  id-like      a different text in each of 60 rows',
    ]);
  });
});
