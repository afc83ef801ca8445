// In: the bytes of a large JPEG or WebP file. Out: its pixels at a smaller size, decoded at that size where the format can.
// JPEG decodes at an eighth, a quarter or half of its size for a part of the work; WebP's decoder scales too.

import sharp from 'sharp';
import type { Problem } from './bad-image.ts';
import type { DecodedImage } from './place-image.ts';
import type { ImageSize } from './size.ts';

// Several images at a time use the cores, so one image needs one thread; each is decoded once, so nothing is kept.
sharp.concurrency(1);
sharp.cache(false);

/** Decodes an image to exactly this size, turned as its EXIF says. Resolves with what is wrong where that is not possible. */
export async function decodeScaled(bytes: Uint8Array, { height, width }: ImageSize): Promise<DecodedImage | Problem> {
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: false })
      .autoOrient()
      .resize(width, height, { fit: 'fill', kernel: 'linear' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/premature end|truncated/i.test(text)) return { reason: 'truncated', detail: null };
    return { reason: 'corrupt', detail: text.replace(/\s+/g, ' ').trim().slice(0, 100) };
  }
}
