// The data of a run, and a print of it by which a resumed run knows that it is the same.

import { checksum } from '../base/checksum.ts';
import { hash32 } from '../base/random.ts';
import type { Roles } from '../data/roles.ts';
import type { Column, Table } from '../data/table.ts';
import type { Task } from '../plan/plan.ts';

/** Which file and column, as the user said. */
export interface DataOptions {
  readonly data: string;
  readonly target?: string;
  readonly test?: string;
  readonly task?: Task;
  readonly signal?: AbortSignal;
}

/** Data of a run: the table, what is known of it, and its parts. */
export interface TuneData {
  readonly table: Table;
  readonly roles: Roles;
  readonly trainRows: Uint32Array;
  /** A file of its own, or rows of the table. */
  readonly held: { readonly table: Table; readonly rows: Uint32Array };
  readonly notes: readonly string[];
  /** Changes when a cell of the data changes: a resumed run must see the same data. */
  readonly print: string;
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
