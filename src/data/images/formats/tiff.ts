import { orientationOf } from './exif.ts';
import { beginsWith, type ImageFormat, type ImageHeader, type UnreadMode } from './format.ts';

const tag = { width: 256, height: 257, photometric: 262, orientation: 274 } as const;
const short = 3;

/** TIFF 6.0, its first page. */
export const tiff: ImageFormat = {
  id: 'tiff',
  name: 'TIFF',
  matches: (bytes) => beginsWith(bytes, [0x49, 0x49, 42, 0]) || beginsWith(bytes, [0x4d, 0x4d, 0, 42]),
  read(view): ImageHeader | UnreadMode | null {
    const little = view.getUint8(0) === 0x49;
    const directory = view.getUint32(4, little);
    const entries = view.getUint16(directory, little);
    const values = new Map<number, number>();
    for (let i = 0; i < entries; i++) {
      const at = directory + 2 + i * 12;
      const isShort = view.getUint16(at + 2, little) === short;
      values.set(view.getUint16(at, little), isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little));
    }
    const next = view.getUint32(directory + 2 + entries * 12, little);
    const photometric = values.get(tag.photometric);
    if (photometric === 3) return { mode: 'palette colours in TIFF' };
    return {
      format: 'tiff',
      width: values.get(tag.width) ?? 0,
      height: values.get(tag.height) ?? 0,
      orientation: orientationOf(values.get(tag.orientation) ?? 1),
      grey: photometric === 0 || photometric === 1,
      animated: next !== 0,
    };
  },
  ends: () => true,
};
