import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchCount, epochOrder, fillBatch } from '../../../src/data/batches.ts';
import { duplicateGroups } from '../../../src/data/duplicates.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import {
  holdOut,
  rareClassNotes,
  repeatedFolds,
  type SplitInput,
  splitInput,
  strataOf,
} from '../../../src/data/splits.ts';
import { tableFromColumns } from '../../../src/data/table.ts';

/** Rows with gaps in their numbers, classes of at least two rows, sometimes groups of copies. */
const inputs = (withGroups: boolean) =>
  fc
    .tuple(fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(1e6)))
    .map(([sizes, stream]): SplitInput => {
      const strata = sizes.flatMap((size, stratum) => new Array<number>(size).fill(stratum));
      const keys = strata.map(() => stream.next().value as number);
      const order = strata.map((_, i) => i).sort((a, b) => (keys[a] as number) - (keys[b] as number));
      return {
        rows: Uint32Array.from(strata, (_, i) => i * 3 + 1),
        strata: Int32Array.from(order, (i) => strata[i] as number),
        groups: withGroups ? Uint32Array.from(strata, (_, i) => (i % 4 === 3 ? i - 1 : i)) : null,
        notes: [],
      };
    });
const seeds = fc.nat(0xffffffff);
const rowsOf = (...parts: Uint32Array[]): number[] => parts.flatMap((part) => [...part]).sort((a, b) => a - b);
const classCounts = (input: SplitInput, part: Uint32Array): number[] => {
  const counts = new Array<number>(Math.max(...input.strata) + 1).fill(0);
  const rows = new Set(part);
  input.rows.forEach((row, i) => {
    const stratum = input.strata[i] as number;
    if (rows.has(row)) counts[stratum] = (counts[stratum] ?? 0) + 1;
  });
  return counts;
};
const ascending = (part: Uint32Array): boolean => part.every((row, i) => i === 0 || row > (part[i - 1] as number));

describe('holdOut', () => {
  it('divides all rows, each class within one row in test and two in dev', () => {
    fc.assert(
      fc.property(inputs(false), seeds, fc.double({ min: 0.2, max: 0.5, noNaN: true }), (input, seed, share) => {
        fc.pre(input.rows.length >= 20);
        const { train, dev, test } = holdOut(input, { dev: share / 2, test: share, seed });
        expect(rowsOf(train, dev, test)).toEqual([...input.rows]);
        expect([train, dev, test].every(ascending)).toBe(true);
        const all = classCounts(input, input.rows);
        const gaps = (part: Uint32Array, wanted: number): number[] =>
          classCounts(input, part).map((n, i) => Math.abs(n - wanted * (all[i] as number)));
        expect(Math.max(...gaps(test, share))).toBeLessThan(1);
        expect(Math.max(...gaps(dev, share / 2))).toBeLessThan(2);
        expect(Math.abs(test.length - share * input.rows.length)).toBeLessThan(1);
      }),
    );
  });

  it('keeps a row of each class in train when at most half is held out', () => {
    fc.assert(
      fc.property(inputs(false), seeds, (input, seed) => {
        fc.pre(input.rows.length >= 10);
        const { train } = holdOut(input, { dev: 0, test: 0.5, seed });
        expect(classCounts(input, train).every((n) => n >= 1)).toBe(true);
      }),
    );
  });

  it('is fixed by the seed, and different with another', () => {
    const input: SplitInput = {
      rows: Uint32Array.from({ length: 200 }, (_, i) => i),
      strata: new Int32Array(200),
      groups: null,
      notes: [],
    };
    const split = (seed: number) => [...holdOut(input, { dev: 0, test: 0.3, seed }).test];
    expect(split(5)).toEqual(split(5));
    expect(split(5)).not.toEqual(split(6));
  });

  it('keeps copies on one side', () => {
    fc.assert(
      fc.property(inputs(true), seeds, (input, seed) => {
        fc.pre(input.rows.length >= 12);
        const { train, dev, test } = holdOut(input, { dev: 0.2, test: 0.2, seed });
        expect(rowsOf(train, dev, test)).toEqual([...input.rows]);
        checkGroups(input, [train, dev, test]);
      }),
    );
  });

  it('refuses shares and row counts that leave a part empty', () => {
    const input: SplitInput = { rows: new Uint32Array([4, 5]), strata: new Int32Array(2), groups: null, notes: [] };
    expect(() => holdOut(input, { dev: 0.5, test: 0.5, seed: 0 })).toThrow(
      'Shares of dev and test rows must be at least 0 and below 1 together; they are 0.5 and 0.5.',
    );
    expect(() => holdOut(input, { dev: 0, test: 0.001, seed: 1 })).toThrow(
      'The test part of the split is empty: 2 rows are too few.',
    );
  });
});

function checkGroups(input: SplitInput, parts: readonly Uint32Array[]): void {
  const partOf = new Map(parts.flatMap((part, i) => [...part].map((row): [number, number] => [row, i])));
  const seen = new Map<number, number>();
  input.groups?.forEach((group, i) => {
    const part = partOf.get(input.rows[i] as number) as number;
    expect(seen.get(group) ?? part).toBe(part);
    seen.set(group, part);
  });
}

describe('repeatedFolds', () => {
  it('tests every row once per repeat, with classes and totals even within one row', () => {
    fc.assert(
      fc.property(
        inputs(false),
        seeds,
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (input, seed, folds, repeats) => {
          fc.pre(input.rows.length >= folds);
          const all = repeatedFolds(input, { folds, repeats, seed });
          expect(all.length).toBe(folds * repeats);
          for (let repeat = 0; repeat < repeats; repeat++) {
            const these = all.filter((fold) => fold.repeat === repeat);
            expect(rowsOf(...these.map((fold) => fold.dev))).toEqual([...input.rows]);
            for (const { train, dev } of these) expect(rowsOf(train, dev)).toEqual([...input.rows]);
            const totals = these.map((fold) => fold.dev.length);
            expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
            const counts = these.map((fold) => classCounts(input, fold.dev));
            counts[0]?.forEach((_, i) => {
              const column = counts.map((c) => c[i] as number);
              expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(1);
            });
            expect(these.every(({ train }) => classCounts(input, train).every((n) => n >= 1))).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps copies together, and differs between repeats but not between calls', () => {
    fc.assert(
      fc.property(inputs(true), seeds, (input, seed) => {
        fc.pre(input.rows.length >= 20);
        const folds = repeatedFolds(input, { folds: 3, repeats: 2, seed });
        checkGroups(
          input,
          folds.slice(0, 3).map((fold) => fold.dev),
        );
        expect(repeatedFolds(input, { folds: 3, repeats: 2, seed })).toEqual(folds);
        expect(folds.slice(3).map((fold) => fold.dev)).not.toEqual(folds.slice(0, 3).map((fold) => fold.dev));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses fewer rows than folds', () => {
    const input: SplitInput = { rows: new Uint32Array(2), strata: new Int32Array(2), groups: null, notes: [] };
    expect(() => repeatedFolds(input, { folds: 3, repeats: 1, seed: 0 })).toThrow(
      '2 rows cannot be divided into 3 folds. Give more rows or fewer folds.',
    );
  });
});

describe('splitInput', () => {
  const n = 100;
  const noise = (i: number): number => Math.fround(Math.sin(i * 7.1) * 100);

  it('puts regression rows into ten bins of equal size by rank', () => {
    const table = tableFromColumns({
      x: Array.from({ length: n }, (_, i) => noise(i)),
      y: Array.from({ length: n }, (_, i) => Math.exp(i / 7)),
    });
    const strata = strataOf(
      table,
      inferRoles(table),
      Uint32Array.from({ length: n }, (_, i) => i),
    );
    expect([...strata]).toEqual(Array.from({ length: n }, (_, i) => Math.floor(i / 10)));
  });

  it('groups identical rows, also with missing cells, unless they are normal', () => {
    const make = (copies: number) => {
      const source = Array.from({ length: n }, (_, i) => (i < copies ? 0 : i));
      const table = tableFromColumns({
        a: source.map((i) => (i === 0 ? null : noise(i))),
        b: source.map((i) => `level ${i % 5}`),
        y: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 'p' : 'q')),
      });
      return splitInput(table, inferRoles(table));
    };
    const few = make(10);
    expect(few.notes).toEqual([
      '10 rows have the same inputs as another one; such rows are kept on one side of every split.',
    ]);
    expect(new Set(few.groups?.slice(0, 10)).size).toBe(1);
    expect(new Set(few.groups).size).toBe(n - 9);
    const many = make(50);
    expect(many.groups).toBeNull();
    expect(many.notes).toEqual([
      '50 of 100 rows have the same inputs as another one. They are split as separate cases; if they are copies of one case, remove them, or the errors are too good.',
    ]);
    expect(make(0)).toMatchObject({ groups: null, notes: [] });
  });

  it('does not confuse rows that differ in one cell, or in the order of their cells', () => {
    const side = 60;
    const a = Array.from({ length: side * side }, (_, i) => Math.floor(i / side) / 8);
    const b = Array.from({ length: side * side }, (_, i) => (i % side) / 8);
    const table = tableFromColumns({ a, b });
    const rows = Uint32Array.from(a, (_, i) => i);
    expect(duplicateGroups(table, ['a', 'b'], rows)).toMatchObject({ count: side * side, copies: 0 });
    expect(duplicateGroups(table, ['a'], rows)).toMatchObject({ count: side, copies: side * side });
  });

  it('names classes with fewer rows than folds', () => {
    const table = tableFromColumns({
      x: Array.from({ length: n }, (_, i) => noise(i)),
      y: Array.from({ length: n }, (_, i) => (i < 3 ? 'rare' : 'usual')),
    });
    expect(rareClassNotes(inferRoles(table), 5)).toEqual([
      'Class "rare" has 3 rows, so not each of 5 folds holds one.',
    ]);
  });
});

describe('batches', () => {
  it('visits every row once per epoch, in an order fixed by seed and epoch', () => {
    fc.assert(
      fc.property(seeds, fc.nat(1000), fc.integer({ min: 1, max: 300 }), (seed, epoch, rows) => {
        const order = epochOrder(seed, epoch, rows);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
        expect(epochOrder(seed, epoch, rows)).toEqual(order);
      }),
    );
    expect(epochOrder(1, 0, 50)).not.toEqual(epochOrder(1, 1, 50));
    expect(epochOrder(1, 0, 50)).not.toEqual(epochOrder(2, 0, 50));
  });

  it('gives full batches only, and repeats rows when they do not fill one', () => {
    expect([batchCount(0, 8), batchCount(3, 8), batchCount(8, 8), batchCount(23, 8)]).toEqual([0, 1, 1, 2]);
    const order = Uint32Array.of(4, 2, 0, 1, 3);
    const batch = new Uint32Array(2);
    fillBatch(order, 1, batch);
    expect([...batch]).toEqual([0, 1]);
    const wide = new Uint32Array(8);
    fillBatch(order, 0, wide);
    expect([...wide]).toEqual([4, 2, 0, 1, 3, 4, 2, 0]);
  });
});
