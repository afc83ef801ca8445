import { exifOrientation } from './exif.ts';
import { fourLetters, type ImageFormat, type ImageHeader, type Orientation } from './format.ts';

/** WebP, lossy, lossless and extended (RFC 9649). */
export const webp: ImageFormat = {
  id: 'webp',
  name: 'WebP',
  matches: (bytes) =>
    bytes.length >= 12 && fourLetters(viewOf(bytes), 0) === 'RIFF' && fourLetters(viewOf(bytes), 8) === 'WEBP',
  read(view): ImageHeader | null {
    const kind = fourLetters(view, 12);
    if (kind === 'VP8 ') {
      if (view.getUint16(23) !== 0x9d01) return null;
      return header(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    }
    if (kind === 'VP8L') {
      if (view.getUint8(20) !== 0x2f) return null;
      const bits = view.getUint32(21, true);
      return header((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    if (kind !== 'VP8X') return null;
    const flags = view.getUint8(20);
    return {
      ...header((view.getUint32(23, true) >>> 8) + 1, (view.getUint32(26, true) >>> 8) + 1),
      orientation: (flags & 0x08) === 0 ? 1 : findOrientation(view),
      animated: (flags & 0x02) !== 0,
    };
  },
  ends: (view) => view.getUint32(4, true) + 8 <= view.byteLength,
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const header = (width: number, height: number): ImageHeader => ({
  format: 'webp',
  width,
  height,
  orientation: 1,
  grey: false,
  animated: false,
});

function findOrientation(view: DataView): Orientation {
  const end = 8 + view.getUint32(4, true);
  for (let at = 12; at + 8 <= end; ) {
    const size = view.getUint32(at + 4, true);
    if (fourLetters(view, at) === 'EXIF') {
      if (at + 8 + size > view.byteLength) throw new RangeError('the chunk goes on');
      return exifOrientation(view, at + 8, at + 8 + size);
    }
    at += 8 + size + (size & 1);
  }
  return 1;
}
