// In: plain JSON and named float regions. Out: one block of bytes, and back.
// Layout: "FTTL", checksum of all that follows (uint32, little-endian like all numbers), length of the header (uint32),
// header JSON, then the regions as float32 in its order.

import { checksum } from './checksum.ts';
import { FettleError } from './error.ts';

/** Named blocks of floats. */
export type Regions = Readonly<Record<string, Float32Array>>;

const magic = 0x4c545446; // "FTTL" read as a little-endian number
const start = 12; // bytes before the header
const checked = 8; // what the checksum covers begins here

/** JSON and regions as bytes; `header` must survive JSON. */
export function packRegions(header: object, regions: Regions): Uint8Array<ArrayBuffer> {
  const sizes = Object.entries(regions).map(([name, region]) => [name, region.length] as const);
  const json = JSON.stringify({ header, regions: sizes });
  const text = new TextEncoder().encode(json);
  // Padded with blanks so that the floats start at a multiple of four bytes.
  const length = Math.ceil(text.length / 4) * 4;
  const floats = sizes.reduce((sum, [, size]) => sum + size, 0);
  const bytes = new Uint8Array(start + length + 4 * floats);
  bytes.fill(32, start, start + length);
  bytes.set(text, start);
  const data = new Float32Array(bytes.buffer, start + length, floats);
  let offset = 0;
  for (const region of Object.values(regions)) {
    data.set(region, offset);
    offset += region.length;
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(8, length, true);
  view.setUint32(4, checksum(bytes.subarray(checked)), true);
  return bytes;
}

/**
 * JSON and regions from bytes. Any byte that is missing, changed or too much is an error (code `file`) that says so;
 * `name` is what the bytes are called in it, such as the path of their file.
 */
export function unpackRegions(
  bytes: Uint8Array,
  name = 'The file',
): { header: unknown; regions: Record<string, Float32Array> } {
  const damaged = (why: string) =>
    new FettleError('file', `${name} is damaged: ${why}. Delete it; what it holds is computed again.`);
  if (bytes.length < start) throw damaged(`expected at least ${start} bytes, received ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw damaged('it does not start with FTTL');
  if (view.getUint32(4, true) !== checksum(bytes.subarray(checked))) {
    throw damaged('its checksum does not fit, so it was cut off or changed');
  }
  const length = view.getUint32(8, true);
  const { header, regions: sizes } = JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length))) as {
    header: unknown;
    regions: [string, number][];
  };
  // A copy, and not `slice`, which is a view for a Buffer: the floats may lie at any byte of its memory.
  const data = new Float32Array((bytes.length - start - length) / 4);
  new Uint8Array(data.buffer).set(bytes.subarray(start + length));
  let offset = 0;
  const entries = sizes.map(([region, size]) => {
    const values = data.slice(offset, offset + size);
    offset += size;
    return [region, values] as const;
  });
  return { header, regions: Object.fromEntries(entries) };
}
