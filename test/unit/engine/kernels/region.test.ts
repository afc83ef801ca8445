import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { createArena } from '../../../../src/engine/kernels/arena.ts';

// Lengths around the groups of 4 and 16 floats and the end of the memory.
const LENGTHS = [0, 1, 3, 4, 5, 15, 16, 17, 31, 1024, 1025, 5000];

/** A region of normal numbers, with garbage in its padding and in the region after it. */
function filled(length: number) {
  const padded = Math.ceil(length / 16) * 16;
  const arena = createArena([
    { name: 'x', floats: padded },
    { name: 'y', floats: padded },
    { name: 'after', floats: 16 },
  ]);
  const random = createRandom(length);
  for (const name of ['x', 'y', 'after']) {
    const values = arena.float32(name);
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
  }
  const take = (name: string) => arena.float32(name).subarray(0, length);
  return { arena, kernels: arena.kernels, x: take('x'), y: take('y'), at: arena.offset };
}

describe.each(LENGTHS)('kernels over %i floats', (length) => {
  it('squaredNorm is the sum of the squares', () => {
    const { kernels, x, at } = filled(length);
    const expected = x.reduce((sum, v) => sum + v * v, 0);
    expect(Math.abs(kernels.squaredNorm(at('x'), length) - expected)).toBeLessThanOrEqual(1e-13 * expected);
  });

  it('scale multiplies, and touches nothing after the padding', () => {
    const { arena, kernels, x, at } = filled(length);
    const expected = x.map((v) => v * 1.5);
    const after = arena.float32('after').slice();
    kernels.scale(at('x'), length, 1.5);
    expect(x).toEqual(expected);
    kernels.scale(at('y'), length, 1.5);
    expect(arena.float32('after')).toEqual(after);
  });

  it('zeros counts +0 and -0 and not the padding', () => {
    const { kernels, x, at } = filled(length);
    x.forEach((_, i) => {
      if (i % 3 === 0) x[i] = i % 2 === 0 ? 0 : -0;
    });
    expect(kernels.zeros(at('x'), length)).toBe(Math.ceil(length / 3));
  });

  it('average moves by the share, and copies at share 1', () => {
    const { kernels, x, y, at } = filled(length);
    const share = Math.fround(0.3);
    const expected = y.map((v, i) => v + Math.fround(share * Math.fround((x[i] as number) - v)));
    kernels.average(at('y'), at('x'), length, share);
    expect(y).toEqual(expected);
    kernels.average(at('y'), at('x'), length, 1);
    expect(y).toEqual(x);
  });

  it('finite sees NaN and infinity at any place, and only inside the region', () => {
    const { arena, kernels, x, at } = filled(length);
    arena.float32('x').fill(Number.NaN, length);
    expect(kernels.finite(at('x'), length)).toBe(1);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const place of new Set([0, length >> 1, length - 1])) {
        if (length === 0) continue;
        const saved = x[place] as number;
        x[place] = bad;
        expect(kernels.finite(at('x'), length)).toBe(0);
        x[place] = saved;
      }
    }
  });
});

describe('extremes', () => {
  it('squaredNorm is finite for all finite floats, since clipping must not fail', () => {
    const { kernels, x, at } = filled(17);
    x.fill(3e38);
    expect(kernels.squaredNorm(at('x'), 17)).toBeCloseTo(17 * Math.fround(3e38) ** 2, -65);
    x.fill(1e-30);
    expect(kernels.squaredNorm(at('x'), 17) / (17 * Math.fround(1e-30) ** 2)).toBeCloseTo(1, 12);
  });

  it('finite accepts the largest float and subnormals', () => {
    const { kernels, x, at } = filled(5);
    x.set([3.4028234663852886e38, -3.4028234663852886e38, 1e-45, 0, -0]);
    expect(kernels.finite(at('x'), 5)).toBe(1);
  });

  it('flush zeroes what is small, both signs, and keeps the rest and NaN', () => {
    const { kernels, x, at } = filled(7);
    x.set([1e-31, -1e-31, 1e-29, -1e-29, Number.NaN, 1e-45, Number.POSITIVE_INFINITY]);
    const expected = Float32Array.of(0, 0, 1e-29, -1e-29, Number.NaN, 0, Number.POSITIVE_INFINITY);
    kernels.flush(at('x'), 7, 1e-30);
    expect([...x]).toEqual([...expected]);
  });
});

describe('gather', () => {
  it('copies rows of any width, bit for bit, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }),
        (width, rows) => {
          const arena = createArena([
            { name: 'from', floats: 5 * width },
            { name: 'rows', floats: rows.length },
            { name: 'to', floats: rows.length * width + 4 },
          ]);
          // Bit patterns that are NaN as floats must survive: the rows may be int32.
          const from = arena.int32('from');
          for (let i = 0; i < from.length; i++) from[i] = 0x7f800001 + i;
          arena.int32('rows').set(rows);
          const to = arena.int32('to').fill(-7);
          const { kernels, offset } = arena;
          expect(kernels.gather(offset('to'), offset('from'), offset('rows'), rows.length, width, 5)).toBe(-1);
          const expected = rows.flatMap((row) => [...from.subarray(row * width, (row + 1) * width)]);
          expect([...to]).toEqual([...expected, -7, -7, -7, -7]);
        },
      ),
    );
  });

  it.each([5, -1])('stops at row %i, which is not there, and says where', (bad) => {
    const arena = createArena([
      { name: 'from', floats: 5 },
      { name: 'rows', floats: 3 },
      { name: 'to', floats: 3 },
    ]);
    arena.float32('from').set([1, 2, 3, 4, 5]);
    arena.int32('rows').set([4, bad, 0]);
    const { kernels, offset } = arena;
    expect(kernels.gather(offset('to'), offset('from'), offset('rows'), 3, 1, 5)).toBe(1);
    expect([...arena.float32('to')]).toEqual([5, 0, 0]);
  });
});
