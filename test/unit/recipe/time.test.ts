import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
import { imageLadder } from '../../../src/plan/image-ladder.ts';
import { createBudget } from '../../../src/recipe/budget.ts';
import type { TuneContext } from '../../../src/recipe/context.ts';
import type { Evaluation } from '../../../src/recipe/journal.ts';
import { initialState } from '../../../src/recipe/state.ts';
import {
  expectedSecondsPerRow,
  fitWithin,
  mostRows,
  phaseSeconds,
  type Size,
  searchSeconds,
  secondsOfOne,
} from '../../../src/recipe/time.ts';
import { createUnits, subset } from '../../../src/recipe/units.ts';
import { diagnosisOf, evaluationOf } from './fixture.ts';

const range = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);

function sizeOf(rows: number, most?: number): Size {
  const input = { rows: range(rows), strata: new Int32Array(rows), groups: null, notes: [] };
  return { rows: range(rows), width: 10, units: createUnits(input, 0, most === undefined ? {} : { mostRows: most }) };
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

describe('seconds of a phase', () => {
  /** 100 s of a tuning, 10 of them used, with a diagnosis of two errors. */
  const contextOf = (train: number, dev: number): TuneContext => {
    const incumbent = taking(1, 100);
    const state = { ...initialState, incumbent, diagnosis: diagnosisOf(evaluationOf(train, dev)) };
    const budget = createBudget(100, 10, () => 0);
    const parts: Partial<TuneContext> = { ...sizeOf(2500), budget, state: () => state };
    return { ...parts, executor: { slots: 2 } } as TuneContext;
  };

  it('leave two fifths of the search to the variance where the verdict names it beside the bias', () => {
    const both = contextOf(0.2, 0.4);
    const whole = searchSeconds(both);
    expect(phaseSeconds(both, 'reduce-bias')).toBeCloseTo(whole - 0.4 * 52, 9);
    expect(phaseSeconds(both, 'reduce-variance')).toBe(whole);
    expect(phaseSeconds(both, 'fix-optimization')).toBe(whole);
  });

  it('are all where there is bias alone, and where there is no limit', () => {
    const bias = contextOf(0.3, 0.3);
    expect(phaseSeconds(bias, 'reduce-bias')).toBe(searchSeconds(bias));
    const unlimited = { ...contextOf(0.2, 0.4), budget: createBudget(null, 0, () => 0) };
    expect(phaseSeconds(unlimited, 'reduce-bias')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('seconds of an image, before anything is measured', () => {
  const image = { channels: 3, height: 32, width: 32 };
  const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 0, image });

  it('grow with the products of the network, and limit the rows as those of a table do', () => {
    const [small, large] = [imageLadder(image)[0], imageLadder(image).at(-1)];
    const seconds = (network = plan.network) => expectedSecondsPerRow({ ...plan, network }, image);
    expect(seconds(large) / seconds(small)).toBeGreaterThan(50);
    expect(seconds()).toBeGreaterThan(1e-4);
    expect(seconds()).toBeLessThan(1e-2);
    expect(mostRows(600, 2, seconds(large))).toBe(2000);
    expect(mostRows(600, 2, seconds(small))).toBeGreaterThan(10_000);
  });
});
