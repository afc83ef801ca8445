import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { columnsAlone } from '../../../../src/checkup/facts/alone.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { type Cell, tableFromColumns } from '../../../../src/data/table.ts';

const random = createRandom(7);
const rows = 600;
const make = <T extends Cell>(cell: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => cell(i));
const noise = make(() => random.normal());

function aloneIn(columns: Readonly<Record<string, readonly Cell[]>>, task: 'classification' | 'regression', seed = 0) {
  const table = tableFromColumns(columns);
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return columnsAlone(table, inferRoles(table, { target: 'y', task }), all, seed);
}

const leftBy = (found: ReturnType<typeof aloneIn>, name: string): number | undefined =>
  found.find(({ column }) => column === name)?.value;

describe('columns alone', () => {
  const y = make(() => random.normal() ** 3 * 40 + 200);

  it('leave of a number what their noise leaves: nothing of a copy, all of what is unrelated', () => {
    const deviation = Math.sqrt(y.reduce((sum, v) => sum + (v - 200) ** 2, 0) / rows);
    const found = aloneIn(
      {
        unrelated: noise,
        copy: y.map((v) => -3 * v + 17),
        third: y.map((v) => v + 0.3 * deviation * random.normal()),
        curved: y.map((v) => Math.sinh((v - 200) / 60)),
        square: noise.map((x) => x * x),
        y,
      },
      'regression',
    );
    expect(found[0]?.column).toBe('copy');
    expect(leftBy(found, 'copy')).toBeLessThan(0.01);
    expect(leftBy(found, 'third')).toBeGreaterThan(0.24);
    expect(leftBy(found, 'third')).toBeLessThan(0.34);
    expect(leftBy(found, 'curved')).toBeLessThan(0.5);
    expect(leftBy(found, 'unrelated')).toBeGreaterThan(0.95);
    expect(leftBy(found, 'unrelated')).toBeLessThan(1.1);
  });

  it('leave of classes what they tell: levels, numbers in any order, missing cells', () => {
    const labels = make((i) => ['a', 'b', 'c'][i % 3] ?? '');
    const code = { a: 20, b: 0, c: 10 } as Record<string, number>;
    const found = aloneIn(
      {
        unrelated: noise,
        number: labels.map((label) => (code[label] ?? 0) + random.normal()),
        level: labels.map((label) => `is ${label}`),
        gap: labels.map((label) => (label === 'a' ? null : random.normal())),
        half: labels.map((label) => (random.uniform() < 0.5 ? label : 'b')),
        y: labels,
      },
      'classification',
    );
    expect(leftBy(found, 'level')).toBe(0);
    // A bin may hold rows on both sides of a border.
    expect(leftBy(found, 'number')).toBeLessThan(0.03);
    // Where `a` is known, one of three classes is wrong in place of two.
    expect(leftBy(found, 'gap')).toBeGreaterThan(0.4);
    expect(leftBy(found, 'gap')).toBeLessThan(0.6);
    expect(leftBy(found, 'unrelated')).toBeGreaterThan(0.85);
  });

  it('are judged on other rows: a level for each few rows predicts nothing', () => {
    const labels = make(() => (random.uniform() < 0.5 ? 'a' : 'b'));
    const found = aloneIn({ level: make((i) => `level ${i % 200}`), x: noise, y: labels }, 'classification');
    expect(leftBy(found, 'level')).toBeGreaterThan(0.85);
  });

  it('are at most five, the best first, the same for the same seed, and none for fewer than 30 rows', () => {
    const columns = Object.fromEntries(
      make((i) => i)
        .slice(0, 8)
        .map((k) => [`c${k}`, make(() => random.normal())]),
    );
    const found = aloneIn({ ...columns, y }, 'regression');
    expect(found).toHaveLength(5);
    expect(found.map(({ value }) => value)).toEqual(found.map(({ value }) => value).sort((a, b) => a - b));
    expect(aloneIn({ ...columns, y }, 'regression')).toEqual(found);
    expect(aloneIn({ x: noise.slice(0, 20), y: y.slice(0, 20) }, 'regression')).toEqual([]);
  });
});
