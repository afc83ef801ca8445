import { describe, expect, it } from 'vitest';
import { fitPoints } from '../../../../src/checkup/facts/points.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { tableFromColumns, tableFromImages } from '../../../../src/data/table.ts';

const rows = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);

describe('fitPoints', () => {
  it('scales columns by itself, whatever their unit', () => {
    const column = Array.from({ length: 40 }, (_, i) => (i * 37) % 13);
    const target = column.map((x) => x > 6);
    const small = tableFromColumns({ x: column, target });
    const large = tableFromColumns({ x: column.map((x) => 8192 * x), target });
    const [a, b] = [small, large].map((table) => fitPoints(table, inferRoles(table), rows(40))(table, rows(40)));
    expect(b?.values).toEqual(a?.values);
    expect(a?.complete).toBe(true);
    expect(Math.max(...(a?.values ?? []))).toBeLessThan(3);
  });

  it('gives categories up to 50 levels a distance', () => {
    const table = tableFromColumns({
      x: Array.from({ length: 400 }, (_, i) => i / 7),
      few: Array.from({ length: 400 }, (_, i) => `level ${i % 30}`),
      many: Array.from({ length: 400 }, (_, i) => `name ${i % 60}`),
      target: Array.from({ length: 400 }, (_, i) => i % 2 === 0),
    });
    const points = fitPoints(table, inferRoles(table), rows(400))(table, rows(400));
    expect([points.width, points.complete]).toEqual([31, false]);
  });

  it('shrinks images to means over squares and channels', () => {
    // two images of 2 channels, 9 x 10 pixels: squares of 2 pixels, the last row one pixel high
    const size = 2 * 9 * 10;
    const pixels = Uint8Array.from({ length: 2 * size }, (_, at) => (at < size ? 51 : at < size + 90 ? 255 : 0));
    const table = tableFromImages({ channels: 2, height: 9, width: 10, pixels }, { label: ['a', 'b'] });
    // images need no roles
    const column = Array.from({ length: 20 }, (_, i) => i % 2 === 0);
    const roles = inferRoles(tableFromColumns({ x: column, label: column }));
    const points = fitPoints(table, roles, rows(2))(table, rows(2));
    expect([points.count, points.width, points.complete]).toEqual([2, 25, false]);
    for (let i = 0; i < 25; i++) {
      expect(points.values[i]).toBeCloseTo(0.2, 6);
      expect(points.values[25 + i]).toBeCloseTo(0.5, 6);
    }
  });
});
