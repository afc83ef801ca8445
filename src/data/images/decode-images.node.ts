// In: encoded images, wherever they lie. Out: a store of those that can be used, and what is wrong with the others.
// First all headers are read, which settle size and channels; then each image is decoded straight into its row. Besides the
// store, memory holds the images that are under way: twice as many as the pool has threads, and at most `memoryBytes` of pixels.

import { totalmem } from 'node:os';
import { systemCode } from '../../base/disk.node.ts';
import { FettleError } from '../../base/error.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { type ImageShape, type ImageStore, sharedUint8 } from '../table.ts';
import type { BadImage, Problem } from './bad-image.ts';
import { decodeImage } from './decode.node.ts';
import { decodeNotes, type ImageFacts } from './decode-notes.ts';
import { decodingTasks } from './decoding-tasks.node.ts';
import type { Bounds } from './for-each-bounded.ts';
import type { ImageHeader } from './formats/format.ts';
import { isProblem, readHeader, seenSize } from './header.ts';
import type { ReadImagesSettings } from './options.ts';
import { placeImage, toGrey } from './place-image.ts';
import { chooseSize } from './size.ts';

/** An image file's bytes. */
export interface EncodedImage {
  /** The first `headBytes` of them, or all. */
  head(): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }>;
  all(): Promise<Uint8Array>;
}

/** Image files in the order of their rows. */
export interface EncodedImages {
  readonly names: readonly string[];
  /** Runs `task` on these images, several at a time; `part` says which of their bytes it mostly wants. */
  each(
    which: readonly number[],
    part: 'head' | 'all',
    bounds: Bounds,
    costOf: (index: number) => number,
    task: (index: number, image: EncodedImage) => Promise<void>,
  ): Promise<void>;
}

/** Decoded images. */
export interface DecodedImages {
  /** Null where not one image can be used. */
  readonly store: ImageStore | null;
  /** The image of each row, an index into the names. */
  readonly rows: Uint32Array;
  readonly bad: readonly BadImage[];
  readonly notes: readonly string[];
}

/** What is known of an image so far. */
interface Candidate {
  readonly index: number;
  readonly name: string;
  header: ImageHeader | null;
  problem: Problem | null;
  facts: ImageFacts | null;
}

interface Attempt {
  readonly shape: ImageShape;
  readonly candidates: readonly Candidate[];
  readonly pixels: Uint8Array;
}

const memoryBytes = 536_870_912;
/** Decoded and resized pixels of an image under way: three channels, four, and a copy. */
const bytesPerPixel = 8;

/** Decodes all images that can be decoded. Throws `data` where the store does not fit into memory. */
export async function decodeImages(images: EncodedImages, settings: ReadImagesSettings): Promise<DecodedImages> {
  const all = images.names.map((name, index): Candidate => ({ index, name, header: null, problem: null, facts: null }));
  await readHeaders(images, all, settings.maximumPixels);
  let attempt = await decodeGood(images, all, settings);
  // What only decoding showed to be bad had its say in the size, so the size may be another one now.
  while (attempt !== null && settings.skipBad && isAnotherShape(attempt.shape, chooseShape(good(all), settings).shape))
    attempt = await decodeGood(images, all, settings);
  const bad = all.flatMap(({ name, problem }) => (problem === null ? [] : [{ path: name, ...problem }]));
  const kept = good(all);
  if (attempt === null || kept.length === 0) return { store: null, rows: new Uint32Array(0), bad, notes: [] };
  const store = finishStore(attempt, settings);
  const read = kept.flatMap(({ name, header, facts }) =>
    header === null || facts === null ? [] : [{ name, header, facts }],
  );
  const notes = [...chooseShape(kept, settings).notes, ...decodeNotes(read, store.channels, settings.channels)];
  return { store, rows: Uint32Array.from(kept, ({ index }) => index), bad, notes };
}

const good = (all: readonly Candidate[]): readonly Candidate[] => all.filter(({ problem }) => problem === null);

/** What may be under way at once. */
const bounds = (): Bounds => ({ tasks: decodingTasks(), cost: memoryBytes });

async function readHeaders(images: EncodedImages, all: readonly Candidate[], maximumPixels: number): Promise<void> {
  await images.each(
    indices(all),
    'head',
    bounds(),
    () => 0,
    async (index, image) => {
      const candidate = all[index] as Candidate;
      try {
        const { bytes, whole } = await image.head();
        let result = readHeader(bytes, whole, maximumPixels);
        if (result === 'more') result = readHeader(await image.all(), true, maximumPixels);
        if (result === 'more' || isProblem(result)) candidate.problem = result === 'more' ? unknownEnd : result;
        else candidate.header = result;
      } catch (error) {
        candidate.problem = readProblem(error);
      }
    },
  );
}

const unknownEnd: Problem = { reason: 'truncated', detail: null };
const indices = (candidates: readonly Candidate[]): number[] => candidates.map(({ index }) => index);

/** A failed file operation as what is wrong with the image; other errors are thrown. */
function readProblem(error: unknown): Problem {
  const code = systemCode(error);
  if (code === null) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { reason: 'absent', detail: null };
  if (code === 'EISDIR') return { reason: 'not-an-image', detail: 'a folder' };
  return { reason: 'unreadable', detail: code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code };
}

function chooseShape(
  candidates: readonly Candidate[],
  settings: ReadImagesSettings,
): { readonly shape: ImageShape; readonly notes: readonly string[] } {
  const headers = candidates.flatMap(({ header }) => (header === null ? [] : [header]));
  const { size, notes } = chooseSize(headers.map(seenSize), settings.size);
  const channels = settings.channels ?? (headers.every(({ grey }) => grey) ? 1 : 3);
  return { shape: { channels, ...size }, notes };
}

const isAnotherShape = (a: ImageShape, b: ImageShape): boolean =>
  a.channels !== b.channels || a.height !== b.height || a.width !== b.width;

const imageBytes = ({ channels, height, width }: ImageShape): number => channels * height * width;

/** Decodes all images that seem good, and marks those that turn out bad; null where there are none. */
async function decodeGood(
  images: EncodedImages,
  all: readonly Candidate[],
  settings: ReadImagesSettings,
): Promise<Attempt | null> {
  const candidates = good(all);
  if (candidates.length === 0) return null;
  const { shape } = chooseShape(candidates, settings);
  const pixels = allocate(candidates.length, shape);
  const rows = new Map(candidates.map(({ index }, row) => [index, row]));
  const report = reporter(candidates.length, settings);
  const cost = (index: number): number => {
    const header = all[index]?.header;
    return header ? header.width * header.height * bytesPerPixel : 0;
  };
  await images.each(indices(candidates), 'all', bounds(), cost, async (index, image) => {
    const candidate = all[index] as Candidate;
    const result = await decodeOne(image, shape, settings);
    if (isProblem(result)) candidate.problem = result;
    else {
      candidate.header = result.header;
      candidate.facts = {
        ...placeImage(result.image, pixels, (rows.get(index) ?? 0) * imageBytes(shape), shape),
        deep: result.image.deep,
      };
    }
    report();
  });
  return { shape, candidates, pixels };
}

/** Decodes one image, reading its header once more: the whole file may say more than its beginning did, and have no end. */
async function decodeOne(image: EncodedImage, shape: ImageShape, { maximumPixels }: ReadImagesSettings) {
  try {
    const bytes = await image.all();
    const header = readHeader(bytes, true, maximumPixels);
    if (header === 'more') return unknownEnd;
    if (isProblem(header)) return header;
    const decoded = await decodeImage(bytes, header, shape);
    return isProblem(decoded) ? decoded : { header, image: decoded };
  } catch (error) {
    return readProblem(error);
  }
}

/** Says how far it is, at most two hundred times and at the end. */
function reporter(total: number, { onProgress }: ReadImagesSettings): () => void {
  const step = Math.max(1, Math.floor(total / 200));
  let done = 0;
  return () => {
    done++;
    if (onProgress !== null && (done % step === 0 || done === total)) onProgress({ done, total });
  };
}

/** The rows of the images that stayed good, moved together; one channel where three would be equal. */
function finishStore({ shape, candidates, pixels }: Attempt, settings: ReadImagesSettings): ImageStore {
  const size = imageBytes(shape);
  let rows = 0;
  candidates.forEach(({ problem }, row) => {
    if (problem !== null) return;
    if (row > rows) pixels.copyWithin(rows * size, row * size, (row + 1) * size);
    rows++;
  });
  const colored = candidates.some(({ problem, facts }) => problem === null && facts?.colored === true);
  if (settings.channels !== null || shape.channels === 1 || colored)
    return { ...shape, pixels: pixels.subarray(0, rows * size) };
  const plane = shape.height * shape.width;
  const grey = sharedUint8(rows * plane);
  toGrey(pixels, grey, rows, plane);
  return { ...shape, channels: 1, pixels: grey };
}

/** Memory for the store. Throws `data` where the machine has not enough. */
export function allocate(rows: number, shape: ImageShape): Uint8Array {
  const bytes = rows * imageBytes(shape);
  const refused = (cause?: unknown): FettleError =>
    new FettleError(
      'data',
      `${plural(rows, 'image')} of ${shape.width} x ${shape.height} x ${shape.channels} need ${formatBytes(bytes)} of memory, but this machine has ${formatBytes(totalmem())}. Choose a smaller --image-size, or fewer images.`,
      { cause },
    );
  if (bytes > totalmem() * 0.75) throw refused();
  try {
    return sharedUint8(bytes);
  } catch (cause) {
    throw refused(cause);
  }
}
