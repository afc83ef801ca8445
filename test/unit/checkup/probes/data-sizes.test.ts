import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nestedParts, sizesOf } from '../../../../src/checkup/probes/data-sizes.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { tableFromColumns } from '../../../../src/data/table.ts';

describe('the sizes', () => {
  it('double up to all rows, and leave some rows of each class', () => {
    expect(sizesOf(899, 10)).toEqual([56, 112, 225, 450, 899]);
    expect(sizesOf(100_000, 2)).toEqual([781, 1563, 3125, 6250, 12_500, 25_000, 50_000, 100_000]);
    expect(sizesOf(424, 4)).toEqual([32, 61, 116, 222, 424]);
    expect(sizesOf(899, 40)?.[0]).toBe(160);
  });

  it('are null where there are too few rows for a curve', () => {
    expect(sizesOf(127, 2)).toBeNull();
    expect(sizesOf(128, 2)).not.toBeNull();
    expect(sizesOf(1500, 100)).toBeNull();
  });

  it('rise to all rows, 5 to 8 of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 300 }), (rows, classes) => {
        const sizes = sizesOf(rows, classes);
        if (sizes === null) return rows < 128 || rows < 16 * classes;
        const rising = sizes.every((size, i) => i === 0 || size > (sizes[i - 1] as number));
        return rising && sizes.at(-1) === rows && sizes.length >= 5 && sizes.length <= 8 && (sizes[0] as number) >= 32;
      }),
    );
  });
});

describe('the parts', () => {
  const x = Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 43_758.5453);
  const table = tableFromColumns({ x, y: x.map((_, i) => (i % 4 === 0 ? 'rare' : 'common')) });
  const roles = inferRoles(table, { target: 'y' });
  const trainRows = Uint32Array.from({ length: 320 }, (_, i) => i + 40);
  const options = { table, roles, trainRows };

  it('lie inside each other, hold as many rows as asked, and the shares of the classes', () => {
    const parts = nestedParts(options, [40, 80, 160, 320], 1);
    expect(parts.map(({ length }) => length)).toEqual([40, 80, 160, 320]);
    parts.slice(0, -1).forEach((part, i) => {
      const around = new Set(parts[i + 1]);
      expect(part.every((row) => around.has(row))).toBe(true);
    });
    for (const part of parts) expect(part.filter((row) => row % 4 === 0)).toHaveLength(part.length / 4);
    expect(parts.at(-1)).toEqual(trainRows);
  });

  it('are the same for a seed, and others for another', () => {
    const first = (seed: number) => [...(nestedParts(options, [40, 320], seed)[0] ?? [])];
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });
});
