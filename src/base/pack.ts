// In: plain JSON and named float regions. Out: one block of bytes, and back.
// Layout: "FTTL", length of the header (uint32, little-endian), header JSON, then the regions as float32 in its order.

import { FettleError } from './error.ts';

/** Named blocks of floats. */
export type Regions = Readonly<Record<string, Float32Array>>;

const magic = 0x4c545446; // "FTTL" read as a little-endian number

/** JSON and regions as bytes; `header` must survive JSON. */
export function packRegions(header: object, regions: Regions): Uint8Array<ArrayBuffer> {
  const sizes = Object.entries(regions).map(([name, region]) => [name, region.length] as const);
  const json = JSON.stringify({ header, regions: sizes });
  const text = new TextEncoder().encode(json);
  // Padded with blanks so that the floats start at a multiple of four bytes.
  const length = Math.ceil(text.length / 4) * 4;
  const floats = sizes.reduce((sum, [, size]) => sum + size, 0);
  const bytes = new Uint8Array(8 + length + 4 * floats);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, length, true);
  bytes.fill(32, 8, 8 + length);
  bytes.set(text, 8);
  const data = new Float32Array(bytes.buffer, 8 + length, floats);
  let offset = 0;
  for (const region of Object.values(regions)) {
    data.set(region, offset);
    offset += region.length;
  }
  return bytes;
}

/** JSON and regions from bytes; damaged bytes are an error that says what is wrong with them. */
export function unpackRegions(bytes: Uint8Array): { header: unknown; regions: Record<string, Float32Array> } {
  const damaged = (why: string) =>
    new FettleError('file', `The file is damaged: ${why}. Delete it; what it holds is computed again.`);
  if (bytes.length < 8) throw damaged(`expected at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw damaged('it does not start with FTTL');
  const length = view.getUint32(4, true);
  if (8 + length > bytes.length) throw damaged('its header is cut off');
  const { header, regions: sizes } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as {
    header: unknown;
    regions: [string, number][];
  };
  const floats = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (bytes.length !== 8 + length + 4 * floats) {
    throw damaged(`expected ${8 + length + 4 * floats} bytes, got ${bytes.length}`);
  }
  const data = new Float32Array(bytes.slice(8 + length).buffer);
  const regions: Record<string, Float32Array> = {};
  let offset = 0;
  for (const [name, size] of sizes) {
    regions[name] = data.slice(offset, offset + size);
    offset += size;
  }
  return { header, regions };
}
