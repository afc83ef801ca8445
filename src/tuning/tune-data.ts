// The data of a run, and a print of it by which a resumed run knows that it is the same.

import { checksum } from '../base/checksum.ts';
import { hash32 } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ImageProgress } from '../data/images/options.ts';
import type { ImageSize } from '../data/images/size.ts';
import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import type { Roles } from '../data/roles.ts';
import type { Column, Table } from '../data/table.ts';
import type { Plan, Task } from '../plan/plan.ts';

/** Where decoded images are kept, by a text that changes when their files do. */
export interface ImageCache {
  load(fingerprint: string): Promise<Table | null>;
  keep(fingerprint: string, table: Table): void;
}

/** How the rows of a path are read. */
export interface ReadRowsOptions {
  /** The column to predict. Default: a column with a telling name, else the last one. */
  readonly target?: string;
  /** Pixels that all images get; by default what `readImages` chooses. */
  readonly imageSize?: ImageSize;
  /** Leaves out images that cannot be read, and says which in the notes. */
  readonly skipBad?: boolean;
  readonly signal?: AbortSignal;
  /** Decoded images are looked for here first, and kept here. Default: none. */
  readonly imageCache?: ImageCache;
  /** How many images are read, of how many. */
  readonly onReading?: (progress: ImageProgress) => void;
}

/** Which files and column, as the user said. */
export interface DataOptions extends ReadRowsOptions {
  /** A CSV, TSV, Parquet, JSON or JSON-lines file, or images: a folder per class, a CSV of paths and labels, IDX, CIFAR, Parquet. */
  readonly data: string;
  /** What stays untouched until the one report at the end. Default: images beside the training images, else 20 % of the rows. */
  readonly test?: string;
  /** Rows of their own that plans are judged on, such as the ones that the network is for. Default: parts of `data`. */
  readonly dev?: string;
  readonly task?: Task;
}

/** Data of a run: the table, what is known of it, and its parts. */
export interface TuneData {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** Rows of the table that came from a dev file; null without one. */
  readonly devRows: Uint32Array | null;
  /** A file of its own, or rows of the table. */
  readonly held: { readonly table: Table; readonly rows: Uint32Array };
  readonly notes: readonly string[];
  /** Changes when a cell of the data changes: a resumed run must see the same data. */
  readonly print: string;
}

/** Rows that show how wide the data is for a network. */
const sampleRows = 256;

/** The first training rows as a plan's network sees them: the width depends on the plan's preprocessing. */
export function sampleOf({ preprocessing }: Plan, { table, roles, trainRows }: TuneData): Dataset {
  const rows = trainRows.subarray(0, sampleRows);
  return applyPreprocessing(fitPreprocessing(preprocessing, table, roles, rows), table, rows);
}

/** The bits of a column's cells, mixed in order. */
function columnPrint(column: Column): number {
  const { buffer, byteOffset, byteLength } = column.kind === 'text' ? column.codes : column.values;
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  let h = hash32(`${column.name}/${column.kind}/${column.kind === 'text' ? column.levels.join('/') : ''}`);
  for (let i = 0; i < words.length; i++) {
    h = Math.imul(h ^ (words[i] as number), 0x01000193);
    // Whole numbers differ in their high bits only, which a product alone never carries down.
    h ^= h >>> 15;
  }
  return h >>> 0;
}

/** The bits of all images. */
function imagesPrint({ images }: Table): string {
  if (images === null) return '';
  return `/${images.channels} x ${images.height} x ${images.width} ${checksum(images.pixels)}`;
}

/** 32 bits that depend on every name, cell and pixel of a table. */
export function fingerprint(table: Table): string {
  const text = table.columns.map(columnPrint).join('/') + imagesPrint(table);
  return hash32(text).toString(16).padStart(8, '0');
}
