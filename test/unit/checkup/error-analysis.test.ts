import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { analyseErrors } from '../../../src/checkup/error-analysis.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { type Table, tableFromColumns } from '../../../src/data/table.ts';

const names = ['a', 'b', 'c'];

/** Probabilities that give `k` so much certainty. */
function certain(k: number, weight: number): number[] {
  return names.map((_, i) => (i === k ? weight : (1 - weight) / 2));
}

const all = (table: Table): Uint32Array => Uint32Array.from({ length: table.rows }, (_, i) => i);

function analyse(table: Table, values: readonly number[], outputs: number) {
  const roles = inferRoles(table, { target: 'y' });
  const predictions = { rows: values.length / outputs, outputs, values: Float32Array.from(values) };
  return analyseErrors({ set: 'dev', table, roles, rows: all(table), predictions });
}

/** 600 rows of three classes; the network is wrong where `wrong` says so. */
function classification(wrong: (row: number, city: string) => boolean) {
  const cities = ['Bern', 'Oslo', 'Rome'];
  const rows = Array.from({ length: 600 }, (_, i) => ({
    y: i % 3,
    city: cities[(i * 7) % 3] ?? '',
    age: (i * 37) % 90,
  }));
  const table = tableFromColumns({
    age: rows.map(({ age }) => age),
    city: rows.map(({ city }) => city),
    y: rows.map(({ y }) => names[y]),
  });
  const values = rows.flatMap(({ y, city }, i) => certain(wrong(i, city) ? (y + 1) % 3 : y, 0.8));
  return { table, values };
}

describe('an error analysis of classes', () => {
  it('counts truth against prediction', () => {
    const table = tableFromColumns({ x: [...Array(12).keys()], y: [...'aaaabbbbcccc'] });
    const predicted = [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 0, 0];
    const { confusion } = analyse(
      table,
      predicted.flatMap((k) => certain(k, 0.9)),
      3,
    );
    expect(confusion).toEqual([
      [3, 1, 0],
      [0, 4, 0],
      [2, 0, 2],
    ]);
  });

  it('finds the one value of a column that the network fails on, with limits wider than those of one look', () => {
    const { table, values } = classification((i, city) => (city === 'Oslo' ? i % 2 === 0 : i % 20 === 0));
    const { slices, looked } = analyse(table, values, 3);
    const [worst] = slices;
    expect(worst).toMatchObject({ column: 'city', value: 'Oslo', rows: 200 });
    expect(worst?.error.value).toBeCloseTo(0.5, 1);
    expect(worst?.others).toBeLessThan(0.07);
    // Three cities and five bins of ages.
    expect(looked).toBe(8);
    // Wilson at 95 % alone would be .43 to .57.
    expect(worst?.error.low).toBeLessThan(0.42);
    expect(slices).toHaveLength(1);
  });

  it('calls no slice worse where errors are drawn blindly, in at least 90 of 100 draws', () => {
    let alarms = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = createRandom(seed);
      const { table, values } = classification(() => random.uniform() < 0.2);
      if (analyse(table, values, 3).slices.length > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  it('puts the most certain mistakes first and names likely label errors', () => {
    const y = [...'aaaaaaaaaabbbbbbbbbbcccccccccc'];
    const table = tableFromColumns({ x: [...y.keys()], y });
    const values = y.flatMap((label, i) => {
      if (i === 3) return certain(1, 0.99);
      if (i === 12) return certain(2, 0.5);
      return certain(names.indexOf(label), 0.8);
    });
    const { mostWrong, likelyLabelErrors } = analyse(table, values, 3);
    expect(mostWrong.map(({ row, truth, prediction }) => [row, truth, prediction])).toEqual([
      [3, 'a', 'b'],
      [12, 'b', 'c'],
    ]);
    expect(mostWrong[0]?.weight).toBeCloseTo(0.99, 6);
    // Row 12 is predicted with less certainty than rows of class c are.
    expect(likelyLabelErrors.map(({ row }) => row)).toEqual([3]);
  });

  it('refuses predictions of other rows', () => {
    const { table, values } = classification(() => false);
    expect(() => analyse(table, values.slice(3), 3)).toThrow(
      'Expected one prediction per row, 600, received 599. Pass the rows that were predicted.',
    );
  });
});

describe('an error analysis of a number', () => {
  const random = createRandom('regression');
  const x = Array.from({ length: 400 }, () => random.uniform());
  const y = x.map((value) => 10 * value + 100);
  const noise = x.map((value) => (value > 0.8 ? 3 : 0.3) * random.normal());
  const table = tableFromColumns({ x, empty: x.map((_, i) => (i % 4 === 0 ? null : i % 50)), y });
  const predicted = y.map((value, i) => value + (noise[i] as number));

  it('has no confusion and finds the bin with the large errors, in units of the deviation', () => {
    const { confusion, slices, looked } = analyse(table, predicted, 1);
    expect(confusion).toBeNull();
    const at = slices.find(({ column }) => column === 'x');
    expect(at?.value).toMatch(/and above$/);
    expect(at?.rows).toBe(80);
    expect(at?.error.value).toBeGreaterThan(0.8);
    expect(at?.error.value).toBeLessThan(1.3);
    expect(looked).toBe(5 + 6);
  });

  it('puts the largest error first, and takes one far beyond the others for a mistake in the data', () => {
    expect(analyse(table, y, 1).likelyLabelErrors).toEqual([]);
    const { mostWrong, likelyLabelErrors } = analyse(table, predicted.with(7, (y[7] as number) + 60), 1);
    expect(mostWrong[0]).toMatchObject({ row: 7 });
    // As float32 they are 100.0999984741211 and the like.
    for (const { truth, prediction } of mostWrong) expect(`${truth} ${prediction}`).not.toMatch(/\d{10}/);
    expect(mostWrong).toHaveLength(20);
    expect(likelyLabelErrors[0]?.row).toBe(7);
  });
});
