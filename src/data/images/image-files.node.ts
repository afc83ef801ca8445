// In: files on disk. Out: the same as encoded images; small files are read at once, large ones beside other work.

import { readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { EncodedImage, EncodedImages } from './decode-images.node.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { headBytes } from './header.ts';

/** A file of an image. */
export interface ImageFile {
  /** What it is called in the table. */
  readonly path: string;
  readonly location: string;
  /** Bytes as they were listed. */
  readonly bytes: number;
}

/** Reading a file this small takes less than handing it to another thread. */
const smallBytes = 65_536;

/** Files as encoded images, in this order. */
export function imageFiles(files: readonly ImageFile[], signal: AbortSignal | undefined): EncodedImages {
  return {
    names: files.map(({ path }) => path),
    each: (which, _part, bounds, costOf, task) =>
      forEachBounded(which, bounds, costOf, (index) => task(index, encoded(files[index] as ImageFile)), signal),
  };
}

function encoded({ location, bytes }: ImageFile): EncodedImage {
  const all = async (): Promise<Uint8Array> => (bytes <= smallBytes ? readFileSync(location) : readFile(location));
  return {
    all,
    async head() {
      if (bytes <= headBytes) return { bytes: await all(), whole: true };
      return { bytes: await readStart(location, headBytes), whole: false };
    },
  };
}

/** The first bytes of a file, fewer where it has fewer. */
export async function readStart(location: string, bytes: number): Promise<Uint8Array> {
  const file = await open(location, 'r');
  try {
    const start = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(start, 0, bytes, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
