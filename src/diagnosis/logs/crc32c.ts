import { crcOf, crcTable } from './crc32.ts';

const table = crcTable(0x82f63b78);

/** CRC-32C (Castagnoli 1993, RFC 3720) of some bytes, masked as TensorFlow's record files store it. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crcOf(bytes, table);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
