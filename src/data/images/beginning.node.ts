import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readStart } from './image-files.node.ts';

/** Whether the bytes are those of a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** A file's bytes, in pieces, decompressed where the file is gzipped. */
export async function openBytes(path: string): Promise<Readable> {
  const raw = createReadStream(path, { highWaterMark: 1 << 18 });
  if (!isGzip(await readStart(path, 2))) return raw;
  const stream = createGunzip();
  raw.once('error', (cause) => stream.destroy(cause));
  stream.once('close', () => raw.destroy());
  return raw.pipe(stream);
}

/** The first bytes of a file, decompressed where it is gzipped; those that could be read where it is damaged. */
export async function readBeginning(path: string, bytes: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  const stream = await openBytes(path);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= bytes) break;
    }
  } catch {
    // Whoever reads the whole file says what is wrong with it.
  } finally {
    stream.destroy();
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}
