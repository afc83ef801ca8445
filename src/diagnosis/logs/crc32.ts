/** The table of a reflected 32-bit cyclic redundancy check, by its polynomial. */
export function crcTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
}

/** The check of some bytes by a table. */
export function crcOf(bytes: Uint8Array, table: Uint32Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const table = crcTable(0xedb88320);

/** CRC-32 (ISO 3309), as in zip files and in W&B's run files. */
export function crc32(bytes: Uint8Array): number {
  return crcOf(bytes, table);
}
