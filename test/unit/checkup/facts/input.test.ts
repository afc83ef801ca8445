import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { inputFacts } from '../../../../src/checkup/facts/input.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { type Cell, type Table, tableFromColumns, tableFromImages } from '../../../../src/data/table.ts';
import { defaultImagePlan, defaultPlan } from '../../../../src/plan/defaults.ts';
import type { PreprocessingPlan } from '../../../../src/plan/plan.ts';

const rows = 400;
const random = createRandom(3);
const make = <T extends Cell>(cell: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => cell(i));
const { preprocessing } = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });
const raw: PreprocessingPlan = { ...preprocessing, center: 'none', scale: 'none', clip: 'none' };

function factsOf(
  table: Table,
  plan = preprocessing,
  trainRows = Uint32Array.from({ length: table.rows }, (_, i) => i),
) {
  return inputFacts({ table, roles: inferRoles(table, { target: 'y' }), trainRows, preprocessing: plan, seed: 0 });
}

const y = make((i) => (i % 2 === 0 ? 'yes' : 'no'));
const x = make(() => random.normal());

describe('facts about columns', () => {
  const table = tableFromColumns({
    id: make((i) => i + 1),
    x,
    later: make((i) => (i < 300 ? 4 : i)),
    always: make(() => 7),
    never: make(() => null),
    flag: make((i) => (i < 3 ? 1 : 0)),
    gaps: make((i) => (i % 4 === 0 ? null : Math.sin(i))),
    only: make((i) => (i % 8 === 0 ? null : 'present')),
    copy: x,
    town: make((i) => ['Bern', 'Oslo', 'Rome'][i % 3] ?? ''),
    city: make((i) => ['Bern', 'Oslo', 'Rome'][i % 3] ?? ''),
    y,
  });
  const facts = factsOf(
    table,
    preprocessing,
    Uint32Array.from({ length: 300 }, (_, i) => i),
  );

  it('name those that say nothing, on the training rows', () => {
    expect(facts.columns).toBe(10);
    expect(facts.constant).toEqual(['later', 'always', 'never']);
    // Whether there is a value may say something.
    expect(facts.constant).not.toContain('only');
    expect(facts.nearlyConstant).toBe(1);
    expect(facts.idLike).toEqual(['id']);
  });

  it('name copies with what they are copies of, and shares of missing cells', () => {
    expect(facts.duplicate).toEqual([
      { column: 'copy', of: 'x' },
      { column: 'city', of: 'town' },
    ]);
    expect(facts.missing.map(({ column }) => column)).toEqual(['gaps', 'only']);
    expect(facts.missing[0]?.value).toBe(0.25);
  });
});

describe('the scale of columns', () => {
  const table = tableFromColumns({
    small: make(() => random.normal() * 0.5),
    middle: make(() => random.normal() * 2),
    large: make(() => random.normal() * 300),
    year: make(() => 2000 + random.normal() * 5),
    town: make((i) => ['Bern', 'Oslo', 'Rome'][i % 3] ?? ''),
    same: make((i) => (i < 0 ? 1 : 972.3)),
    y,
  });

  it('is that of the file where the plan leaves it', () => {
    const scale = factsOf(table, raw).scale;
    expect(scale?.leastDeviation).toBeCloseTo(0.5, 1);
    expect(scale?.largestDeviationColumn).toBe('large');
    expect((scale?.largestDeviation ?? 0) / 300).toBeCloseTo(1, 1);
    expect(scale?.medianDeviation).toBeGreaterThan(3);
    expect(scale?.medianDeviation).toBeLessThan(4);
    expect([scale?.largestMeanColumn, Math.round((scale?.largestMean ?? 0) / 100)]).toEqual(['year', 20]);
  });

  it('is about 1 around 0 after both steps, and only away from 0 without the first', () => {
    const both = factsOf(table, { ...raw, center: 'mean', scale: 'standard-deviation' }).scale;
    expect(both?.leastDeviation).toBeCloseTo(1, 4);
    expect(both?.largestDeviation).toBeCloseTo(1, 4);
    expect(both?.largestMean).toBeLessThan(1e-4);
    expect(factsOf(table, { ...raw, scale: 'standard-deviation' }).scale?.largestMean).toBeGreaterThan(300);
  });

  it('is none without numbers that vary', () => {
    expect(factsOf(tableFromColumns({ town: make((i) => `${'abc'[i % 3]}`), y })).scale).toBeNull();
  });
});

describe('facts about images', () => {
  const plan = defaultImagePlan({
    ...{ task: 'classification', minimizesError: true, seed: 0, image: { channels: 3, height: 4, width: 4 } },
  }).preprocessing;
  const pixels = Uint8Array.from({ length: 40 * 3 * 16 }, (_, i) => {
    const channel = Math.floor(i / 16) % 3;
    return channel === 0 ? 200 + (i % 2) * 2 : channel === 1 ? (i * 37) % 256 : 9;
  });
  const table = tableFromImages(
    { channels: 3, height: 4, width: 4, pixels },
    {
      path: Array.from({ length: 40 }, (_, i) => `${i}.png`),
      y: Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'a' : 'b')),
    },
  );

  it('are the scale of the channels that vary, and no columns', () => {
    const facts = factsOf(table, plan);
    expect([facts.columns, facts.constant, facts.idLike, facts.alone]).toEqual([0, [], [], []]);
    expect(facts.scale?.leastDeviation).toBeCloseTo(1, 2);
    expect(facts.scale?.largestMean).toBeLessThan(0.01);
    const unscaled = factsOf(table, { ...plan, center: 'none', scale: 'none' }).scale;
    expect(unscaled?.largestMeanColumn).toBe('red');
    expect(unscaled?.largestMean).toBeCloseTo(201 / 255, 4);
    expect(unscaled?.leastDeviation).toBeCloseTo(1 / 255, 5);
    expect(unscaled?.largestDeviationColumn).toBe('green');
  });
});
