// In: a table of images. Out: one file that holds it, and the table again while the images on disk are the same.
// Layout: "FTIM", bytes of the header and its checksum (uint32, little-endian like all numbers), header JSON, then the cells
// of each column and the pixels, each as it lies in memory, with its checksum in the header.

import { type FileHandle, open } from 'node:fs/promises';
import { bytesOf, checksum } from '../../base/checksum.ts';
import { writeAtomically } from '../../base/disk.node.ts';
import {
  type Column,
  type ImageShape,
  sharedFloat32,
  sharedFloat64,
  sharedInt32,
  sharedUint8,
  type Table,
} from '../table.ts';

const magic = 0x4d495446; // "FTIM" read as a little-endian number
const version = 1;
const start = 12;
const largestHeader = 536_870_912;
const pieceBytes = 16_777_216;

/** A column but its cells. */
type WithoutCells<C extends Column> = C extends { readonly kind: 'text' } ? Omit<C, 'codes'> : Omit<C, 'values'>;
type ColumnHeader = WithoutCells<Column>;

interface CacheHeader {
  readonly version: number;
  readonly fingerprint: string;
  readonly rows: number;
  readonly shape: ImageShape;
  readonly columns: readonly ColumnHeader[];
  readonly notes: readonly string[];
  /** Of each column's cells and of the pixels. */
  readonly checksums: readonly number[];
}

/**
 * Writes a table of images to a file, which is there whole or not at all. `fingerprint` says what it was read from (see
 * `imageFingerprint`). Throws `file` where it cannot be written. A table without images is not written.
 */
export async function saveImageTable(file: string, table: Table, fingerprint: string): Promise<void> {
  const { images, rows, columns, notes } = table;
  if (images === null) return;
  const { channels, height, width, pixels } = images;
  const blocks = [...columns.map(cellsOf), pixels].map(bytesOf);
  const header: CacheHeader = {
    version,
    fingerprint,
    rows,
    shape: { channels, height, width },
    columns: columns.map(headerOf),
    notes,
    checksums: blocks.map((block) => checksum(block)),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const prefix = new Uint8Array(start);
  const view = new DataView(prefix.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, text.length, true);
  view.setUint32(8, checksum(text), true);
  await writeAtomically(file, [prefix, text, ...blocks]);
}

const cellsOf = (column: Column): Float32Array | Float64Array | Int32Array =>
  column.kind === 'text' ? column.codes : column.values;

function headerOf(column: Column): ColumnHeader {
  if (column.kind === 'text') {
    const { codes: _, ...header } = column;
    return header;
  }
  const { values: _, ...header } = column;
  return header;
}

/** The table of such a file; null where there is none, where it is of another fingerprint, or damaged: then read the images. */
export async function loadImageTable(file: string, fingerprint: string): Promise<Table | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    return await readCache(handle, fingerprint);
  } catch {
    // Whatever is wrong with a copy, the images themselves are still there.
    return null;
  } finally {
    await handle.close();
  }
}

async function readCache(handle: FileHandle, fingerprint: string): Promise<Table | null> {
  const prefix = new Uint8Array(start);
  await readFully(handle, prefix, 0);
  const view = new DataView(prefix.buffer);
  const length = view.getUint32(4, true);
  if (view.getUint32(0, true) !== magic || length > largestHeader) return null;
  const text = new Uint8Array(length);
  await readFully(handle, text, start);
  if (checksum(text) !== view.getUint32(8, true)) return null;
  const header = JSON.parse(new TextDecoder().decode(text)) as CacheHeader;
  if (header.version !== version || header.fingerprint !== fingerprint) return null;
  const { rows, shape } = header;
  const columns = header.columns.map((column) => emptyColumn(column, rows));
  const pixels = sharedUint8(rows * shape.channels * shape.height * shape.width);
  const blocks = [...columns.map(cellsOf), pixels].map(bytesOf);
  let at = start + length;
  for (const [i, block] of blocks.entries()) {
    await readFully(handle, block, at);
    if (checksum(block) !== header.checksums[i]) return null;
    at += block.length;
  }
  if ((await handle.stat()).size !== at) return null;
  return { rows, columns, images: { ...shape, pixels }, notes: header.notes };
}

function emptyColumn(header: ColumnHeader, rows: number): Column {
  switch (header.kind) {
    case 'text':
      return { ...header, codes: sharedInt32(rows) };
    case 'date-time':
      return { ...header, values: sharedFloat64(rows) };
    case 'boolean':
      return { ...header, values: sharedFloat32(rows) };
    case 'numeric':
      return { ...header, values: sharedFloat32(rows) };
  }
}

/** Fills the bytes from a place in the file. Throws where the file ends before. */
async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(pieceBytes, bytes.length - done), position + done);
    if (bytesRead === 0) throw new RangeError('the file ends too early');
    done += bytesRead;
  }
}
