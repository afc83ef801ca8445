import { exifOrientation } from './exif.ts';
import { beginsWith, type ImageFormat, type ImageHeader, type Orientation, type UnreadMode } from './format.ts';

const marker = { startOfScan: 0xda, endOfImage: 0xd9, exif: 0xe1 } as const;

/** JPEG (ITU-T T.81) with Huffman coding: baseline, extended and progressive. */
export const jpeg: ImageFormat = {
  id: 'jpeg',
  name: 'JPEG',
  matches: (bytes) => beginsWith(bytes, [0xff, 0xd8, 0xff]),
  read(view): ImageHeader | UnreadMode | null {
    let orientation: Orientation = 1;
    for (const segment of segments(view)) {
      if (segment.marker === marker.startOfScan || segment.marker === marker.endOfImage) return null;
      if (segment.end > view.byteLength) throw new RangeError('the segment goes on');
      if (segment.marker === marker.exif && view.getUint32(segment.start) === 0x45786966)
        orientation = exifOrientation(view, segment.start, segment.end);
      if (isFrame(segment.marker)) return readFrame(view, segment.marker, segment.start, orientation);
    }
    return null;
  },
  ends(view) {
    let scan = 0;
    for (const segment of segments(view)) {
      scan = segment.start;
      if (segment.marker === marker.startOfScan) break;
    }
    // Inside a scan 0xff is followed by 0 or a restart, so this is no pixel; a thumbnail's end lies before the scan.
    for (let at = view.byteLength - 2; at >= scan; at--) {
      if (view.getUint8(at) === 0xff && view.getUint8(at + 1) === marker.endOfImage) return true;
    }
    return false;
  },
};

/** The segments in order, up to the first scan, whose length is not written. */
function* segments(
  view: DataView,
): Generator<{ readonly marker: number; readonly start: number; readonly end: number }> {
  for (let at = 2; ; ) {
    // Anything before the marker is skipped, as all decoders do.
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const found = view.getUint8(at);
    at++;
    // Markers without a segment: stuffed bytes, restarts, a second beginning.
    if (found === 0 || found === 1 || (found >= 0xd0 && found <= 0xd8)) continue;
    if (found === marker.endOfImage) {
      yield { marker: found, start: at, end: at };
      return;
    }
    const end = at + view.getUint16(at);
    yield { marker: found, start: at + 2, end };
    at = end;
  }
}

const isFrame = (found: number): boolean =>
  found >= 0xc0 && found <= 0xcf && found !== 0xc4 && found !== 0xc8 && found !== 0xcc;

function readFrame(view: DataView, found: number, at: number, orientation: Orientation): ImageHeader | UnreadMode {
  const bits = view.getUint8(at);
  if (found > 0xc2) return { mode: found > 0xc8 ? 'arithmetic coding' : 'lossless or hierarchical coding' };
  if (bits !== 8) return { mode: `${bits} bits a channel` };
  const height = view.getUint16(at + 1);
  const width = view.getUint16(at + 3);
  return { format: 'jpeg', width, height, orientation, grey: view.getUint8(at + 5) === 1, animated: false };
}
