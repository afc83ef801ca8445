import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SplitInput } from '../../../src/data/splits.ts';
import { createUnits, fewLooks, foldsBelow } from '../../../src/recipe/units.ts';

/** `rows` rows of a table with more, in `classes` classes, some of them copies of each other. */
function inputOf(rows: number, classes = 3, copies = false): SplitInput {
  return {
    rows: Uint32Array.from({ length: rows }, (_, i) => 2 * i + 1),
    strata: Int32Array.from({ length: rows }, (_, i) => i % classes),
    groups: copies ? Uint32Array.from({ length: rows }, (_, i) => Math.floor(i / 3)) : null,
    notes: [],
  };
}

const sorted = (rows: Iterable<number>): number[] => [...rows].sort((a, b) => a - b);

describe('the units of a small table', () => {
  const units = createUnits(inputOf(foldsBelow - 1), 0);

  it('are repeated folds, and say so', () => {
    expect(units.kind).toBe('folds');
    expect(units.about).toMatch(/^\d+ x 5 folds$/);
    expect(units.units.length % 5).toBe(0);
  });

  it('hold every row out once in each repeat', () => {
    for (let first = 0; first < units.units.length; first += 5) {
      const dev = units.units.slice(first, first + 5).flatMap(({ devRows }) => [...devRows]);
      expect(sorted(dev)).toEqual([...inputOf(foldsBelow - 1).rows]);
    }
  });

  it('decide on whole repeats, so that every row counts the same', () => {
    expect(units.decision % 5).toBe(0);
    expect(units.confirmation % 5).toBe(0);
    expect(units.baseline % 5).toBe(0);
  });
});

describe('the units of a larger table', () => {
  const units = createUnits(inputOf(foldsBelow), 0);

  it('are random hold-outs of a fifth, and say so', () => {
    expect(units).toMatchObject({ kind: 'hold-out', about: 'random hold-outs of 20 %' });
    for (const { devRows, trainRows } of units.units) {
      expect(Math.abs(devRows.length - foldsBelow / 5)).toBeLessThanOrEqual(3);
      expect(devRows.length + trainRows.length).toBe(foldsBelow);
    }
    expect(new Set(units.units.map(({ devRows }) => devRows.join())).size).toBe(units.units.length);
  });
});

describe('any units', () => {
  const sizes = fc.oneof(fc.integer({ min: 30, max: 300 }), fc.integer({ min: 1990, max: 2100 }));

  it('train and judge on rows that are disjoint, make up the table, and keep copies together', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), fc.boolean(), (rows, seed, copies) => {
        const input = inputOf(rows, 2, copies);
        for (const { trainRows, devRows } of createUnits(input, seed).units) {
          expect(sorted([...trainRows, ...devRows])).toEqual([...input.rows]);
          if (!copies) continue;
          const train = new Set(Array.from(trainRows, (row) => Math.floor((row - 1) / 6)));
          expect(devRows.some((row) => train.has(Math.floor((row - 1) / 6)))).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are the same for the same seed, with a seed of its own each, and others for another', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (rows, seed) => {
        const input = inputOf(rows);
        const units = createUnits(input, seed);
        expect(createUnits(input, seed)).toEqual(units);
        const seeds = units.units.map((unit) => unit.seed);
        expect(new Set(seeds).size).toBe(seeds.length);
        expect(units.units.map(({ index }) => index)).toEqual(units.units.map((_, i) => i));
        const other = createUnits(input, seed + 1).units;
        expect(other.map(({ devRows }) => devRows.join())).not.toEqual(
          units.units.map(({ devRows }) => devRows.join()),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('ask for no more units than there are, fewest first, and decide where luck shows', () => {
    for (const rows of [50, foldsBelow - 1, foldsBelow, 5000]) {
      const { baseline, firstLook, decision, confirmation, units } = createUnits(inputOf(rows), 3);
      expect(firstLook).toBeGreaterThanOrEqual(1);
      expect(baseline).toBeGreaterThanOrEqual(1);
      expect(firstLook).toBeLessThanOrEqual(decision);
      // Under three units the noise between trainings is not known (decision 0005).
      expect(decision).toBeGreaterThanOrEqual(3);
      expect(decision).toBeLessThanOrEqual(confirmation);
      expect(Math.max(baseline, confirmation)).toBeLessThanOrEqual(units.length);
    }
  });

  it('cannot be made of fewer rows than folds', () => {
    expect(() => createUnits(inputOf(4, 1), 0)).toThrow('4 rows cannot be divided into 5 folds');
  });

  it('are fewer for a decision on images, whose winner alone is seen on more, and the same folds', () => {
    const { decision, confirmation, firstLook } = createUnits(inputOf(foldsBelow), 0, { looks: fewLooks });
    expect([firstLook, decision, confirmation]).toEqual([1, 1, 3]);
    const small = inputOf(foldsBelow - 1);
    expect(createUnits(small, 0, { looks: fewLooks })).toEqual(createUnits(small, 0));
  });
});
