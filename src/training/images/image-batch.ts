// In: images, the plan's augmentation, a seed. Out: the bytes of each step's batch, changed as the plan says.
// A batch depends on (seed, step, rows) alone: a resumed run sees the same ones. Nothing here costs without augmentation.

import { FettleError } from '../../base/error.ts';
import { hash32 } from '../../base/random.ts';
import type { DatasetImages } from '../../data/dataset.ts';
import { fitImages } from '../../data/prepared-images.ts';
import type { ImageShape } from '../../data/table.ts';
import type { Arena, Region } from '../../engine/index.ts';
import type { AugmentationPlan } from '../../plan/plan.ts';
import { drawChanges, type ImageChanges, type Move, wordsPerImage } from './image-changes.ts';
import { drawMixing } from './mixing.ts';

/** A batch whose images are mixed: train on share * loss(targets) + (1 - share) * loss(targets of the partners). */
export interface MixedBatch {
  readonly kind: 'mixup' | 'cutmix';
  /** What is left of each row's own image, 0 .. 1. */
  readonly share: number;
  /** The row that each row is mixed with: the batch's rows, last first. The next `fill` overwrites them. */
  readonly partners: Uint32Array; // [B]
}

/** Makes one batch after the other in a region of the arena. */
export interface ImageBatcher {
  /** The batch, in the region `images`. */
  readonly pixels: Uint8Array; // [B, C, H, W]
  /** Makes the batch of a step; `rows` are rows of the dataset, as many as the batch size. */
  fill(step: number, rows: Uint32Array): { readonly mixed: MixedBatch | null };
}

/** What a batcher is made of. */
export interface ImageBatcherOptions {
  /** With the regions of `imageRegions`. */
  readonly arena: Arena;
  readonly images: DatasetImages;
  readonly plan: AugmentationPlan;
  readonly batchSize: number;
  readonly seed: number;
}

/** Names of the arena's regions: the batch, one image as it is, the same in a frame of fill values, random words. */
const region = { batch: 'images', image: 'images.one', padded: 'images.padded', words: 'images.words' } as const;

const isWarped = ({ rotation, scale }: AugmentationPlan): boolean => rotation > 0 || scale > 0;

const isMoved = (plan: AugmentationPlan): boolean =>
  isWarped(plan) || plan.horizontalFlip || plan.verticalFlip || plan.shift > 0;

/** Whether single images change; mixing is of the whole batch. */
const isChanged = (plan: AugmentationPlan): boolean => isMoved(plan) || plan.color > 0 || plan.cutout > 0;

/** Bytes of the kernel's frame; pixels of three channels lie together in four bytes. */
function paddedBytes({ channels, height, width }: ImageShape): number {
  return (height + 3) * (width + 3) * (channels === 3 ? 4 : channels) + 16;
}

/** The regions that batches of images need; `images` is the batch itself, bytes [B, C, H, W]. */
export function imageRegions(shape: ImageShape, plan: AugmentationPlan, batchSize: number): readonly Region[] {
  const bytes = shape.channels * shape.height * shape.width;
  const of = (name: string, size: number): Region => ({ name, floats: Math.ceil(size / 4) });
  return [
    of(region.batch, batchSize * bytes),
    ...(isMoved(plan) ? [of(region.image, bytes)] : []),
    ...(isWarped(plan) ? [of(region.padded, paddedBytes(shape))] : []),
    ...(isChanged(plan) ? [{ name: region.words, floats: batchSize * wordsPerImage }] : []),
  ];
}

/** What fills the places without a pixel: the mean of each channel, rounded. */
function fillValues(images: DatasetImages): readonly number[] {
  const { center } = images;
  // Normalization by the mean has measured it already.
  if (center.some((value) => value !== 0)) return center.map(Math.round);
  return fitImages({ center: 'mean', scale: 'none' }, images, images.index).center.map(Math.round);
}

/** The values as the kernels take them, a byte each. */
const packed = (values: readonly number[]): number =>
  values.reduce((sum, value, channel) => sum + value * 2 ** (8 * channel), 0);

/** The longest side for which the kernel's coordinates fit in 32 bits, whatever the plan's strengths. */
const longestSide = 2000;

function checkSides({ height, width }: ImageShape): void {
  if (Math.max(height, width) <= longestSide) return;
  throw new FettleError(
    'plan',
    `Rotation and scale take images of at most ${longestSide} pixels a side, but these have ${height} x ${width}. Read them at a smaller size.`,
  );
}

/** Writes the frame of fill values, which the kernel leaves as it is. */
function writeFrame(frame: Uint8Array, { channels }: ImageShape, fill: readonly number[]): void {
  const plane = (frame.length - 16) / channels;
  if (channels === 3) for (let i = 0; i < frame.length; i++) frame[i] = fill[i % 4] ?? 0;
  else for (let c = 0; c < channels; c++) frame.fill(fill[c] ?? 0, c * plane, (c + 1) * plane);
}

/** The kernels on one image, bound to their places. */
function createChanger(arena: Arena, images: DatasetImages, plan: AugmentationPlan) {
  const { kernels } = arena;
  const { channels, height, width } = images;
  if (isWarped(plan)) checkSides(images);
  const fill = isMoved(plan) || plan.cutout > 0 ? fillValues(images) : [];
  const value = packed(fill);
  const image = isMoved(plan) ? arena.offset(region.image) : 0;
  const padded = isWarped(plan) ? arena.offset(region.padded) : 0;
  if (isWarped(plan)) writeFrame(arena.uint8(region.padded).subarray(0, paddedBytes(images)), images, fill);
  const move = (to: number, { inverse, flip, right, down }: Move): void => {
    if (inverse === null) kernels.moveImage(to, image, channels, height, width, flip, right, down, value);
    else {
      const { xx, xy, yx, yy } = inverse;
      kernels.warpImage(to, image, padded, channels, height, width, xx, xy, yx, yy, right, down);
    }
  };
  /** Changes an image that lies at `image` where it moves, else at `to`. */
  return (to: number, { color, move: moved, cutout }: ImageChanges): void => {
    if (color !== null) {
      const { brightness, contrast, saturation } = color;
      const at = moved === null ? to : image;
      kernels.colorImage(at, channels, height * width, brightness, contrast, saturation);
    }
    if (moved !== null) move(to, moved);
    if (cutout !== null) {
      const { top, left, bottom, right } = cutout;
      kernels.fillBox(to, channels, height, width, top, left, bottom, right, value);
    }
  };
}

/** Mixes the images of the batch in place. */
function createMixer({ arena, images, plan, batchSize, seed }: ImageBatcherOptions) {
  const { channels, height, width } = images;
  const at = arena.offset(region.batch);
  const partners = new Uint32Array(batchSize);
  return (step: number, rows: Uint32Array): MixedBatch | null => {
    const mixing = drawMixing(plan, images, seed, step);
    if (mixing === null) return null;
    const { kind, share } = mixing;
    if (kind === 'mixup') arena.kernels.mixImages(at, batchSize, channels * height * width, share * 256);
    else {
      const { top, left, bottom, right } = mixing.box;
      arena.kernels.swapBoxes(at, batchSize, channels, height, width, top, left, bottom, right);
    }
    for (let i = 0; i < batchSize; i++) partners[i] = rows[batchSize - 1 - i] as number;
    return { kind, share, partners };
  };
}

/**
 * A source of training batches: each image's color, then its place (flips, rotation, scale, shift), then cutout, then the
 * mixing of the batch with itself in reverse. Without augmentation the images are copied as they are. Throws `plan` for
 * images over 2,000 pixels a side that are to turn or scale.
 */
export function createImageBatcher(options: ImageBatcherOptions): ImageBatcher {
  const { arena, images, plan, batchSize } = options;
  const bytes = images.channels * images.height * images.width;
  const pixels = arena.uint8(region.batch).subarray(0, batchSize * bytes);
  const first = arena.offset(region.batch);
  const one = isMoved(plan) ? arena.uint8(region.image) : null;
  const words = isChanged(plan) ? arena.int32(region.words) : null;
  const draw = drawChanges(plan, images);
  const change = createChanger(arena, images, plan);
  const mix = createMixer(options);
  const seed = hash32(`augmentation/${options.seed}`);
  let place = 0;
  const uniform = (choice: number): number => ((words?.[place + choice] ?? 0) >>> 0) / 4294967296;
  const fill = (step: number, rows: Uint32Array): { readonly mixed: MixedBatch | null } => {
    if (words !== null) {
      arena.kernels.randomWords(arena.offset(region.words), batchSize * wordsPerImage, seed, step, 0);
    }
    for (let i = 0; i < batchSize; i++) {
      const from = (images.index[rows[i] as number] as number) * bytes;
      const image = images.pixels.subarray(from, from + bytes);
      if (one !== null) one.set(image);
      else pixels.set(image, i * bytes);
      if (words === null) continue;
      place = i * wordsPerImage;
      change(first + i * bytes, draw(uniform));
    }
    return { mixed: mix(step, rows) };
  };
  return { pixels, fill };
}
