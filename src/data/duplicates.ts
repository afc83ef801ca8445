// In: a table and the columns in use. Out: which rows are copies of each other, so that a split can keep them together.

import { hash32 } from '../base/random.ts';
import { type Column, findColumn, type ImageStore, type Table } from './table.ts';

/** Rows that share all cells share a group. */
export interface DuplicateGroups {
  /** Group of each of the given rows: a number from 0; a row without a copy is alone in its group. */
  readonly groups: Uint32Array; // [rows.length]
  readonly count: number;
  /** Rows that have at least one copy. */
  readonly copies: number;
}

/**
 * A number for each row that equal rows share, also those of another table: a 53-bit hash of all cells of the named columns
 * and all pixels (missing equals missing). Two different rows of many share one with a chance of about rows^2 / 2^54.
 */
export function rowKeys(table: Table, columns: readonly string[], rows: Uint32Array): Float64Array {
  const low = new Int32Array(rows.length).fill(0x2545f491);
  const high = new Int32Array(rows.length).fill(0x1b873593);
  for (const name of columns) {
    const column = findColumn(table, name);
    if (column !== undefined) mixColumn(column, rows, low, high);
  }
  if (table.images !== null) mixImages(table.images, rows, low, high);
  return Float64Array.from(low, (x, i) => ((high[i] as number) >>> 11) * 4294967296 + (x >>> 0));
}

/** Groups identical rows by their keys; different rows that share one by chance are only kept together. */
export function duplicateGroups(table: Table, columns: readonly string[], rows: Uint32Array): DuplicateGroups {
  const keys = rowKeys(table, columns, rows);
  const first = new Map<number, number>();
  const size: number[] = [];
  const groups = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const key = keys[i] as number;
    const group = first.get(key) ?? first.size;
    first.set(key, group);
    groups[i] = group;
    size[group] = (size[group] ?? 0) + 1;
  }
  const copies = size.reduce((sum, n) => sum + (n > 1 ? n : 0), 0);
  return { groups, count: size.length, copies };
}

/** Mixes one column's cells into the two hashes of each row (rounds of MurmurHash3 with two pairs of constants). */
function mixColumn(column: Column, rows: Uint32Array, low: Int32Array, high: Int32Array): void {
  const number = new Float64Array(1);
  const bits = new Int32Array(number.buffer);
  // codes are those of one table only
  const texts =
    column.kind === 'text'
      ? column.levels.map((text) => 1 + hash32(text) + 4294967296 * (hash32(`+${text}`) >>> 12))
      : [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const code = column.kind === 'text' ? (column.codes[row] as number) : 0;
    const value = column.kind === 'text' ? (texts[code] ?? code) : (column.values[row] as number);
    // + 0 makes -0 equal 0; NaN is written the same way each time
    number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    for (let half = 0; half < 2; half++) {
      const word = bits[half] as number;
      low[i] = round(low[i] as number, word, 0xcc9e2d51, 15, 0x1b873593, 13, 0xe6546b64);
      high[i] = round(high[i] as number, word, 0x239b961b, 17, 0xab0e9789, 19, 0x561ccd1b);
    }
  }
}

/** Mixes all pixels of each row's image into its two hashes, four at a time. */
function mixImages(
  { pixels, channels, height, width }: ImageStore,
  rows: Uint32Array,
  low: Int32Array,
  high: Int32Array,
) {
  const size = channels * height * width;
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * size;
    let [a, b] = [low[i] as number, high[i] as number];
    for (let at = start; at < start + size; at += 4) {
      let word = 0;
      for (let j = 0; j < 4 && at + j < start + size; j++) word = (word << 8) | (pixels[at + j] as number);
      a = round(a, word, 0xcc9e2d51, 15, 0x1b873593, 13, 0xe6546b64);
      b = round(b, word, 0x239b961b, 17, 0xab0e9789, 19, 0x561ccd1b);
    }
    low[i] = a;
    high[i] = b;
  }
}

function round(h: number, word: number, c1: number, r1: number, c2: number, r2: number, add: number): number {
  let k = Math.imul(word, c1);
  k = (k << r1) | (k >>> (32 - r1));
  const mixed = h ^ Math.imul(k, c2);
  return (Math.imul((mixed << r2) | (mixed >>> (32 - r2)), 5) + add) | 0;
}
