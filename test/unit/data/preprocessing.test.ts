import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../../src/data/calendar.ts';
import { applyPreprocessing, fitPreprocessing, neededKinds, outputNames } from '../../../src/data/preprocessing.ts';
import { inferRoles, type Roles } from '../../../src/data/roles.ts';
import { type Cell, type Table, tableFromColumns } from '../../../src/data/table.ts';
import type { PreprocessingPlan } from '../../../src/plan/plan.ts';

const robust: PreprocessingPlan = {
  center: 'median',
  scale: 'interquartile-range',
  clip: 'smooth',
  oneHotLevels: 4,
  standardizeTarget: true,
};
const plain: PreprocessingPlan = { ...robust, center: 'mean', scale: 'standard-deviation', clip: 'none' };

/** Roles of hand-made tables that are too small to be inferred: every column but y is used. */
function rolesOf(table: Table, classes: readonly string[] | null = null): Roles {
  const columns = table.columns.map(({ name }) => ({
    name,
    role: 'numeric' as const,
    used: name !== 'y',
    reason: '',
    missing: 0,
  }));
  return {
    task: classes === null ? 'regression' : 'classification',
    taskReason: '',
    target: 'y',
    targetReason: '',
    rows: table.rows,
    rowsWithoutTarget: 0,
    classes,
    classRows: null,
    images: null,
    columns,
    notes: [],
  };
}
const rows = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

/** Fits column `a` on the first `fit` rows and gives the matrix of all rows. */
function prepare(plan: PreprocessingPlan, cells: Cell[], fit = cells.length): { names: string[]; matrix: number[][] } {
  const table = tableFromColumns({ a: cells, y: cells.map((_, i) => i / 2) });
  const fitted = fitPreprocessing(plan, table, rolesOf(table), rows(fit));
  const restored = JSON.parse(JSON.stringify(fitted)) as typeof fitted;
  const data = applyPreprocessing(restored, table);
  const matrix = Array.from({ length: data.rows }, (_, i) => [
    ...data.numeric.subarray(i * data.width, (i + 1) * data.width),
  ]);
  return { names: outputNames(fitted), matrix };
}
const column = (result: { matrix: number[][] }, index = 0): number[] =>
  result.matrix.map((row) => row[index] as number);
const close = (values: number[], wanted: number[]): void => {
  expect(values.length).toBe(wanted.length);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] as number, 6);
  });
};

describe('numeric columns, by hand', () => {
  const cells = [1, 2, 3, 4, null, 10];

  it('subtract the median 3, divide by the quartiles 4 - 2, clip, flag what is missing', () => {
    const result = prepare(robust, cells);
    const clip = (y: number): number => y / Math.sqrt(1 + (y / 3) ** 2);
    expect(result.names).toEqual(['a', 'a missing']);
    close(column(result), [-1, -0.5, 0, 0.5, 0, 3.5].map(clip));
    expect(column(result)[5]).toBeCloseTo(2.27777, 5);
    expect(column(result, 1)).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('subtract the mean 4, divide by the standard deviation sqrt(10)', () => {
    close(
      column(prepare(plain, cells)),
      [-3, -2, -1, 0, 0, 6].map((d) => d / Math.sqrt(10)),
    );
  });

  it('takes each step alone', () => {
    close(column(prepare({ ...plain, scale: 'none' }, cells)), [-3, -2, -1, 0, 0, 6]);
    close(column(prepare({ ...plain, center: 'median', scale: 'none' }, cells)), [-2, -1, 0, 1, 0, 7]);
    // no center: a missing cell counts as the median
    close(
      column(prepare({ ...plain, center: 'none' }, cells)),
      [1, 2, 3, 4, 3, 10].map((x) => x / Math.sqrt(10)),
    );
    close(column(prepare({ ...plain, center: 'none', scale: 'none' }, cells)), [1, 2, 3, 4, 3, 10]);
  });

  it('divides by half the range where the quartiles agree', () => {
    close(column(prepare({ ...robust, clip: 'none' }, [5, 5, 5, 5, 9])), [0, 0, 0, 0, 2]);
  });

  it('makes a constant column 0', () => {
    for (const plan of [robust, plain]) close(column(prepare(plan, [7, 7, 7, 8], 3)), [0, 0, 0, 0]);
    close(column(prepare({ ...plain, scale: 'none' }, [7, 7, 7, 8], 3)), [0, 0, 0, 1]);
  });

  it('uses the training rows only', () => {
    const result = prepare(plain, [0, 2, 1000, null], 2);
    expect(result.names).toEqual(['a']);
    close(column(result), [-1, 1, 999, 0]);
  });

  it('stays finite for any values, rounded to float32 after every step', () => {
    const numbers = fc.array(fc.option(fc.float({ noNaN: true, noDefaultInfinity: true }), { freq: 9 }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(numbers, (cells) => {
        fc.pre(cells.some((cell) => cell !== null));
        const spread = cells.filter((cell) => cell !== null).map(Math.abs);
        fc.pre(Math.max(...spread) < 1e30);
        const result = prepare(robust, cells);
        expect(result.matrix.flat().every((value) => Number.isFinite(value) && Math.abs(value) <= 3.00001)).toBe(true);
      }),
    );
  });
});

describe('booleans and categories, by hand', () => {
  it('booleans are -1 and 1, missing 0 with a flag', () => {
    const result = prepare(robust, [true, false, null]);
    expect(result.names).toEqual(['a', 'a missing']);
    expect(result.matrix).toEqual([
      [1, 0],
      [-1, 0],
      [0, 1],
    ]);
  });

  it('two levels are one output', () => {
    const result = prepare(robust, ['b', 'a', null, 'c'], 3);
    expect(result.names).toEqual(['a=b']);
    expect(column(result)).toEqual([1, -1, 0, 0]);
  });

  it('few levels are one output each; missing and unseen levels are all zero', () => {
    const result = prepare(robust, ['b', 'a', 'c', null, 'd'], 4);
    expect(result.names).toEqual(['a=a', 'a=b', 'a=c']);
    expect(result.matrix).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('more levels are codes for an embedding, 0 for missing and unseen', () => {
    const cells = ['e', 'a', 'b', 'c', 'd', null, 'zz'];
    const table = tableFromColumns({ n: cells.map((_, i) => i / 3), a: cells, y: cells.map((_, i) => i) });
    const fitted = fitPreprocessing(robust, table, rolesOf(table), rows(6));
    const data = applyPreprocessing(fitted, table);
    expect(data.cardinalities).toEqual([6]);
    expect([...data.categories]).toEqual([5, 1, 2, 3, 4, 0, 0]);
    expect([data.width, data.continuous]).toEqual([1, [true]]);
  });
});

describe('date-times, by hand', () => {
  it('give linear time and only the parts that vary', () => {
    const day = (d: number): Date => new Date(Date.UTC(2024, 0, d));
    const result = prepare({ ...plain, scale: 'none' }, [day(1), day(2), day(3), null]);
    expect(result.names).toEqual(['a time', 'a day sin', 'a day cos', 'a weekday sin', 'a weekday cos', 'a missing']);
    close(column(result), [-86400, 0, 86400, 0]);
    close(column(result, 1), [0, Math.sin((2 * Math.PI) / 31), Math.sin((4 * Math.PI) / 31), 0]);
    // 2024-01-01 was a Monday
    close(column(result, 4), [1, Math.cos((2 * Math.PI) / 7), Math.cos((4 * Math.PI) / 7), 0]);
    expect(column(result, 5)).toEqual([0, 0, 0, 1]);
  });

  it('scale the year like a number', () => {
    const result = prepare(
      plain,
      [1999, 2001, 1999, 2001].map((year) => new Date(Date.UTC(year, 5, 6))),
    );
    expect(result.names.slice(0, 2)).toEqual(['a time', 'a year']);
    close(column(result, 1), [-1, 1, -1, 1]);
  });

  it('agree with the calendar of JavaScript from the year -2000 on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -125_000_000_000, max: 100_000_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (s, fraction) => {
          const date = new Date(s * 1000);
          expect(calendarOf(s + fraction)).toEqual({
            year: date.getUTCFullYear(),
            month: date.getUTCMonth(),
            day: date.getUTCDate() - 1,
            weekday: (date.getUTCDay() + 6) % 7,
            hour: date.getUTCHours(),
            minute: date.getUTCMinutes(),
            second: date.getUTCSeconds(),
          });
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('targets', () => {
  it('numbers: mean, deviation and range of the training rows', () => {
    const table = tableFromColumns({ a: [1, 2, 3, 9], y: [10, 20, 30, 999] });
    const fitted = fitPreprocessing(robust, table, rolesOf(table), rows(3));
    expect(fitted.target).toMatchObject({ kind: 'number', mean: 20, deviation: Math.sqrt(200 / 3), low: 10, high: 30 });
    expect([...applyPreprocessing(fitted, table).target]).toEqual([10, 20, 30, 999]);
    const off = fitPreprocessing({ ...robust, standardizeTarget: false }, table, rolesOf(table), rows(3));
    expect(off.target).toMatchObject({ mean: 0, deviation: 1 });
  });

  it('a target that is constant in the training rows has deviation 1', () => {
    const table = tableFromColumns({ a: [1, 2, 3], y: [5, 5, 6] });
    expect(fitPreprocessing(robust, table, rolesOf(table), rows(2)).target).toMatchObject({ mean: 5, deviation: 1 });
  });

  it('classes: codes in the order of the roles, -1 for missing and unknown ones', () => {
    const table = tableFromColumns({ a: [1, 2, 3, 4], y: ['no', 'yes', null, 'perhaps'] });
    const fitted = fitPreprocessing(robust, table, rolesOf(table, ['no', 'yes']), rows(2));
    const data = applyPreprocessing(fitted, table);
    expect([...data.target]).toEqual([0, 1, -1, -1]);
    expect(data.classes).toEqual(['no', 'yes']);
  });
});

describe('another table', () => {
  const n = 40;
  const make = (f: (i: number) => Cell): Cell[] => Array.from({ length: n }, (_, i) => f(i));
  const cells = {
    size: make((i) => Math.sin(i) * 9),
    color: make((i) => ['red', 'green', 'blue'][i % 3]),
    vip: make((i) => i % 5 === 0),
    day: make((i) => new Date(Date.UTC(2020, i % 12, i))),
    label: make((i) => ['p', 'q'][i % 2]),
  };
  const table = tableFromColumns(cells);
  const fitted = fitPreprocessing(robust, table, inferRoles(table), rows(n));

  it('may have its columns in another order, further ones, levels in another order, and no target', () => {
    const { label: _, color, ...others } = cells;
    const turned = tableFromColumns({ extra: make((i) => i), ...others, color: [...color].reverse() });
    const order = rows(n).reverse();
    const whole = applyPreprocessing(fitted, table);
    const data = applyPreprocessing(fitted, tableFromColumns({ color, ...others, extra: make((i) => i) }));
    expect(data.numeric).toEqual(whole.numeric);
    expect(data.target.every((code) => code === -1)).toBe(true);
    const back = applyPreprocessing(fitted, turned, order);
    const at = outputNames(fitted).indexOf('color=red');
    expect(back.numeric[at]).toBe(whole.numeric[at]);
    expect(back.rows).toBe(n);
  });

  it('gives the rows that were asked for', () => {
    const whole = applyPreprocessing(fitted, table);
    const some = applyPreprocessing(fitted, table, Uint32Array.of(7, 7, 3));
    const row = (i: number) => whole.numeric.slice(i * whole.width, (i + 1) * whole.width);
    expect(some.numeric).toEqual(Float32Array.of(...row(7), ...row(7), ...row(3)));
    expect([...some.target]).toEqual([1, 1, 1]);
  });

  it('must have every column, of the same kind; one without any cell fits', () => {
    const { size: _, ...without } = cells;
    expect(() => applyPreprocessing(fitted, tableFromColumns({ ...without, Size: cells.size }))).toThrow(
      'The table has no column "size", which the model was trained with (did you mean "Size"?). Add it; cells may be empty where the value is unknown.',
    );
    expect(() => applyPreprocessing(fitted, tableFromColumns({ ...cells, size: make(() => 'x') }))).toThrow(
      'Column "size" is text, but the model was trained with numeric cells there. Write its cells as in the training table.',
    );
    const empty = applyPreprocessing(
      fitted,
      tableFromColumns({ ...cells, size: make(() => null), day: make(() => null) }),
    );
    expect(empty.numeric[0]).toBe(0);
  });

  it('can be read with the kinds of the training table', () => {
    expect(neededKinds(fitted)).toEqual({
      size: 'numeric',
      color: 'text',
      vip: 'boolean',
      day: 'date-time',
      label: 'text',
    });
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
  });
});
