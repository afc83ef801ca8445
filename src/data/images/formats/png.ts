import { exifOrientation } from './exif.ts';
import { beginsWith, fourLetters, type ImageFormat, type ImageHeader, type Orientation } from './format.ts';

/** PNG and animated PNG (PNG Specification, Third Edition). */
export const png: ImageFormat = {
  id: 'png',
  name: 'PNG',
  matches: (bytes) => beginsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  read(view): ImageHeader | null {
    if (fourLetters(view, 12) !== 'IHDR') return null;
    const kind = view.getUint8(25); // 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha
    let orientation: Orientation = 1;
    let animated = false;
    for (const chunk of chunks(view)) {
      if (chunk.name === 'IDAT') break;
      if (chunk.name === 'acTL') animated = view.getUint32(chunk.start) > 1;
      if (chunk.name === 'eXIf') orientation = exifOrientation(view, chunk.start, chunk.end);
    }
    const grey = kind === 0 || kind === 4;
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20), orientation, grey, animated };
  },
  ends(view) {
    for (const chunk of chunks(view)) if (chunk.name === 'IEND') return chunk.end + 4 <= view.byteLength;
    return false;
  },
};

/** The chunks in order; the last bytes of each, four, are its checksum. */
function* chunks(view: DataView): Generator<{ readonly name: string; readonly start: number; readonly end: number }> {
  for (let at = 8; ; ) {
    const start = at + 8;
    const end = start + view.getUint32(at);
    yield { name: fourLetters(view, at + 4), start, end };
    at = end + 4;
  }
}
