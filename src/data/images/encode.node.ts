import { Transformer } from '@napi-rs/image';
import { FettleError } from '../../base/error.ts';
import type { ImageShape } from '../table.ts';
import { storedRgba } from './place-image.ts';
import type { ImageSize } from './size.ts';

/** A PNG file of red, green, blue and alpha bytes. Throws `internal` where their number does not fit the size. */
export async function encodePng(rgba: Uint8Array, { height, width }: ImageSize): Promise<Uint8Array> {
  if (rgba.length !== height * width * 4 || rgba.length === 0)
    throw new FettleError(
      'internal',
      `A PNG of ${width} x ${height} needs ${height * width * 4} bytes, not ${rgba.length}.`,
    );
  // The library takes no shared memory.
  return Transformer.fromRgbaPixels(Uint8Array.from(rgba), width, height).png();
}

/** A PNG file of one image of a store, [C, H, W]. Throws `internal` where the bytes do not fit the shape. */
export function encodeStoredPng(pixels: Uint8Array, shape: ImageShape): Promise<Uint8Array> {
  return encodePng(storedRgba(pixels, shape), shape);
}
