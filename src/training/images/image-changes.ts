// In: the plan's strengths, an image's shape, sixteen random words. Out: how that one image is changed.
// Each choice has a word of its own, so that turning one augmentation on leaves the others' choices as they were.

import { direction } from '../../base/portable.ts';
import type { ImageShape } from '../../data/table.ts';
import type { AugmentationPlan } from '../../plan/plan.ts';

/** Random words that an image has. */
export const wordsPerImage = 16;

/** The word that decides a choice. */
const word = {
  horizontalFlip: 0,
  verticalFlip: 1,
  right: 2,
  down: 3,
  rotation: 4,
  scale: 5,
  brightness: 6,
  contrast: 7,
  saturation: 8,
  cutoutColumn: 9,
  cutoutRow: 10,
} as const;

/** Rows top .. bottom - 1 and columns left .. right - 1 of an image. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** How one image moves: mirrored, then turned and scaled about its centre, then shifted. */
export interface Move {
  /** Bit 0: left to right, bit 1: upside down. */
  readonly flip: number;
  /** Whole pixels. */
  readonly right: number;
  readonly down: number;
  /** From an offset in the target to one in the source, in 1/65536; null where nothing turns or scales. */
  readonly inverse: { readonly xx: number; readonly xy: number; readonly yx: number; readonly yy: number } | null;
}

/** Factors about 0, about the image's mean grey value, about each pixel's grey value; null is off. */
export interface Color {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** All that happens to one image by itself; null is nothing. In the order color, move, cutout. */
export interface ImageChanges {
  readonly color: Color | null;
  readonly move: Move | null;
  readonly cutout: Box | null;
}

/** Draws the changes of images of one shape. */
export type DrawChanges = (uniform: (choice: number) => number) => ImageChanges;

/** The square of a side about a pixel, clipped at the border. */
export function boxAbout(row: number, column: number, height: number, width: number, shape: ImageShape): Box {
  const top = row - (height >> 1);
  const left = column - (width >> 1);
  return {
    top: Math.max(0, top),
    left: Math.max(0, left),
    bottom: Math.min(shape.height, top + height),
    right: Math.min(shape.width, left + width),
  };
}

/** -1 .. 1 from a number from 0 to 1. */
const signed = (u: number): number => 2 * u - 1;

/** Whole numbers -most .. most, equally likely. */
const steps = (u: number, most: number): number => Math.floor(u * (2 * most + 1)) - most;

/** A rotation and scale backwards: what the kernel samples with. */
function inverseOf(turns: number, factor: number, flip: number): Move['inverse'] {
  const [cosine, sine] = direction(turns);
  const x = (flip & 1) === 1 ? -65536 : 65536;
  const y = (flip & 2) === 2 ? -65536 : 65536;
  return {
    xx: Math.round((x * cosine) / factor),
    xy: Math.round((x * sine) / factor),
    yx: Math.round((y * -sine) / factor),
    yy: Math.round((y * cosine) / factor),
  };
}

/**
 * The changes of one image, by a uniform number in [0, 1) for each choice:
 * mirrored left to right, and upside down, with probability 1/2 each; turned by an angle uniform in +-`rotation` degrees and
 * scaled by a factor uniform in 1 +- `scale` (Simard et al., 2003); shifted by whole pixels, uniform in +-round(`shift` * side)
 * on each axis (the crops with padding of Krizhevsky, 2012, and He et al., 2016); brightness, contrast and saturation times
 * factors uniform in 1 +- `color` (Howard, 2013); a square of side round(`cutout` * shorter side) hidden, its centre
 * uniform over the image, clipped at the border (DeVries and Taylor, 2017).
 */
export function drawChanges(plan: AugmentationPlan, shape: ImageShape): DrawChanges {
  const { rotation, scale, color, horizontalFlip, verticalFlip } = plan;
  const { height, width } = shape;
  const most = { right: Math.round(plan.shift * width), down: Math.round(plan.shift * height) };
  const side = Math.round(plan.cutout * Math.min(height, width));
  const warps = rotation > 0 || scale > 0;
  const moves = warps || horizontalFlip || verticalFlip || plan.shift > 0;
  const moveOf = (uniform: (choice: number) => number): Move => {
    const mirrored = horizontalFlip && uniform(word.horizontalFlip) < 0.5 ? 1 : 0;
    const flip = mirrored + (verticalFlip && uniform(word.verticalFlip) < 0.5 ? 2 : 0);
    const turns = (rotation * signed(uniform(word.rotation))) / 360;
    return {
      flip,
      right: steps(uniform(word.right), most.right),
      down: steps(uniform(word.down), most.down),
      inverse: warps ? inverseOf(turns, 1 + scale * signed(uniform(word.scale)), flip) : null,
    };
  };
  const factor = (u: number): number => 1 + color * signed(u);
  return (uniform) => ({
    color:
      color === 0
        ? null
        : {
            brightness: factor(uniform(word.brightness)),
            contrast: factor(uniform(word.contrast)),
            saturation: factor(uniform(word.saturation)),
          },
    move: moves ? moveOf(uniform) : null,
    cutout:
      side === 0
        ? null
        : boxAbout(
            Math.floor(uniform(word.cutoutRow) * height),
            Math.floor(uniform(word.cutoutColumn) * width),
            side,
            side,
            shape,
          ),
  });
}
