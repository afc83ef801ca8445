import { BinaryReader } from '@bufbuild/protobuf/wire';

/** The wire type of whole numbers. */
export const VARINT = 0;
/** The wire type of doubles. */
export const FIXED64 = 1;
/** The wire type of texts, bytes and inner messages. */
export const BYTES = 2;
/** The wire type of floats. */
export const FIXED32 = 5;

/** Reads the fields of a message; `read` returns false for a field that is to be skipped. */
export function fields(bytes: Uint8Array, read: (field: number, wire: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!read(field, wire, reader)) reader.skip(wire, field);
  }
}
