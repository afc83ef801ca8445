import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { Evaluation } from '../../../src/recipe/journal.ts';
import { fitWithin, mostRows, type Size, secondsOfOne } from '../../../src/recipe/time.ts';
import { createUnits, subset } from '../../../src/recipe/units.ts';
import { evaluationOf } from './fixture.ts';

const range = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

function sizeOf(rows: number, most?: number): Size {
  const input = { rows: range(rows), strata: new Int32Array(rows), groups: null, notes: [] };
  return { rows: range(rows), width: 10, units: createUnits(input, 0, most) };
}

/** An evaluation that took so many seconds for 100 epochs of one unit, best at `bestEpoch`. */
function taking(seconds: number, bestEpoch: number): Evaluation {
  const evaluation = evaluationOf(0.1, 0.2);
  const plan = { ...evaluation.plan, training: { ...evaluation.plan.training, epochs: 100 } };
  return { ...evaluation, plan, seconds, units: 1, bestEpoch };
}

describe('rows of a search', () => {
  it('are all where there is no budget, and grow with it and with the cores', () => {
    expect(mostRows(null, 2)).toBe(Number.POSITIVE_INFINITY);
    expect(mostRows(60, 2)).toBe(49_523);
    expect(mostRows(120, 2)).toBeGreaterThan(2 * 49_000);
    expect(mostRows(60, 4)).toBeGreaterThan(2 * 49_000);
    expect(mostRows(1, 1)).toBe(2000);
  });

  it('are chosen at random, each once, in order, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.nat(), (rows, most, seed) => {
        const chosen = subset(range(rows), most, createRandom(seed));
        expect(chosen).toHaveLength(Math.min(rows, most));
        expect(new Set(chosen).size).toBe(chosen.length);
        expect([...chosen]).toEqual([...chosen].sort((a, b) => a - b));
        expect(subset(range(rows), most, createRandom(seed))).toEqual(chosen);
      }),
    );
  });

  it('limit what a hold-out trains and judges on, and say so', () => {
    const { units } = sizeOf(10_000, 1000);
    for (const { trainRows, devRows } of units.units) {
      expect([trainRows.length, devRows.length]).toEqual([1000, 500]);
      expect(trainRows.filter((row) => devRows.includes(row))).toHaveLength(0);
    }
    expect(units.about).toBe('random hold-outs of 20 %, each trained on 1000 of 8000 rows');
  });
});

describe('a training that fits into a time', () => {
  const size = sizeOf(5000);

  it('is the plan up to its best epoch on all rows when there is time', () => {
    const evaluation = taking(100, 40);
    const needed = secondsOfOne(size, evaluation, 40, 5000);
    expect(needed).toBeCloseTo(40 * (5000 / 4000) * 1.15 + 5000 * 10 * 2.5e-7, 6);
    expect(fitWithin(size, evaluation, needed)).toEqual({ plan: evaluation.plan, epochs: 40, rows: 5000 });
    expect(fitWithin(size, evaluation, Number.POSITIVE_INFINITY).plan).toBe(evaluation.plan);
  });

  it('is the whole schedule in fewer epochs when there is less', () => {
    const { plan, epochs, rows } = fitWithin(size, taking(100, 40), 30);
    expect(plan.training.epochs).toBeGreaterThan(40);
    expect(epochs / plan.training.epochs).toBeCloseTo(0.4, 1);
    expect(rows).toBe(5000);
  });

  it('is one epoch on a part of the rows when one on all is too long', () => {
    const { epochs, rows } = fitWithin(size, taking(10_000, 4), 60);
    expect(epochs).toBe(1);
    expect(rows).toBeLessThan(5000);
    expect(rows).toBeGreaterThanOrEqual(1000);
  });

  it('takes no longer than it was given, as far as epochs and rows can be cut', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.1, max: 1e4, noNaN: true }),
        (seconds, best, given) => {
          const evaluation = taking(seconds, best);
          const { plan, epochs, rows } = fitWithin(size, evaluation, given);
          expect(epochs).toBeGreaterThanOrEqual(1);
          expect(epochs).toBeLessThanOrEqual(plan.training.epochs);
          const needed = secondsOfOne(size, evaluation, epochs, rows);
          if (epochs > 1 || rows > 1000) expect(needed).toBeLessThanOrEqual(given * 1.001 + 0.02);
        },
      ),
    );
  });
});
