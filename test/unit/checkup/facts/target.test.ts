import { describe, expect, it } from 'vitest';
import { targetFacts } from '../../../../src/checkup/facts/target.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { tableFromColumns } from '../../../../src/data/table.ts';

const rowsOf = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
const inputs = Array.from({ length: 12 }, (_, i) => Math.sqrt(i));

describe('facts about classes', () => {
  const letters = ['a', 'b', 'a', 'b', 'a', 'a', 'a', 'b', 'c', 'c', 'a', 'b'];
  const table = tableFromColumns({ x: inputs, y: letters });
  const common = {
    ...{ table, roles: inferRoles(table, { target: 'y' }), trainRows: rowsOf(0, 8) },
    preprocessing: { standardizeTarget: true },
  };

  it('count the training rows of each class in the order of the classes, also of those that have none', () => {
    const facts = targetFacts({ ...common, held: null });
    expect(facts.classCounts).toEqual([
      { label: 'a', rows: 5 },
      { label: 'b', rows: 3 },
      { label: 'c', rows: 0 },
    ]);
    expect(facts.unseenClasses).toBe(0);
    expect([facts.mean, facts.trainedDeviation, facts.repeatedEnd]).toEqual([null, null, null]);
  });

  it('count the classes that only dev rows have, of this table or another one', () => {
    expect(targetFacts({ ...common, held: { table, rows: rowsOf(8, 12) } }).unseenClasses).toBe(1);
    expect(targetFacts({ ...common, held: { table, rows: rowsOf(10, 12) } }).unseenClasses).toBe(0);
    const other = tableFromColumns({ x: [1, 2, 3], y: ['d', null, 'e'] });
    expect(targetFacts({ ...common, held: { table: other, rows: rowsOf(0, 3) } }).unseenClasses).toBe(2);
    const without = tableFromColumns({ x: [1, 2] });
    expect(targetFacts({ ...common, held: { table: without, rows: rowsOf(0, 2) } }).unseenClasses).toBe(0);
  });
});

describe('facts about a number', () => {
  const factsOf = (y: readonly (number | null)[], standardizeTarget = true) => {
    const table = tableFromColumns({ x: y.map((_, i) => Math.sqrt(i)), y });
    const roles = inferRoles(table, { target: 'y', task: 'regression' });
    return targetFacts({
      ...{ table, roles, trainRows: rowsOf(0, y.length), held: null, preprocessing: { standardizeTarget } },
    });
  };
  const values = [3, 5, 4, 6, 3, 5, 7, 8, 2, 7, null];

  it('say where it lies, and where it is trained', () => {
    expect(factsOf(values)).toMatchObject({ classCounts: null, unseenClasses: 0, mean: 5, least: 2, most: 8 });
    expect(factsOf(values)).toMatchObject({ distinct: 7, whole: true, trainedMean: 0, trainedDeviation: 1 });
    expect(factsOf(values).deviation).toBeCloseTo(Math.sqrt(3.6), 6);
    expect(factsOf(values, false).trainedDeviation).toBeCloseTo(Math.sqrt(3.6), 6);
    expect(factsOf(values, false).trainedMean).toBe(5);
    expect(factsOf([...values, 2.5]).whole).toBe(false);
  });

  it('find a number at an end that stands for "unknown", and how far it is off', () => {
    expect(factsOf(values).repeatedEnd).toBeNull();
    const high = factsOf([...values, 999, 999]).repeatedEnd;
    expect([high?.value, high?.rows]).toEqual([999, 2]);
    expect(high?.distance).toBeCloseTo(991 / Math.sqrt(3.6), 4);
    expect(factsOf([...values, -99, -99, -99]).repeatedEnd).toMatchObject({ value: -99, rows: 3 });
    // A cap repeats, too, but is no stranger.
    expect(factsOf([...values, 8, 8]).repeatedEnd?.distance).toBeLessThan(1);
    expect(factsOf([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]).repeatedEnd).toBeNull();
  });
});
