import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { rowFacts } from '../../../../src/checkup/facts/rows.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { type Cell, tableFromColumns, tableFromImages } from '../../../../src/data/table.ts';

const trainRows = 600;
const devRows = 200;
const all = trainRows + devRows;

/** A table of which the last 200 rows are dev rows; `move` is added to a column of theirs. */
function look(move: { readonly a?: number; readonly b?: number; readonly c?: number }, copies = false) {
  const random = createRandom('shift');
  const column = (by: number | undefined): Cell[] =>
    Array.from(
      { length: all },
      (_, i) => Math.round(1000 * (random.normal() + (i < trainRows ? 0 : (by ?? 0)))) / 1000,
    );
  const columns: Record<string, Cell[]> = {
    a: column(move.a),
    b: column(move.b),
    c: column(move.c),
    kind: Array.from({ length: all }, () => ['x', 'y', 'z'][random.below(3)] as string),
    target: Array.from({ length: all }, (_, i) => i % 4 < 2),
  };
  // every second row of each set stands there twice
  if (copies) {
    for (const cells of Object.values(columns)) for (let i = 1; i < all; i += 2) cells[i] = cells[i - 1] as Cell;
  }
  const table = tableFromColumns(columns);
  const rows = Uint32Array.from({ length: all }, (_, i) => i);
  return rowFacts({
    table,
    roles: inferRoles(table, { target: 'target' }),
    trainRows: rows.subarray(0, trainRows),
    held: { table, rows: rows.subarray(trainRows) },
    seed: 0,
  });
}

describe('the shift of dev rows', () => {
  it('is about .5 for rows of one kind', () => {
    const { shift } = look({});
    expect(shift?.auc).toBeGreaterThan(0.42);
    expect(shift?.auc).toBeLessThan(0.58);
    expect(shift?.low).toBeLessThan(0.5);
    expect(shift?.high).toBeGreaterThan(0.5);
  });

  it('grows with the distance, and names the column', () => {
    const half = look({ b: 0.5 }).shift;
    const one = look({ b: 1 }).shift;
    expect(one?.auc).toBeGreaterThan(half?.auc ?? 1);
    // that of the best classifier: normalCdf(1 / sqrt(2)) = .76
    expect(one?.auc).toBeLessThan(0.79);
    expect(one?.low).toBeGreaterThan(0.638);
    expect(one?.columns[0]?.column).toBe('b');
    expect(one?.columns[0]?.value).toBeGreaterThan(0.8);
    expect(one?.columns).toHaveLength(3);
  });

  it('is not misled by copies that were kept on one side', () => {
    expect(look({}, true).shift?.low).toBeLessThan(0.55);
  });

  it('has limits where the sets do not overlap', () => {
    const { shift } = look({ a: 30 });
    expect(shift?.auc).toBe(1);
    expect(shift?.low).toBeGreaterThan(0.95);
  });

  it('sees darker images', () => {
    const random = createRandom('images');
    const pixels = Uint8Array.from({ length: all * 64 }, (_, at) =>
      Math.round(random.uniform() * (at < trainRows * 64 ? 255 : 200)),
    );
    const label = Array.from({ length: all }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const table = tableFromImages({ channels: 1, height: 8, width: 8, pixels }, { label });
    const rows = Uint32Array.from({ length: all }, (_, i) => i);
    const { shift } = rowFacts({
      table,
      roles: inferRoles(table, { target: 'label' }),
      trainRows: rows.subarray(0, trainRows),
      held: { table, rows: rows.subarray(trainRows) },
      seed: 0,
    });
    expect(shift?.low).toBeGreaterThan(0.9);
    expect(shift?.columns).toEqual([]);
  });
});

describe('rowFacts', () => {
  it('is the same for the same seed, and needs no dev rows', () => {
    expect(look({ a: 0.2 })).toEqual(look({ a: 0.2 }));
    const table = tableFromColumns({
      x: Array.from({ length: 60 }, (_, i) => i),
      y: Array.from({ length: 60 }, (_, i) => i * i),
    });
    const found = rowFacts({
      table,
      roles: inferRoles(table, { target: 'y', task: 'regression' }),
      trainRows: Uint32Array.from({ length: 60 }, (_, i) => i),
      held: null,
      seed: 0,
    });
    expect(found).toMatchObject({ labelNoise: null, shift: null, duplicates: { across: null, contradicting: null } });
    expect(found.neighbours?.error.value).toBeLessThan(0.1);
  });

  it('says nothing but that there are none without training rows', () => {
    const table = tableFromColumns({
      x: Array.from({ length: 20 }, (_, i) => i),
      y: Array.from({ length: 20 }, (_, i) => i % 2 === 0),
    });
    const roles = inferRoles(table, { target: 'y' });
    expect(rowFacts({ table, roles, trainRows: new Uint32Array(0), held: null, seed: 0 })).toEqual({
      duplicates: null,
      neighbours: null,
      labelNoise: null,
      shift: null,
    });
  });
});
