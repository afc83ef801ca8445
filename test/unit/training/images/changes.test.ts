import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../../src/plan/defaults.ts';
import type { AugmentationPlan } from '../../../../src/plan/plan.ts';
import { drawChanges } from '../../../../src/training/images/image-changes.ts';
import { drawMixing } from '../../../../src/training/images/mixing.ts';

const shape = { channels: 3, height: 20, width: 32 };
const changesAt = (plan: Partial<AugmentationPlan>, u: number) =>
  drawChanges({ ...noAugmentation, ...plan }, shape)(() => u);
const almostOne = 1 - 2 ** -32;

describe('the changes of one image', () => {
  it('are none without augmentation, and noise is for tables', () => {
    expect(changesAt({ noise: 1 }, 0.3)).toEqual({ color: null, move: null, cutout: null });
  });

  it('flip below one half', () => {
    const flips = (plan: Partial<AugmentationPlan>) => [0, 0.499, 0.5, 0.9].map((u) => changesAt(plan, u).move?.flip);
    expect(flips({ horizontalFlip: true })).toEqual([1, 1, 0, 0]);
    expect(flips({ verticalFlip: true })).toEqual([2, 2, 0, 0]);
    expect(flips({ horizontalFlip: true, verticalFlip: true })).toEqual([3, 3, 0, 0]);
  });

  it('shift by whole pixels, up to the rounded share of each side', () => {
    const shifts = [0, 0.5, almostOne].map((u) => {
      const { move } = changesAt({ shift: 0.125 }, u);
      return [move?.right, move?.down];
    });
    // 32 / 8 = 4, and 20 / 8 rounds to 3.
    expect(shifts).toEqual([
      [-4, -3],
      [0, 0],
      [4, 3],
    ]);
    const counts = new Map<number, number>();
    for (let i = 0; i < 900; i++) {
      const right = changesAt({ shift: 0.125 }, (i + 0.5) / 900).move?.right ?? Number.NaN;
      counts.set(right, (counts.get(right) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(new Array(9).fill(100));
  });

  it('turn by up to the angle to either side', () => {
    const inverse = (u: number) => changesAt({ rotation: 90 }, u).move?.inverse;
    expect(inverse(0.5)).toEqual({ xx: 65536, xy: 0, yx: -0, yy: 65536 });
    expect(inverse(0)).toEqual({ xx: 0, xy: -65536, yx: 65536, yy: 0 });
    const eighth = Math.round(65536 * Math.SQRT1_2);
    expect(inverse(0.75)).toEqual({ xx: eighth, xy: eighth, yx: -eighth, yy: eighth });
  });

  it('scale by a factor within 1 +- the share; the map goes backwards', () => {
    const factor = (u: number) => 65536 / (changesAt({ scale: 0.5 }, u).move?.inverse?.xx ?? 0);
    expect(factor(0)).toBe(0.5);
    expect(factor(0.5)).toBe(1);
    expect(factor(almostOne)).toBeCloseTo(1.5, 4);
  });

  it('mirror the map of a flipped image that turns', () => {
    const { move } = changesAt({ rotation: 90, horizontalFlip: true }, 0.25);
    const eighth = Math.round(65536 * Math.SQRT1_2);
    expect(move?.inverse).toEqual({ xx: -eighth, xy: eighth, yx: eighth, yy: eighth });
  });

  it('draw factors of color within 1 +- the strength', () => {
    const factors = [0, 0.5, almostOne].map((u) => changesAt({ color: 0.4 }, u).color?.contrast);
    expect(factors[0]).toBe(0.6);
    expect(factors[1]).toBe(1);
    expect(factors[2]).toBeCloseTo(1.4, 6);
  });

  it('cut a square of the rounded share of the shorter side, clipped at the border', () => {
    const box = (u: number) => changesAt({ cutout: 0.4 }, u).cutout;
    expect(box(0.5)).toEqual({ top: 6, left: 12, bottom: 14, right: 20 });
    expect(box(0)).toEqual({ top: 0, left: 0, bottom: 4, right: 4 });
    expect(box(almostOne)).toEqual({ top: 15, left: 27, bottom: 20, right: 32 });
    expect(changesAt({ cutout: 0.01 }, 0.5).cutout).toBe(null);
    expect(changesAt({ cutout: 1 }, 0.5).cutout).toEqual({ top: 0, left: 6, bottom: 20, right: 26 });
  });
});

describe('the mixing of a batch', () => {
  const mixingsOf = (plan: Partial<AugmentationPlan>, count: number) =>
    Array.from({ length: count }, (_, step) => drawMixing({ ...noAugmentation, ...plan }, shape, 5, step));

  it('is none without mixup and cutmix', () => {
    expect(mixingsOf({ horizontalFlip: true }, 3)).toEqual([null, null, null]);
  });

  it('depends on seed and step alone', () => {
    expect(mixingsOf({ mixup: 1 }, 20)).toEqual(mixingsOf({ mixup: 1 }, 20));
    expect(new Set(mixingsOf({ mixup: 1 }, 20).map((mixing) => mixing?.share)).size).toBeGreaterThan(15);
    const other = drawMixing({ ...noAugmentation, mixup: 1 }, shape, 6, 0);
    expect(other).not.toEqual(mixingsOf({ mixup: 1 }, 1)[0]);
  });

  it('blends by shares in steps of 1/256, one half on average', () => {
    const all = mixingsOf({ mixup: 0.5 }, 4000).map((mixing) => mixing?.share ?? Number.NaN);
    expect(all.every((share) => Number.isInteger(share * 256) && share >= 0 && share <= 1)).toBe(true);
    // Beta(1/2, 1/2) has variance 1/8.
    const mean = all.reduce((sum, share) => sum + share, 0) / all.length;
    expect(Math.abs(mean - 0.5) / Math.sqrt(1 / 8 / all.length)).toBeLessThan(4);
  });

  it('cuts a box inside the image and keeps the share of the area that is left', () => {
    for (const mixing of mixingsOf({ cutmix: 1 }, 500)) {
      if (mixing?.kind !== 'cutmix') throw new Error('expected cutmix');
      const { top, left, bottom, right } = mixing.box;
      expect(top >= 0 && left >= 0 && bottom <= 20 && right <= 32 && top <= bottom && left <= right).toBe(true);
      expect(mixing.share).toBe(1 - ((bottom - top) * (right - left)) / 640);
    }
  });

  it('is of either kind for about half of the steps where the plan has both', () => {
    const cut = mixingsOf({ mixup: 1, cutmix: 1 }, 2000).filter((mixing) => mixing?.kind === 'cutmix').length;
    expect(Math.abs(cut - 1000) / Math.sqrt(500)).toBeLessThan(4);
  });
});
