import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import type { DatasetImages } from '../../../../src/data/dataset.ts';
import { createArena } from '../../../../src/engine/index.ts';
import { noAugmentation } from '../../../../src/plan/defaults.ts';
import type { AugmentationPlan } from '../../../../src/plan/plan.ts';
import { usualAugmentation } from '../../../../src/plan/usual-augmentation.ts';
import { createImageBatcher, imageRegions } from '../../../../src/training/images/image-batch.ts';

const everything = { ...noAugmentation, ...usualAugmentation };

/** Images of random bytes; the dataset's rows are the store's in reverse. */
function imagesOf(
  channels: number,
  height: number,
  width: number,
  rows = 12,
  center?: readonly number[],
): DatasetImages {
  const random = createRandom('images');
  return {
    ...{ channels, height, width },
    pixels: Uint8Array.from({ length: rows * channels * height * width }, () => random.below(256)),
    index: Uint32Array.from({ length: rows }, (_, i) => rows - 1 - i),
    center: center ?? new Array(channels).fill(100),
    factor: new Array(channels).fill(1),
  };
}

function batcherOf(images: DatasetImages, changes: Partial<AugmentationPlan>, batchSize = 4, seed = 1) {
  const plan = { ...noAugmentation, ...changes };
  const arena = createArena(imageRegions(images, plan, batchSize));
  return { ...createImageBatcher({ arena, images, plan, batchSize, seed }), arena };
}

const rowsOf = (...rows: number[]): Uint32Array => Uint32Array.from(rows);
const original = (images: DatasetImages, row: number): Uint8Array => {
  const bytes = images.channels * images.height * images.width;
  const at = (images.index[row] as number) * bytes;
  return images.pixels.subarray(at, at + bytes);
};
const originals = (images: DatasetImages, ...rows: number[]): number[] =>
  rows.flatMap((row) => [...original(images, row)]);

describe('createImageBatcher', () => {
  it('copies the rows as they are without augmentation, into one region', () => {
    const images = imagesOf(3, 5, 7);
    const { pixels, fill, arena } = batcherOf(images, { noise: 3 });
    expect(fill(1, rowsOf(0, 5, 5, 11))).toEqual({ mixed: null });
    expect([...pixels]).toEqual(originals(images, 0, 5, 5, 11));
    expect(arena.regions).toEqual([{ name: 'images', floats: 105 }]);
    expect([...arena.uint8('images').subarray(0, pixels.length)]).toEqual([...pixels]);
  });

  it('makes the same batch whatever came before it', () => {
    const images = imagesOf(3, 8, 9);
    const rows = rowsOf(1, 2, 3, 4);
    const running = batcherOf(images, everything);
    for (let step = 1; step < 7; step++) running.fill(step, rowsOf(9, 8, step, 6));
    const resumed = batcherOf(images, everything);
    expect(running.fill(7, rows)).toEqual(resumed.fill(7, rows));
    expect(running.pixels).toEqual(resumed.pixels);
    resumed.fill(8, rows);
    expect(resumed.pixels).not.toEqual(running.pixels);
    const other = batcherOf(images, everything, 4, 2);
    other.fill(7, rows);
    expect(other.pixels).not.toEqual(running.pixels);
  });

  it('is the same bytes on every machine', () => {
    const images = imagesOf(3, 8, 9);
    const { pixels, fill } = batcherOf(images, everything);
    fill(3, rowsOf(1, 2, 3, 4));
    let sum = 0;
    for (const [i, x] of pixels.entries()) sum = (sum * 31 + x + i) % 1_000_003;
    expect(sum).toMatchInlineSnapshot(`470785`);
  });

  it('changes an image by its position alone, not by the others in the batch', () => {
    const images = imagesOf(1, 9, 9);
    const { mixup: _, cutmix: __, ...single } = usualAugmentation;
    const { pixels, fill } = batcherOf(images, single);
    fill(2, rowsOf(1, 2, 3, 4));
    const first = pixels.slice();
    fill(2, rowsOf(7, 2, 8, 4));
    expect(pixels.subarray(81, 162)).toEqual(first.subarray(81, 162));
    expect(pixels.subarray(243)).toEqual(first.subarray(243));
    expect(pixels.subarray(0, 81)).not.toEqual(first.subarray(0, 81));
  });

  it('mirrors the same images when other changes are added', () => {
    const images = imagesOf(1, 6, 6);
    const rows = rowsOf(...new Array(32).fill(3));
    const alone = batcherOf(images, { horizontalFlip: true }, 32);
    alone.fill(5, rows);
    const same = Uint8Array.from(original(images, 3));
    const flipped = Array.from({ length: 32 }, (_, i) => alone.pixels[36 * i] !== same[0]);
    expect(flipped.filter(Boolean).length).toBeGreaterThan(6);
    expect(flipped.filter(Boolean).length).toBeLessThan(26);
    const more = batcherOf(images, { horizontalFlip: true, verticalFlip: true }, 32);
    more.fill(5, rows);
    const corners = Array.from({ length: 32 }, (_, i) => more.pixels[36 * i]);
    corners.forEach((corner, i) => {
      expect(flipped[i] ? [same[5], same[35]] : [same[0], same[30]]).toContain(corner);
    });
  });

  it('fills what comes in, the frame and the square with the mean of each channel', () => {
    const black = imagesOf(3, 8, 8, 2, [10.4, 200.6, 55]);
    black.pixels.fill(0);
    for (const changes of [{ shift: 0.5 }, { rotation: 180, shift: 0.5 }, { cutout: 1 }]) {
      const { pixels, fill } = batcherOf(black, changes, 8);
      const seen = [new Set<number>(), new Set<number>(), new Set<number>()];
      for (let step = 1; step < 5; step++) {
        fill(step, rowsOf(0, 1, 0, 1, 0, 1, 0, 1));
        for (let i = 0; i < pixels.length; i++) seen[Math.floor(i / 64) % 3]?.add(pixels[i] as number);
      }
      const most = seen.map((values) => Math.max(...values));
      expect(most).toEqual([10, 201, 55]);
    }
  });

  it('measures the mean where normalization does not subtract it', () => {
    const images = imagesOf(1, 4, 4, 2, [0]);
    images.pixels.fill(3, 0, 16).fill(6, 16);
    const { pixels, fill } = batcherOf(images, { cutout: 1 }, 2);
    fill(1, rowsOf(0, 1));
    expect(new Set(pixels)).toEqual(new Set([3, 5, 6].filter((x) => pixels.includes(x))));
    expect(pixels.includes(5)).toBe(true);
  });

  it('mixes each row with the reversed batch, and says by what share', () => {
    const images = imagesOf(1, 6, 5);
    const rows = rowsOf(2, 7, 4, 9, 0);
    const plain = originals(images, ...rows);
    const reversed = originals(images, ...[...rows].reverse());
    const { pixels, fill } = batcherOf(images, { mixup: 1 }, 5);
    for (let step = 1; step < 20; step++) {
      const { mixed } = fill(step, rows);
      if (mixed === null) throw new Error('expected a mixed batch');
      expect(mixed.kind).toBe('mixup');
      expect([...mixed.partners]).toEqual([0, 9, 4, 7, 2]);
      pixels.forEach((x, i) => {
        const exact = mixed.share * (plain[i] as number) + (1 - mixed.share) * (reversed[i] as number);
        expect(Math.abs(x - exact)).toBeLessThanOrEqual(0.5);
      });
    }
  });

  it('cuts as many pixels from the partner as the share says', () => {
    const images = imagesOf(1, 10, 12, 2);
    images.pixels.fill(0, 0, 120).fill(255, 120);
    const { pixels, fill } = batcherOf(images, { cutmix: 1 }, 2);
    const shares = [];
    for (let step = 1; step < 30; step++) {
      const { mixed } = fill(step, rowsOf(0, 1));
      if (mixed === null) throw new Error('expected a mixed batch');
      expect(pixels.subarray(0, 120).filter((x) => x === 255).length / 120).toBeCloseTo(mixed.share, 12);
      expect(pixels.subarray(120).filter((x) => x === 0).length / 120).toBeCloseTo(mixed.share, 12);
      shares.push(mixed.share);
    }
    expect(Math.max(...shares)).toBeGreaterThan(0.8);
    expect(Math.min(...shares)).toBeLessThan(0.6);
  });

  it('stays in its regions for any shape and any strength', () => {
    const strength = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));
    const plans = fc.record({
      ...{ noise: fc.constant(0), horizontalFlip: fc.boolean(), verticalFlip: fc.boolean() },
      ...{ shift: strength(0.5), rotation: strength(180), scale: strength(0.9), color: strength(1) },
      ...{ cutout: strength(1), mixup: strength(4), cutmix: strength(4) },
    });
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.constantFrom(1, 3), side, side, plans, fc.integer({ min: 1, max: 5 }), (c, h, w, plan, size) => {
        const images = imagesOf(c, h, w, 3);
        const regions = imageRegions(images, plan, size).flatMap((one, i) => [one, { name: `guard.${i}`, floats: 16 }]);
        const arena = createArena(regions);
        const guards = regions.filter(({ name }) => name.startsWith('guard')).map(({ name }) => arena.uint8(name));
        for (const guard of guards) guard.fill(0xa5);
        const { fill, pixels } = createImageBatcher({ arena, images, plan, batchSize: size, seed: 3 });
        expect(pixels.length).toBe(size * c * h * w);
        for (let step = 1; step < 4; step++)
          fill(
            step,
            Uint32Array.from({ length: size }, (_, i) => (i * 2) % 3),
          );
        expect(guards.every((guard) => guard.every((x) => x === 0xa5))).toBe(true);
      }),
    );
  });

  it('refuses to turn images whose coordinates would not fit', () => {
    const images = imagesOf(1, 1, 2001, 1);
    expect(() => batcherOf(images, { rotation: 5 }, 1)).toThrow(
      'Rotation and scale take images of at most 2000 pixels a side, but these have 1 x 2001. Read them at a smaller size.',
    );
    const { fill, pixels } = batcherOf(images, { horizontalFlip: true }, 1);
    fill(1, rowsOf(0));
    expect(pixels.length).toBe(2001);
  });
});
