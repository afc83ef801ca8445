// In: a decoded image, pixel after pixel. Out: its middle in a store, channel after channel, alpha on white.

import { FettleError } from '../../base/error.ts';
import type { ImageShape } from '../table.ts';

/** A decoded image of a byte per channel: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
export interface DecodedImage {
  readonly pixels: Uint8Array; // [H, W, K]
  readonly height: number; // H
  readonly width: number; // W
  readonly channels: number; // K
}

/** What an image turned out to hold. */
export interface Placed {
  /** Some pixel is not grey. */
  readonly colored: boolean;
  /** Some pixel is not opaque. */
  readonly transparent: boolean;
}

/**
 * Writes the middle of an image, which is at least as large, into a store at `offset`. Colour becomes grey by ITU-R BT.601
 * luma, as in Pillow. Throws `internal` where the bytes do not fit the sizes.
 */
export function placeImage(image: DecodedImage, store: Uint8Array, offset: number, shape: ImageShape): Placed {
  const { pixels, channels } = image;
  const { height, width } = shape;
  checkSizes(image, shape);
  const plane = height * width;
  const top = (image.height - height) >> 1;
  const left = (image.width - width) >> 1;
  const color = channels >= 3;
  const alpha = channels === 2 || channels === 4;
  let colored = false;
  let transparent = false;
  let to = offset;
  for (let y = 0; y < height; y++) {
    let from = ((top + y) * image.width + left) * channels;
    for (let x = 0; x < width; x++, from += channels, to++) {
      let r = pixels[from] as number;
      let g = color ? (pixels[from + 1] as number) : r;
      let b = color ? (pixels[from + 2] as number) : r;
      if (alpha) {
        const a = pixels[from + channels - 1] as number;
        if (a < 255) {
          transparent = true;
          r = onWhite(r, a);
          g = onWhite(g, a);
          b = onWhite(b, a);
        }
      }
      if (r !== g || g !== b) colored = true;
      if (shape.channels === 1) store[to] = r === g && g === b ? r : luma(r, g, b);
      else {
        store[to] = r;
        store[to + plane] = g;
        store[to + 2 * plane] = b;
      }
    }
  }
  return { colored, transparent };
}

const onWhite = (value: number, alpha: number): number => Math.round((value * alpha + 255 * (255 - alpha)) / 255);
const luma = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

function checkSizes({ pixels, height, width, channels }: DecodedImage, shape: ImageShape): void {
  if (pixels.length === height * width * channels && height >= shape.height && width >= shape.width) return;
  const received = `${pixels.length} bytes for ${width} x ${height} x ${channels}`;
  throw new FettleError(
    'internal',
    `An image of at least ${shape.width} x ${shape.height} is expected, not ${received}.`,
  );
}

/** Takes the grey out of three equal channels: a store of one channel from `rows` images of three. */
export function toGrey(pixels: Uint8Array, grey: Uint8Array, rows: number, plane: number): void {
  for (let row = 0; row < rows; row++) grey.set(pixels.subarray(row * 3 * plane, (row * 3 + 1) * plane), row * plane);
}

/** One image of a store, [C, H, W], as opaque red, green, blue and alpha bytes, [H, W, 4]. */
export function storedRgba(pixels: Uint8Array, { channels, height, width }: ImageShape): Uint8Array {
  const plane = height * width;
  const rgba = new Uint8Array(plane * 4);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = pixels[(channels === 1 ? 0 : c * plane) + i] as number;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
