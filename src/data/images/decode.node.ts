// In: the bytes of an image file and its header. Out: its pixels, turned as its EXIF says, fitted to a size where it has another.
// Decoding and resizing run in the library's threads (libuv's pool), so several images at a time use several cores.

import { FastResizeFilter, JsColorType, type Metadata, ResizeFit, Transformer } from '@napi-rs/image';
import type { Problem } from './bad-image.ts';
import { decodeScaled } from './decode-scaled.node.ts';
import type { ImageHeader } from './formats/format.ts';
import { isProblem, seenSize } from './header.ts';
import type { DecodedImage } from './place-image.ts';
import { fittedSize, type ImageSize } from './size.ts';

/** A decoded image; `deep`: it had 16 bits a channel, of which the upper 8 are kept. */
export interface Decoded extends DecodedImage {
  readonly deep: boolean;
}

/** Channels and bytes a channel of what the library gives; null: numbers with fractions, which no image of bytes holds. */
const layouts: Readonly<Record<JsColorType, { readonly channels: number; readonly bytes: 1 | 2 } | null>> = {
  [JsColorType.L8]: { channels: 1, bytes: 1 },
  [JsColorType.La8]: { channels: 2, bytes: 1 },
  [JsColorType.Rgb8]: { channels: 3, bytes: 1 },
  [JsColorType.Rgba8]: { channels: 4, bytes: 1 },
  [JsColorType.L16]: { channels: 1, bytes: 2 },
  [JsColorType.La16]: { channels: 2, bytes: 2 },
  [JsColorType.Rgb16]: { channels: 3, bytes: 2 },
  [JsColorType.Rgba16]: { channels: 4, bytes: 2 },
  [JsColorType.Rgb32F]: null,
  [JsColorType.Rgba32F]: null,
};

/**
 * Decodes an image of any size to one that is at least `size`: as it is where it has that size, else fitted by the shorter
 * side (bilinear, averaging all pixels under it). Resolves with what is wrong where it cannot be decoded.
 */
export async function decodeImage(bytes: Uint8Array, header: ImageHeader, size: ImageSize): Promise<Decoded | Problem> {
  const seen = seenSize(header);
  if (isScaled(header, seen, size)) {
    const scaled = await decodeScaled(bytes, fittedSize(seen, size));
    return isProblem(scaled) ? scaled : { ...scaled, deep: false };
  }
  const transformer = new Transformer(bytes);
  if (header.orientation !== 1) transformer.rotate(header.orientation as number);
  const fits = seen.height === size.height && seen.width === size.width;
  if (!fits) cover(transformer, seen, size);
  try {
    const pixels = await transformer.rawPixels();
    // The image is decoded by now, so this costs nothing.
    return unpack(pixels, transformer.metadataSync());
  } catch (error) {
    return problemOf(error);
  }
}

/** Whether the image is so much larger than it shall be that decoding it at a smaller size pays (docs/decisions/0009). */
const isScaled = ({ format }: ImageHeader, seen: ImageSize, size: ImageSize): boolean =>
  (format === 'jpeg' || format === 'webp') && seen.height >= 4 * size.height && seen.width >= 4 * size.width;

/** Pixels of one image, [H, W, 4], fitted to a size like a decoded one. */
export async function fitPixels(rgba: Uint8Array, from: ImageSize, to: ImageSize): Promise<DecodedImage> {
  const transformer = Transformer.fromRgbaPixels(rgba, from.width, from.height);
  cover(transformer, from, to);
  const pixels = await transformer.rawPixels();
  return { pixels, ...fittedSize(from, to), channels: 4 };
}

/** The library's own way of covering a size cuts the right end and not the middle, so the cut is made in `placeImage`. */
function cover(transformer: Transformer, from: ImageSize, to: ImageSize): void {
  transformer.fastResize({ ...fittedSize(from, to), filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill });
}

function unpack(pixels: Uint8Array, { width, height, colorType }: Metadata): Decoded | Problem {
  const layout = layouts[colorType];
  if (layout === null) return { reason: 'wrong-mode', detail: 'floating-point pixels' };
  const { channels, bytes } = layout;
  if (pixels.length !== width * height * channels * bytes) {
    return { reason: 'corrupt', detail: `${pixels.length} bytes for ${width} x ${height} pixels` };
  }
  return { pixels: bytes === 1 ? pixels : upperBytes(pixels), width, height, channels, deep: bytes === 2 };
}

/** 0 .. 65535 as 0 .. 255, rounded. */
function upperBytes(pixels: Uint8Array): Uint8Array {
  const words = new Uint16Array(pixels.length / 2);
  new Uint8Array(words.buffer).set(pixels);
  const upper = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) upper[i] = Math.round((words[i] as number) / 257);
  return upper;
}

function problemOf(error: unknown): Problem {
  const text = (error instanceof Error ? error.message : String(error))
    .replace(/^Decode image failed\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const detail = text.length > 100 ? `${text.slice(0, 97)}...` : text;
  if (/memory limit/i.test(text)) return { reason: 'too-large', detail: 'it needs more memory than 512 MB to decode' };
  if (/unexpected end of file|fill whole buffer|not enough (bytes|data)|does not have enough data/i.test(text))
    return { reason: 'truncated', detail: null };
  if (/not supported|unsupported|does not support/i.test(text)) return { reason: 'wrong-mode', detail };
  return { reason: 'corrupt', detail };
}
