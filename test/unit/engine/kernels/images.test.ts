import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { createArena } from '../../../../src/engine/kernels/arena.ts';
import { colored, type Inverse, imageOf, moved, type Shape, warped } from './image-reference.ts';

const GUARD = 0xa5;
const fill = [17, 230, 99, 4];
const fillWord = 17 + 230 * 256 + 99 * 65536 + 4 * 16777216;

/** A memory with one source, a target between guards, and a frame. */
function memory(shape: Shape, images = 1) {
  const { channels, height, width } = shape;
  const bytes = channels * height * width;
  const frameBytes = (height + 3) * (width + 3) * (channels === 3 ? 4 : channels) + 16;
  const floats = (size: number): number => Math.ceil(size / 4);
  const arena = createArena([
    { name: 'from', floats: floats(bytes) },
    { name: 'before', floats: 16 },
    { name: 'to', floats: floats(images * bytes + 64) },
    { name: 'padded', floats: floats(frameBytes) },
  ]);
  const frame = arena.uint8('padded').subarray(0, frameBytes);
  const plane = (height + 3) * (width + 3);
  for (let i = 0; i < frame.length; i++) frame[i] = fill[channels === 3 ? i % 4 : Math.floor(i / plane)] ?? 0;
  const from = arena.uint8('from').subarray(0, bytes);
  const random = createRandom(`${channels}/${height}/${width}`);
  for (let i = 0; i < bytes; i++) from[i] = random.below(256);
  arena.uint8('before').fill(GUARD);
  arena.uint8('to').fill(GUARD);
  const guards = (): boolean =>
    arena.uint8('before').every((x) => x === GUARD) &&
    arena
      .uint8('to')
      .subarray(images * bytes)
      .every((x) => x === GUARD);
  const { kernels, offset } = arena;
  return { kernels, at: offset, from, to: arena.uint8('to').subarray(0, images * bytes), guards, bytes };
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  channels: fc.constantFrom(1, 3, 2),
  height: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 40 }),
});
const shiftIn = fc.integer({ min: -45, max: 45 });
const factor = fc.double({ min: 0, max: 2, noNaN: true });

function move(shape: Shape, flip: number, right: number, down: number) {
  const place = memory(shape);
  const { channels, height, width } = shape;
  place.kernels.moveImage(place.at('to'), place.at('from'), channels, height, width, flip, right, down, fillWord);
  return place;
}

function warp(shape: Shape, { xx, xy, yx, yy }: Inverse, right: number, down: number) {
  const place = memory(shape);
  const { channels, height, width } = shape;
  const [to, from, padded] = ['to', 'from', 'padded'].map(place.at) as [number, number, number];
  place.kernels.warpImage(to, from, padded, channels, height, width, xx, xy, yx, yy, right, down);
  return place;
}

describe('moveImage', () => {
  it('is the flip, then the shift, pixel by pixel, and writes nothing beside the image', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 3 }), shiftIn, shiftIn, (shape, flip, right, down) => {
        const { from, to, guards } = move(shape, flip, right, down);
        expect(to).toEqual(moved(from, shape, { flip, right, down }, fill));
        expect(guards()).toBe(true);
      }),
    );
  });

  it('copies without flip and shift', () => {
    const { from, to } = move({ channels: 3, height: 5, width: 33 }, 0, 0, 0);
    expect(to).toEqual(from);
  });

  it('gives the image back when it is flipped twice', () => {
    for (const flip of [1, 2, 3]) {
      const place = move({ channels: 3, height: 9, width: 21 }, flip, 0, 0);
      expect(place.to).not.toEqual(place.from);
      const original = place.from.slice();
      place.from.set(place.to);
      place.kernels.moveImage(place.at('to'), place.at('from'), 3, 9, 21, flip, 0, 0, fillWord);
      expect(place.to).toEqual(original);
    }
  });
});

describe('warpImage', () => {
  const number = fc.integer({ min: -655360, max: 655360 });
  it('is the bilinear sample, pixel by pixel, and writes nothing beside the image', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.record({ xx: number, xy: number, yx: number, yy: number }),
        shiftIn,
        shiftIn,
        (shape, inverse, right, down) => {
          const { from, to, guards } = warp(shape, inverse, right, down);
          expect(to).toEqual(warped(from, shape, inverse, { right, down }, fill));
          expect(guards()).toBe(true);
        },
      ),
    );
  });

  it('is moveImage where nothing turns or scales', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 3 }), shiftIn, shiftIn, (shape, flip, right, down) => {
        const [x, y] = [flip & 1 ? -65536 : 65536, flip & 2 ? -65536 : 65536];
        const { from, to } = warp(shape, { xx: x, xy: 0, yx: 0, yy: y }, right, down);
        expect(to).toEqual(moved(from, shape, { flip, right, down }, fill));
      }),
    );
  });

  it('turns a quarter exactly: the right column becomes a row', () => {
    const shape = { channels: 3, height: 7, width: 7 };
    const { from, to } = warp(shape, { xx: 0, xy: 65536, yx: -65536, yy: 0 }, 0, 0);
    expect(to).toEqual(imageOf(shape, (c, row, column) => from[(c * 7 + 6 - column) * 7 + row] as number));
  });

  it('keeps to int32 at the longest side and the strongest scale that are allowed', () => {
    const shape = { channels: 1, height: 2, width: 2000 };
    const tall = { channels: 1, height: 2000, width: 2 };
    const inverse = { xx: 463410, xy: 463410, yx: -463410, yy: 463410 };
    for (const one of [shape, tall]) {
      const { from, to } = warp(one, inverse, one.width / 2, -one.height / 2);
      expect(to).toEqual(warped(from, one, inverse, { right: one.width / 2, down: -one.height / 2 }, fill));
    }
  });
});

describe('colorImage', () => {
  it('is brightness, contrast and saturation, pixel by pixel', () => {
    fc.assert(
      fc.property(shapes, fc.tuple(factor, factor, factor), (shape, factors) => {
        const { kernels, at, from, to, guards } = memory(shape);
        to.set(from);
        kernels.colorImage(at('to'), shape.channels, shape.height * shape.width, ...factors);
        expect(to).toEqual(colored(from, shape, factors));
        expect(guards()).toBe(true);
      }),
    );
  });

  const shape = { channels: 3, height: 6, width: 7 };
  const withFactors = (b: number, c: number, s: number) => {
    const { kernels, at, from, to } = memory(shape);
    to.set(from);
    kernels.colorImage(at('to'), 3, 42, b, c, s);
    return { from, to };
  };

  it('changes nothing at factors of 1', () => {
    const { from, to } = withFactors(1, 1, 1);
    expect(to).toEqual(from);
  });

  it('makes black at brightness 0, grey at saturation 0, and one grey at contrast 0', () => {
    expect(withFactors(0, 1, 1).to.every((x) => x === 0)).toBe(true);
    const grey = withFactors(1, 1, 0).to;
    expect(grey.subarray(0, 42)).toEqual(grey.subarray(42, 84));
    const { from, to } = withFactors(1, 0, 1);
    const means = [0, 1, 2].map((c) => from.subarray(42 * c, 42 * c + 42).reduce((sum, x) => sum + x, 0) / 42);
    const mean = (77 * (means[0] as number) + 150 * (means[1] as number) + 29 * (means[2] as number)) / 256;
    expect(new Set(to)).toEqual(new Set([Math.round(mean)]));
  });

  it('keeps within 0 and 255', () => {
    const { to } = withFactors(2, 2, 2);
    expect(to.includes(0) && to.includes(255)).toBe(true);
  });
});

describe('fillBox', () => {
  it('fills the rows and columns of the box in each channel and no others', () => {
    const pair = (most: number) => fc.tuple(fc.nat(most), fc.nat(most)).map((x) => x.sort((a, b) => a - b));
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), pair(shape.height), pair(shape.width))),
        ([shape, rows, columns]) => {
          const { kernels, at, from, to, guards } = memory(shape);
          const [top, bottom, left, right] = [...rows, ...columns] as [number, number, number, number];
          to.set(from);
          const { channels, height, width } = shape;
          kernels.fillBox(at('to'), channels, height, width, top, left, bottom, right, fillWord);
          const expected = imageOf(shape, (c, row, column) => {
            const isInside = row >= top && row < bottom && column >= left && column < right;
            return isInside ? (fill[c] as number) : (from[(c * height + row) * width + column] as number);
          });
          expect(to).toEqual(expected);
          expect(guards()).toBe(true);
        },
      ),
    );
  });
});

describe('mixing', () => {
  const counts = fc.integer({ min: 1, max: 5 });
  /** A batch of random bytes. */
  function batch(shape: Shape, count: number) {
    const place = memory(shape, count);
    const random = createRandom(count);
    for (let i = 0; i < place.to.length; i++) place.to[i] = random.below(256);
    return { ...place, before: place.to.slice() };
  }

  it('blends image i with image count - 1 - i, all at once', () => {
    fc.assert(
      fc.property(shapes, counts, fc.integer({ min: 0, max: 256 }), (shape, count, share) => {
        const { kernels, at, to, before, guards, bytes } = batch(shape, count);
        kernels.mixImages(at('to'), count, bytes, share);
        const expected = before.map((x, i) => {
          const partner = before[(count - 1 - Math.floor(i / bytes)) * bytes + (i % bytes)] as number;
          return Math.floor((share * x + (256 - share) * partner + 128) / 256);
        });
        expect(to).toEqual(expected);
        expect(guards()).toBe(true);
      }),
    );
  });

  it('swaps the box of image i and image count - 1 - i, and back', () => {
    fc.assert(
      fc.property(shapes, counts, fc.nat(), fc.nat(), fc.nat(), fc.nat(), (shape, count, a, b, c, d) => {
        const { channels, height, width } = shape;
        const [top, bottom] = [a % (height + 1), b % (height + 1)].sort((x, y) => x - y) as [number, number];
        const [left, right] = [c % (width + 1), d % (width + 1)].sort((x, y) => x - y) as [number, number];
        const { kernels, at, to, before, guards, bytes } = batch(shape, count);
        const swap = () => kernels.swapBoxes(at('to'), count, channels, height, width, top, left, bottom, right);
        swap();
        const expected = before.map((x, i) => {
          const [row, column] = [Math.floor((i % (height * width)) / width), i % width];
          const isInside = row >= top && row < bottom && column >= left && column < right;
          return isInside ? (before[(count - 1 - Math.floor(i / bytes)) * bytes + (i % bytes)] as number) : x;
        });
        expect(to).toEqual(expected);
        expect(guards()).toBe(true);
        swap();
        expect(to).toEqual(before);
      }),
    );
  });
});
