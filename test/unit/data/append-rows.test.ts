import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendRows } from '../../../src/data/append-rows.ts';
import { type Cell, cellLabel, isMissing, tableFromColumns, tableFromImages } from '../../../src/data/table.ts';

/** The cells of a column as they would be written. */
function cells(table: ReturnType<typeof tableFromColumns>, name: string): (string | null)[] {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return Array.from({ length: table.rows }, (_, row) => (isMissing(column, row) ? null : cellLabel(column, row)));
}

describe('appendRows', () => {
  it('gives the cells of both tables in order, whatever levels each has', () => {
    const city = fc.option(fc.constantFrom('Bern', 'Oslo', 'Rome', ''));
    const row = fc.record({ city, age: fc.option(fc.integer({ min: 0, max: 99 })), member: fc.option(fc.boolean()) });
    const some = fc.array(row, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(some, some, (first, second) => {
        const tableOf = (rows: typeof first) => {
          const column = (name: 'city' | 'age' | 'member'): Cell[] => [
            { city: 'x', age: 1, member: true }[name],
            ...rows.map((r) => r[name]),
          ];
          return tableFromColumns({ city: column('city'), age: column('age'), member: column('member') });
        };
        const [a, b] = [tableOf(first), tableOf(second)];
        const both = appendRows(a, b);
        expect(both.rows).toBe(a.rows + b.rows);
        for (const name of ['city', 'age', 'member']) {
          expect(cells(both, name)).toEqual([...cells(a, name), ...cells(b, name)]);
        }
      }),
    );
  });

  it('leaves cells missing where the second table lacks the column, and drops columns of the second only', () => {
    const both = appendRows(tableFromColumns({ x: [1, 2], note: ['a', 'b'] }), tableFromColumns({ x: [3], more: [4] }));
    expect(both.columns.map(({ name }) => name)).toEqual(['x', 'note']);
    expect(cells(both, 'note')).toEqual(['a', 'b', null]);
  });

  it('appends pixels, and refuses other kinds and shapes', () => {
    const images = (side: number, count: number) =>
      tableFromImages(
        { channels: 1, height: side, width: side, pixels: new Uint8Array(count * side * side).fill(count) },
        { y: Array<string>(count).fill('a') },
      );
    const both = appendRows(images(2, 1), images(2, 3));
    expect([...(both.images?.pixels ?? [])]).toEqual([1, 1, 1, 1, ...Array(12).fill(3)]);
    expect(() => appendRows(images(2, 1), images(3, 1))).toThrow(
      'Expected images of 1 x 2 x 2 in both tables, received images of 1 x 3 x 3 in the second. Read both with the same size.',
    );
    expect(() => appendRows(tableFromColumns({ x: [1] }), tableFromColumns({ x: ['1'] }))).toThrow(
      'Expected column "x" to hold numeric cells in both tables, received text cells in the second. Write the column in the same way in both.',
    );
  });
});
