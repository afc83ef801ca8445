// In: cells from a file or from arrays. Out: a Table, one typed array per column.
// Arrays lie in shared memory where the platform has it, so worker threads read them without a copy.

import { FettleError } from '../base/error.ts';

/** Numbers as float32; a missing cell is NaN. */
export interface NumericColumn {
  readonly name: string;
  readonly kind: 'numeric';
  readonly values: Float32Array; // [rows]
  /**
   * Only for columns with values beyond 2^24, where float32 merges neighbours: what the file itself said
   * about the number of different values and whether all are integers.
   */
  readonly exact?: { readonly distinct: number; readonly integer: boolean };
}

/** true = 1, false = 0, missing = NaN. */
export interface BooleanColumn {
  readonly name: string;
  readonly kind: 'boolean';
  readonly values: Float32Array; // [rows]
}

/** Seconds since 1970-01-01 UTC; a missing cell is NaN. Times without a zone count as UTC. */
export interface DateTimeColumn {
  readonly name: string;
  readonly kind: 'date-time';
  readonly values: Float64Array; // [rows]
}

/** Each different text once, and its index per row. */
export interface TextColumn {
  readonly name: string;
  readonly kind: 'text';
  /** Index into `levels`; -1 = missing, -2 = a text that was not stored (see `overflow`). */
  readonly codes: Int32Array; // [rows]
  /** Different texts in order of appearance, at most `maximumLevels` of them. */
  readonly levels: readonly string[];
  /** Cells with code -2, because the column had more different texts than are stored. */
  readonly overflow: number;
}

/** One column of a table, told apart by `kind`. */
export type Column = NumericColumn | BooleanColumn | DateTimeColumn | TextColumn;
/** How a column's cells are stored. */
export type ColumnKind = Column['kind'];

/** Height, width and channels that all images of a store have. */
export interface ImageShape {
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: number; // C
  readonly height: number; // H
  readonly width: number; // W
}

/** One image per row of a table, decoded once, a byte per pixel and channel. */
export interface ImageStore extends ImageShape {
  /** In shared memory where the platform has it. */
  readonly pixels: Uint8Array; // [rows, C, H, W]
}

/** A table in memory; plain data that can be posted to a worker. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What the network sees instead of columns, where the rows are images; the columns then say where each comes from. */
  readonly images: ImageStore | null;
  /** What the reader decided and a person should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Different texts that are stored per column; more are id-like or free text, and memory stays bounded. */
export const maximumLevels = 65_536;
/** Characters that are stored per text column. */
export const maximumCharacters = 8_388_608;

const shared = (bytes: number): ArrayBufferLike =>
  typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);

/** `length` float32 zeros in shared memory. */
export const sharedFloat32 = (length: number): Float32Array => new Float32Array(shared(length * 4));
/** `length` float64 zeros in shared memory. */
export const sharedFloat64 = (length: number): Float64Array => new Float64Array(shared(length * 8));
/** `length` int32 zeros in shared memory. */
export const sharedInt32 = (length: number): Int32Array => new Int32Array(shared(length * 4));
/** `length` zero bytes in shared memory. */
export const sharedUint8 = (length: number): Uint8Array => new Uint8Array(shared(length));

/** The column of that name, or undefined. */
export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Whether the cell has no value; a text that was not stored (code -2) is not missing. */
export function isMissing(column: Column, row: number): boolean {
  return column.kind === 'text' ? column.codes[row] === -1 : Number.isNaN(column.values[row]);
}

/** Rows whose cell is missing. */
export function countMissing(column: Column): number {
  let missing = 0;
  if (column.kind === 'text') for (const code of column.codes) missing += code === -1 ? 1 : 0;
  else for (const value of column.values) missing += Number.isNaN(value) ? 1 : 0;
  return missing;
}

/** The cell as the name of a class: `5`, `true`, `setosa`; null if missing or not stored. */
export function cellLabel(column: Column, row: number): string | null {
  if (column.kind === 'text') return column.levels[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false';
  return String(shortestFloat32(value));
}

/** The shortest decimal that is this number in float32: 0.1 and not 0.10000000149011612. */
export function shortestFloat32(value: number): number {
  if (Number.isInteger(value)) return value;
  // Nine digits tell any two float32 apart.
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** A cell as people write it in JavaScript. */
export type Cell = number | string | boolean | Date | null | undefined;

/**
 * A table from arrays, for libraries and browsers. A column's kind is that of its cells; null, undefined and NaN are
 * missing; a column without any cell is text. Throws `data` for unequal lengths, mixed kinds, and infinity.
 * @example
 * tableFromColumns({ age: [31, null, 25], city: ['Bern', 'Oslo', 'Bern'] })
 */
export function tableFromColumns(columns: Readonly<Record<string, readonly Cell[]>>): Table {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  for (const [name, cells] of entries) {
    if (cells.length !== rows)
      throw new FettleError(
        'data',
        `Column "${name}" has ${cells.length} cells, but the first column has ${rows}. Give every column the same number of cells.`,
      );
  }
  return { rows, columns: entries.map(([name, cells]) => columnFromCells(name, cells)), images: null, notes: [] };
}

/**
 * A table of images from their pixels and columns such as labels, for libraries and browsers. Throws `data` if the pixels
 * are not rows x C x H x W bytes.
 * @example
 * tableFromImages({ channels: 1, height: 28, width: 28, pixels }, { label: ['shirt', 'shoe'] })
 */
export function tableFromImages(images: ImageStore, columns: Readonly<Record<string, readonly Cell[]>>): Table {
  const table = tableFromColumns(columns);
  const { channels, height, width, pixels } = images;
  const expected = table.rows * channels * height * width;
  if (pixels.length === expected) return { ...table, images };
  throw new FettleError(
    'data',
    `Expected ${expected} bytes for ${table.rows} images of ${width} x ${height} pixels and ${channels} channels, but received ${pixels.length}. ` +
      'Give [rows, C, H, W] bytes, and a cell per image in each column.',
  );
}

function kindOf(cell: Exclude<Cell, null | undefined>): ColumnKind {
  if (cell instanceof Date) return 'date-time';
  return typeof cell === 'number' ? 'numeric' : typeof cell === 'boolean' ? 'boolean' : 'text';
}

const isAbsent = (cell: Cell): cell is null | undefined =>
  cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell));

function columnFromCells(name: string, cells: readonly Cell[]): Column {
  const first = cells.find((cell) => !isAbsent(cell));
  const kind = isAbsent(first) ? 'text' : kindOf(first);
  const different = cells.findIndex((cell) => !isAbsent(cell) && kindOf(cell) !== kind);
  if (different >= 0)
    throw new FettleError(
      'data',
      `Column "${name}" has mixed types: its first cell is ${kind}, row ${different + 1} holds ${JSON.stringify(cells[different])}. Use one type per column, and null for missing cells.`,
    );
  if (kind === 'text') return textColumn(name, cells as readonly (string | null | undefined)[]);
  const values = kind === 'date-time' ? sharedFloat64(cells.length) : sharedFloat32(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    values[row] = isAbsent(cell) ? Number.NaN : cell instanceof Date ? cell.getTime() / 1000 : Number(cell);
    if (Math.abs(values[row] as number) === Number.POSITIVE_INFINITY) throw infiniteCell(name, row, String(cell));
  }
  if (kind === 'date-time') return { name, kind, values: values as Float64Array };
  return { name, kind, values: values as Float32Array };
}

function textColumn(name: string, cells: readonly (string | null | undefined)[]): TextColumn {
  const index = new Map<string, number>();
  const codes = sharedInt32(cells.length);
  let overflow = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell === null || cell === undefined) codes[row] = -1;
    else {
      const code = index.get(cell) ?? (index.size < maximumLevels ? index.size : -2);
      if (code === -2) overflow++;
      else index.set(cell, code);
      codes[row] = code;
    }
  }
  return { name, kind: 'text', codes, levels: [...index.keys()], overflow };
}

/** The error for a cell that float32 cannot hold; `row` counts from 0. */
export function infiniteCell(name: string, row: number, value: string | null): FettleError {
  const cell = value === null ? 'a value' : `"${value}"`;
  return new FettleError(
    'data',
    `Column "${name}", row ${row + 1} holds ${cell} that is infinite or beyond 3.4e38, but a finite number is expected. Correct the cell, or leave it empty if the value is unknown.`,
  );
}
