import { describe, expect, it } from 'vitest';
import { createArena } from '../../../../src/engine/kernels/arena.ts';

const N = 1 << 17;

/** A masks' and a noise's worth of values of one stream. */
function stream(seed: number, step: number, index: number, length = N) {
  const arena = createArena([{ name: 'x', floats: length }]);
  const { kernels, offset } = arena;
  const at = offset('x');
  return {
    mask(rate: number): Float32Array {
      kernels.dropoutMask(at, length, rate, seed, step, index);
      return arena.float32('x').slice();
    },
    noise(deviation: number): Float32Array {
      arena.float32('x').fill(0);
      kernels.noise(at, length, deviation, seed, step, index);
      return arena.float32('x').slice();
    },
  };
}

/** The generator once more, from its description: SplitMix64's finalizer for the keys, lowbias32 for the words. */
function referenceWords(seed: number, step: number, index: number, length: number): number[] {
  const mask = (1n << 64n) - 1n;
  const mix = (x: bigint): bigint => {
    let y = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    y = ((y ^ (y >> 27n)) * 0x94d049bb133111ebn) & mask;
    return y ^ (y >> 31n);
  };
  const inner = mix((BigInt(seed) << 32n) | BigInt(step));
  const key = mix((inner + (BigInt(index) + 1n) * 0x9e3779b97f4a7c15n) & mask);
  const [low, high] = [Number(key & 0xffffffffn), Number(key >> 32n)];
  return Array.from({ length }, (_, i) => {
    let x = (i + low) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ high ^ (x >>> 15), 0x846ca68b);
    return x >>> 0;
  });
}

const mean = (x: Float32Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

/** Correlation of x[i] with y[i + lag]; about normal with deviation 1 / sqrt(n) when there is none. */
function correlation(x: Float32Array, y: Float32Array, lag: number): number {
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i + lag < x.length; i++) {
    const [a, b] = [(x[i] as number) - mx, (y[i + lag] as number) - my];
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return xy / Math.sqrt(xx * yy);
}

const LIMIT = 4.5 / Math.sqrt(N); // of 60 correlations of true noise, one lies beyond it in 2,500 runs

describe('dropoutMask', () => {
  it('is a function of seed, step, index and place alone, as described', () => {
    for (const [seed, step, index] of [
      [0, 0, 0],
      [1, 2, 3],
      [0xffffffff, 0xfffffffe, 0x80000000],
    ] as const) {
      const words = referenceWords(seed, step, index, 37);
      const limit = Math.trunc(0.3 * 2 ** 32);
      // Words count as signed: the smallest is -2^31.
      const expected = words.map((w) => ((w ^ 0x80000000) >>> 0 < limit ? 0 : Math.fround(1 / (1 - 0.3))));
      expect([...stream(seed, step, index, 37).mask(0.3)]).toEqual(expected);
    }
  });

  it('gives the first values of a longer mask in a shorter one', () => {
    expect(stream(5, 6, 7, 100).mask(0.5)).toEqual(stream(5, 6, 7, 1000).mask(0.5).subarray(0, 100));
  });

  it.each([0.01, 0.1, 0.3, 0.5, 0.9])('drops a share of %d and keeps mean 1', (rate) => {
    const kept = Math.fround(1 / (1 - rate));
    let dropped = 0;
    for (let step = 1; step <= 4; step++) {
      const mask = stream(9, step, 0).mask(rate);
      expect(mask.every((x) => x === 0 || x === kept)).toBe(true);
      dropped += mask.filter((x) => x === 0).length;
    }
    const n = 4 * N;
    expect(Math.abs(dropped - n * rate) / Math.sqrt(n * rate * (1 - rate))).toBeLessThan(4);
  });

  it('keeps everything at rate 0', () => {
    expect(
      stream(1, 1, 0, 1000)
        .mask(0)
        .every((x) => x === 1),
    ).toBe(true);
  });

  it('shows no correlation between neighbours', () => {
    const mask = stream(2, 1, 0).mask(0.5);
    for (const lag of [1, 2, 3, 4, 5, 8, 16, 32, 64, 100, 128, 256, 512, 1024, 4096]) {
      expect(Math.abs(correlation(mask, mask, lag))).toBeLessThan(LIMIT);
    }
  });

  it('shows no correlation between steps, masks and seeds, at the same place or shifted', () => {
    const mask = stream(2, 1, 0).mask(0.5);
    const others = [stream(2, 2, 0), stream(2, 1, 1), stream(3, 1, 0), stream(2, 0, 0), stream(1, 2, 0)];
    for (const other of others) {
      for (const lag of [0, 1, 2, 4, 16, 128]) {
        expect(Math.abs(correlation(mask, other.mask(0.5), lag))).toBeLessThan(LIMIT);
      }
    }
  });

  it('spreads pairs, triples and quadruples of neighbours evenly (chi-square on 256 cells of 8)', () => {
    const counts = new Float64Array(256);
    for (let step = 1; step <= 4; step++) {
      const mask = stream(4, step, 0).mask(0.5);
      for (let i = 0; i < N; i += 8) {
        let cell = 0;
        for (let k = 0; k < 8; k++) cell = cell * 2 + (mask[i + k] === 0 ? 1 : 0);
        counts[cell] = (counts[cell] as number) + 1;
      }
    }
    const expected = (4 * N) / 8 / 256;
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: mean 255, deviation 22.6.
    expect(Math.abs(chi - 255) / Math.sqrt(2 * 255)).toBeLessThan(4);
  });

  it('has as many of 10,000 different steps drop a given place as it should', () => {
    const arena = createArena([{ name: 'x', floats: 1 }]);
    const x = arena.float32('x');
    let dropped = 0;
    for (let step = 0; step < 10_000; step++) {
      arena.kernels.dropoutMask(arena.offset('x'), 1, 0.2, 8, step, 2);
      if (x[0] === 0) dropped++;
    }
    expect(Math.abs(dropped - 2000) / 40).toBeLessThan(4);
  });
});

describe('noise', () => {
  it('is Box and Muller of the words, to float32 rounding', () => {
    const words = referenceWords(3, 4, 5, 16).map((w) => (w ^ (w >>> 16)) >>> 0);
    const expected = words.map((_, i) => {
      const pair = (i >> 3) * 8 + (i & 3);
      const u = (((words[pair] as number) >>> 8) + 1) / 2 ** 24;
      const angle = (2 * Math.PI * (((words[pair + 4] as number) | 0) >> 8)) / 2 ** 24;
      return Math.sqrt(-2 * Math.log(u)) * ((i & 4) === 0 ? Math.cos(angle) : Math.sin(angle));
    });
    stream(3, 4, 5, 16)
      .noise(1)
      .forEach((x, i) => {
        expect(Math.abs(x - (expected[i] as number))).toBeLessThan(2e-6);
      });
  });

  it('has the moments and the distribution of normal numbers', () => {
    const x = stream(1, 1, 0).noise(1);
    const moment = (k: number): number => x.reduce((sum, v) => sum + v ** k, 0) / N;
    const scale = Math.sqrt(N);
    expect(Math.abs(moment(1)) * scale).toBeLessThan(4);
    expect((Math.abs(moment(2) - 1) * scale) / Math.sqrt(2)).toBeLessThan(4);
    expect((Math.abs(moment(3)) * scale) / Math.sqrt(15)).toBeLessThan(4);
    expect((Math.abs(moment(4) - 3) * scale) / Math.sqrt(96)).toBeLessThan(4);
    // Shares below quantiles of the normal distribution.
    for (const [quantile, share] of [
      [-3, 0.0013499],
      [-1, 0.1586553],
      [0, 0.5],
      [0.5, 0.6914625],
      [2, 0.9772499],
    ] as const) {
      const below = x.filter((v) => v < quantile).length;
      expect(Math.abs(below - N * share) / Math.sqrt(N * share * (1 - share))).toBeLessThan(4);
    }
    expect(x.every((v) => Math.abs(v) < 5.78)).toBe(true);
  });

  it('shows no correlation between neighbours, the halves of a pair, or steps', () => {
    const x = stream(1, 1, 0).noise(1);
    for (const lag of [1, 2, 3, 4, 5, 8, 16, 1024]) expect(Math.abs(correlation(x, x, lag))).toBeLessThan(LIMIT);
    expect(Math.abs(correlation(x, stream(1, 2, 0).noise(1), 0))).toBeLessThan(LIMIT);
    const squares = x.map((v) => v * v);
    expect(Math.abs(correlation(squares, squares, 4))).toBeLessThan(LIMIT);
  });

  it.each([1, 3, 4, 5, 7, 8, 9, 31])('adds to %i values, scaled, and to none after them', (length) => {
    const arena = createArena([{ name: 'x', floats: 48 }]);
    const x = arena.float32('x').fill(10);
    arena.kernels.noise(arena.offset('x'), length, 0.25, 1, 1, 0);
    const unit = stream(1, 1, 0, 48).noise(1);
    const expected = Array.from(x, (_, i) => (i < length ? 10 + 0.25 * (unit[i] as number) : 10));
    x.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i] as number, 5);
    });
    expect([...x.subarray(length)]).toEqual(expected.slice(length));
  });
});

describe('randomWords', () => {
  it('are the words of the generator with all their bits mixed, in whole groups of 16', () => {
    for (const [seed, step, index] of [
      [0, 0, 0],
      [7, 0xffffffff, 3],
    ] as const) {
      const arena = createArena([{ name: 'x', floats: 48 }]);
      const x = arena.int32('x').fill(-7);
      arena.kernels.randomWords(arena.offset('x'), 17, seed, step, index);
      const expected = referenceWords(seed, step, index, 32).map((w) => (w ^ (w >>> 16)) | 0);
      expect([...x]).toEqual([...expected, ...new Array(16).fill(-7)]);
    }
  });
});
