import { bmp } from './bmp.ts';
import type { ImageFormat, ImageFormatId } from './format.ts';
import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import { pnm } from './pnm.ts';
import { tiff } from './tiff.ts';
import { webp } from './webp.ts';

/** Every format of image files that is read. */
export const imageFormats = { png, jpeg, webp, bmp, tiff, pnm } satisfies {
  readonly [K in ImageFormatId]: ImageFormat & { readonly id: ImageFormatId };
};

/** The format whose files begin like these bytes, or null. */
export function formatOf(bytes: Uint8Array): ImageFormat | null {
  return Object.values(imageFormats).find((format) => format.matches(bytes)) ?? null;
}
