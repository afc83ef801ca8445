// In: IDX files of images and labels, plain or gzipped. Out: a table, the images as they are in the file.

import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../../base/disk.node.ts';
import { FettleError } from '../../base/error.ts';
import { formatCount } from '../../base/format.ts';
import type { Table } from '../table.ts';
import { isGzip, openBytes } from './beginning.node.ts';
import { keepTexts } from './columns.ts';
import { allocate } from './decode-images.node.ts';
import { lookAt, visibleNames } from './find-files.node.ts';
import { finishTable } from './finish-table.ts';
import { fitStore } from './fit-store.node.ts';
import { cutOff, type IdxHeader, labelsNameOf, readIdxHeader } from './idx.ts';
import { readStart } from './image-files.node.ts';
import type { ReadImagesSettings } from './options.ts';

/** Deflate makes at most 1,032 bytes of one, so a header that claims more is wrong. */
const largestExpansion = 1032;

/** Files of images in a folder of IDX files. */
export interface IdxParts {
  readonly train: string;
  /** The test images; null where there are none. */
  readonly heldOut: string | null;
}

/** The file names of a folder's IDX images by their usual names; null if it has none. Throws `data` if there are several. */
export async function idxParts(folder: string): Promise<IdxParts | null> {
  const names = (await visibleNames(folder)).filter((name) => /images.*(idx|ubyte)/i.test(name));
  // A file that lies there both gzipped and not is one.
  const images = names.filter((name) => !(name.endsWith('.gz') && names.includes(name.slice(0, -3))));
  if (images.length === 0) return null;
  const held = images.filter((name) => /t10k|test/i.test(name));
  const train = images.filter((name) => !held.includes(name));
  const [first] = train;
  if (first === undefined || train.length > 1 || held.length > 1)
    throw new FettleError(
      'data',
      `${folder} holds ${images.length} IDX files of images: ${images.join(', ')}. Expected one to train on, and at most one with "test" or "t10k" in its name. Name the file to read.`,
    );
  return { train: first, heldOut: held[0] ?? null };
}

/** Reads a file of images, or a folder of a training and a test file, with the labels that lie beside it. Throws `file`, `data`. */
export async function readIdx(path: string, settings: ReadImagesSettings): Promise<Table> {
  const parts = lookAt(path)?.isDirectory() ? await idxParts(path) : null;
  const file = parts === null ? path : join(path, parts.train);
  const images = await readIdxFile(file, 3, settings.signal);
  const [rows = 0, height = 0, width = 0] = images.header.sizes;
  const labels = await readLabels(file, rows, settings);
  const fitted = await fitStore({ channels: 1, height, width, pixels: images.data }, rows, settings);
  const name = basename(file);
  const note =
    parts === null || parts.heldOut === null
      ? []
      : [`The images are those of "${parts.train}"; "${parts.heldOut}" is held out as the test set.`];
  return finishTable(
    {
      where: path,
      names: Array.from({ length: rows }, (_, i) => `${name}#${i}`),
      columns: labels === null ? [] : [keepTexts('label', Array.from(labels, String))],
      store: fitted.store,
      rows: Uint32Array.from({ length: rows }, (_, i) => i),
      bad: [],
      notes: [...note, ...fitted.notes],
    },
    settings,
  );
}

/** The files that `readIdx` reads. */
export async function idxSources(path: string): Promise<readonly string[]> {
  const parts = lookAt(path)?.isDirectory() ? await idxParts(path) : null;
  const images = parts === null ? path : join(path, parts.train);
  const labels = labelsBeside(images).found;
  return labels === null ? [images] : [images, labels];
}

/** Where the labels of a file of images lie, and what they should be called. */
function labelsBeside(images: string): { readonly name: string | null; readonly found: string | null } {
  const name = labelsNameOf(basename(images));
  const names = name === null ? [] : [name, name.endsWith('.gz') ? name.slice(0, -3) : `${name}.gz`];
  const paths = names.map((candidate) => join(dirname(images), candidate));
  return { name, found: paths.find((path) => lookAt(path)?.isFile()) ?? null };
}

/** The labels beside a file of images; null where they may lack and do. */
async function readLabels(
  images: string,
  rows: number,
  { labels, signal }: ReadImagesSettings,
): Promise<Uint8Array | null> {
  const { name, found } = labelsBeside(images);
  if (found === null) {
    if (!labels) return null;
    const expected =
      name === null ? 'a name with "images", and labels beside it named alike' : `its labels in ${name} beside it`;
    throw new FettleError('data', `${images} has no labels: expected ${expected}. Add them, or rename the files.`);
  }
  const { header, data } = await readIdxFile(found, 1, signal);
  if (header.bytes === rows) return data;
  throw new FettleError(
    'data',
    `${found} holds ${formatCount(header.bytes)} labels, but ${images} holds ${formatCount(rows)} images. Expected one label per image: the files do not belong together.`,
  );
}

/** The header and all data of an IDX file, in shared memory. Throws `file` and `data`. */
async function readIdxFile(
  path: string,
  dimensions: 1 | 3,
  signal: AbortSignal | undefined,
): Promise<{ readonly header: IdxHeader; readonly data: Uint8Array }> {
  try {
    const expansion = isGzip(await readStart(path, 2)) ? largestExpansion : 1;
    const reader = idxReader(path, dimensions, (await stat(path)).size * expansion);
    for await (const piece of (await openBytes(path)) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      reader.add(piece);
    }
    return reader.finish();
  } catch (cause) {
    if (cause instanceof FettleError || signal?.aborted) throw cause;
    const code = systemCode(cause) ?? String(cause);
    const advice = code.startsWith('Z_')
      ? 'Its compressed data are damaged or cut off. Get the file again.'
      : 'Check the path and its permissions.';
    throw new FettleError('file', `${path} cannot be read (${code}). ${advice}`, { cause });
  }
}

/** Collects the pieces of a file; `mostBytes` is what the file can hold at most. */
function idxReader(path: string, dimensions: 1 | 3, mostBytes: number) {
  let begin = Buffer.alloc(0);
  let header: IdxHeader | null = null;
  let data = new Uint8Array(0) as Uint8Array;
  let received = 0;
  const put = (piece: Uint8Array, known: IdxHeader): void => {
    const room = data.length - received;
    if (piece.length > room)
      throw new FettleError(
        'data',
        `${path} goes on after its ${formatCount(known.start + known.bytes)} bytes, which are all that its header says. The file is damaged.`,
      );
    data.set(piece, received);
    received += piece.length;
  };
  const start = (): void => {
    header = readIdxHeader(begin, dimensions, path);
    // Nothing is allocated for a header that cannot be true.
    if (header.start + header.bytes > mostBytes) throw cutOff(path, header.start + header.bytes, mostBytes);
    const [rows = 0, height = 1, width = 1] = header.sizes;
    data = allocate(rows, { channels: 1, height, width });
    put(begin.subarray(header.start), header);
  };
  return {
    add(piece: Buffer): void {
      if (header !== null) put(piece, header);
      else {
        begin = Buffer.concat([begin, piece]);
        if (begin.length >= 4 + 4 * dimensions) start();
      }
    },
    finish(): { readonly header: IdxHeader; readonly data: Uint8Array } {
      if (header === null) start();
      const known = header as IdxHeader | null;
      if (known === null || received < known.bytes)
        throw cutOff(path, (known?.start ?? 0) + (known?.bytes ?? 0), received + (known?.start ?? 0));
      return { header: known, data };
    },
  };
}
