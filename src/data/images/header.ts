// In: the first bytes of a file, or all of them. Out: the header of an image, what is wrong with it, or that more is needed.

import { formatCount } from '../../base/format.ts';
import type { Problem } from './bad-image.ts';
import { isTurned } from './formats/exif.ts';
import { beginsWith, type ImageHeader, type UnreadMode } from './formats/format.ts';
import { formatOf } from './formats/index.ts';

/** Bytes that hold the header of nearly every image. */
export const headBytes = 131_072;
/** Pixels of the largest image that is decoded if nothing else is said: 100 million. */
export const defaultMaximumPixels = 100_000_000;

/** Formats that people try and that are not read, by their first bytes. */
const foreign: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ['a GIF', (bytes) => beginsWith(bytes, [0x47, 0x49, 0x46, 0x38])],
  ['an AVIF or HEIC', (bytes) => beginsWith(bytes.subarray(4), [0x66, 0x74, 0x79, 0x70])],
  ['a JPEG XL', (bytes) => beginsWith(bytes, [0xff, 0x0a]) || beginsWith(bytes, [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20])],
  ['a JPEG 2000', (bytes) => beginsWith(bytes, [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20])],
  ['an icon', (bytes) => beginsWith(bytes, [0, 0, 1, 0])],
  ['a Photoshop file', (bytes) => beginsWith(bytes, [0x38, 0x42, 0x50, 0x53])],
  [
    'an SVG or XML',
    (bytes) => beginsWith(bytes, [0x3c, 0x73, 0x76, 0x67]) || beginsWith(bytes, [0x3c, 0x3f, 0x78, 0x6d]),
  ],
  ['a PDF', (bytes) => beginsWith(bytes, [0x25, 0x50, 0x44, 0x46])],
  ['a big TIFF', (bytes) => beginsWith(bytes, [0x49, 0x49, 43, 0]) || beginsWith(bytes, [0x4d, 0x4d, 0, 43])],
];

/** Whether something is wrong, and not a header. */
export const isProblem = (result: object): result is Problem => 'reason' in result;

/**
 * Reads the header of an image by its content, never by its name. `whole` says whether the bytes are the whole file, whose
 * end is then looked for too. `more`: the header goes on behind these bytes. Never throws.
 */
export function readHeader(
  bytes: Uint8Array,
  whole: boolean,
  maximumPixels = defaultMaximumPixels,
): ImageHeader | Problem | 'more' {
  if (bytes.length === 0) return { reason: 'empty', detail: null };
  const format = formatOf(bytes);
  if (format === null) return foreignProblem(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result = orMissing(() => format.read(view));
  const cutOff: Problem = { reason: 'truncated', detail: `its ${format.name} end is missing` };
  if (result === 'missing') return whole ? cutOff : 'more';
  if (result === null) return { reason: 'corrupt', detail: `its ${format.name} header makes no sense` };
  if (isUnread(result)) return { reason: 'wrong-mode', detail: result.mode };
  const { width, height } = result;
  if (width < 1 || height < 1) return { reason: 'corrupt', detail: `${width} x ${height} pixels` };
  if (width * height > maximumPixels) {
    const detail = `${formatCount(width)} x ${formatCount(height)}, more than ${formatCount(maximumPixels)} pixels`;
    return { reason: 'too-large', detail };
  }
  if (whole && orMissing(() => format.ends(view)) !== true) return cutOff;
  return result;
}

const isUnread = (result: ImageHeader | UnreadMode): result is UnreadMode => 'mode' in result;

function orMissing<T>(read: () => T): T | 'missing' {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return 'missing';
    throw error;
  }
}

function foreignProblem(bytes: Uint8Array): Problem {
  const found = foreign.find(([, matches]) => matches(bytes));
  if (found !== undefined) return { reason: 'unread-format', detail: found[0] };
  return { reason: 'not-an-image', detail: null };
}

/** Width and height as a person sees the image. */
export function seenSize({ width, height, orientation }: ImageHeader): {
  readonly width: number;
  readonly height: number;
} {
  return isTurned(orientation) ? { width: height, height: width } : { width, height };
}
