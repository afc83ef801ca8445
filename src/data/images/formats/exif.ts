import type { Orientation } from './format.ts';

const orientationTag = 0x0112;

/**
 * The orientation in a block of EXIF, which is a small TIFF file (EXIF 2.3, 4.6.4); 1 where it says none, or nothing that
 * can be understood, since then the pixels are all there is. `end` is the first byte after the block.
 */
export function exifOrientation(view: DataView, start: number, end: number): Orientation {
  try {
    return findOrientation(new DataView(view.buffer, view.byteOffset + start, end - start));
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

function findOrientation(block: DataView): Orientation {
  // Some writers repeat the name of JPEG's segment in front of the block.
  const at = block.byteLength > 6 && block.getUint32(0) === 0x45786966 ? 6 : 0;
  const order = block.getUint16(at);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = at + block.getUint32(at + 4, little);
  const entries = block.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (block.getUint16(entry, little) === orientationTag) return orientationOf(block.getUint16(entry + 8, little));
  }
  return 1;
}

/** The number as an orientation; what is none means 1. */
export function orientationOf(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** Whether height and width change places. */
export const isTurned = (orientation: Orientation): boolean => orientation >= 5;
