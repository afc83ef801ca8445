import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../../src/base/error.ts';
import { createArena } from '../../../../src/engine/kernels/arena.ts';

describe('createArena', () => {
  it('places regions at multiples of 64 bytes, all zeros, without overlap', () => {
    const arena = createArena([
      { name: 'a', floats: 1 },
      { name: 'b', floats: 17 },
      { name: 'empty', floats: 0 },
      { name: 'c', floats: 16 },
    ]);
    expect(['a', 'b', 'empty', 'c'].map((name) => arena.offset(name))).toEqual([0, 64, 192, 192]);
    expect(arena.bytes).toBe(65536);
    expect(arena.float32('b')).toEqual(new Float32Array(17));
    arena.float32('b').fill(1);
    expect([...arena.float32('a'), ...arena.float32('c')].every((x) => x === 0)).toBe(true);
  });

  it('gives views of all types on the same bytes', () => {
    const arena = createArena([{ name: 'x', floats: 5 }]);
    arena.float32('x')[1] = 1;
    expect(arena.int32('x')[1]).toBe(0x3f800000);
    expect(arena.float64('x').length).toBe(2);
    expect(arena.float64('x').byteOffset).toBe(arena.offset('x'));
  });

  it('never grows, so views stay attached', () => {
    const arena = createArena([{ name: 'x', floats: 100_000 }]);
    const view = arena.float32('x');
    expect(arena.bytes).toBe(7 * 65536);
    arena.kernels.dropoutMask(arena.offset('x'), 100_000, 0.5, 1, 1, 0);
    expect(view.byteLength).toBe(400_000);
    expect(view.some((x) => x === 2)).toBe(true);
  });

  it('refuses more than 4 GiB, naming the size and what to do', () => {
    const regions = [
      { name: 'parameters', floats: 600_000_000 },
      { name: 'gradients', floats: 600_000_000 },
    ];
    expect(() => createArena(regions)).toThrow(
      new FettleError(
        'engine',
        'An arena holds at most 4 GiB, but this network with its optimizer and batch needs 4.5 GiB. Use a smaller network, a smaller batch, or SGD, which keeps fewer moments.',
      ),
    );
  });

  it('names the regions it has when asked for another', () => {
    const arena = createArena([
      { name: 'parameters', floats: 1 },
      { name: 'gradients', floats: 1 },
    ]);
    expect(arena.has('average')).toBe(false);
    expect(() => arena.float32('average')).toThrow(
      'The arena has no region "average"; it has: parameters, gradients. Add it to createArena.',
    );
  });

  it('refuses a name twice and lengths that are no whole numbers', () => {
    const twice = [
      { name: 'x', floats: 1 },
      { name: 'x', floats: 2 },
    ];
    expect(() => createArena(twice)).toThrow('Two regions of the arena are named "x"; rename one.');
    for (const floats of [-1, 1.5, Number.NaN]) {
      expect(() => createArena([{ name: 'x', floats }])).toThrow(
        `Region "x" must have a whole number of floats, but has ${floats}.`,
      );
    }
  });
});
