import { beginsWith, type ImageFormat, type ImageHeader } from './format.ts';

/** Windows bitmaps. */
export const bmp: ImageFormat = {
  id: 'bmp',
  name: 'BMP',
  // "BM", and four reserved bytes that are zero in every file that is one.
  matches: (bytes) =>
    beginsWith(bytes, [0x42, 0x4d]) && bytes.length >= 10 && bytes.subarray(6, 10).every((b) => b === 0),
  read(view): ImageHeader | null {
    const size = view.getUint32(14, true);
    if (size < 12 || size > 1024) return null;
    const old = size === 12;
    const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
    // A negative height says that the rows go down from the top.
    const height = Math.abs(old ? view.getUint16(20, true) : view.getInt32(22, true));
    return { format: 'bmp', width: Math.max(0, width), height, orientation: 1, grey: false, animated: false };
  },
  ends: () => true,
};
