import type { ImageFormat, ImageHeader } from './format.ts';

const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/** Portable bit maps, grey maps and pixel maps (P1 to P6 of Netpbm). */
export const pnm: ImageFormat = {
  id: 'pnm',
  name: 'PNM',
  matches: (bytes) => bytes[0] === 0x50 && (bytes[1] ?? 0) >= 0x31 && (bytes[1] ?? 0) <= 0x36 && isBlank(bytes[2] ?? 0),
  read(view): ImageHeader | null {
    const kind = view.getUint8(1) - 0x30;
    const width = readNumber(view, 2);
    if (width === null) return null;
    const height = readNumber(view, width.end);
    if (height === null) return null;
    const grey = kind !== 3 && kind !== 6;
    return { format: 'pnm', width: width.value, height: height.value, orientation: 1, grey, animated: false };
  },
  ends: () => true,
};

/** The next number after blanks and comments; null where something else stands. */
function readNumber(view: DataView, start: number): { readonly value: number; readonly end: number } | null {
  let at = start;
  for (let byte = view.getUint8(at); isBlank(byte) || byte === 0x23; byte = view.getUint8(at)) {
    if (byte === 0x23) while (view.getUint8(at) !== 10) at++;
    at++;
  }
  const first = at;
  let value = 0;
  for (let byte = view.getUint8(at); byte >= 0x30 && byte <= 0x39 && at - first < 10; byte = view.getUint8(at)) {
    value = value * 10 + byte - 0x30;
    at++;
  }
  return at === first ? null : { value, end: at };
}
