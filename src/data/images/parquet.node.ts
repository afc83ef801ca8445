// In: a Parquet file with a column of encoded images, as bytes or as Hugging Face's struct of bytes and path. Out: a table.
// The images are read in pieces of about 128 MB, once for their headers and once to decode them.

import type { DuckDBConnection } from '@duckdb/node-api';
import { FettleError } from '../../base/error.ts';
import { identifier, queryRows, withDuckDb } from '../duckdb.node.ts';
import { detectFormat, type FileFormat } from '../file-scan.node.ts';
import { explainReadError, openSource, pathLiteral, type Source } from '../source.node.ts';
import { readTable } from '../table.node.ts';
import type { Column, Table } from '../table.ts';
import { keepTexts, withoutPath } from './columns.ts';
import { decodeImages, type EncodedImages } from './decode-images.node.ts';
import { finishTable } from './finish-table.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { formatOf } from './formats/index.ts';
import { headBytes } from './header.ts';
import type { ReadImagesSettings } from './options.ts';
import { type Piece, piecesOf } from './parquet-pieces.ts';

/** The column of images of a Parquet file. */
interface BlobColumn {
  readonly name: string;
  /** SQL of the bytes, and of the path beside them or null. */
  readonly bytes: string;
  readonly path: string | null;
}

const pieceBytes = 134_217_728;

/** Whether a Parquet file has a column whose first cells are images. */
export async function hasImages(path: string): Promise<boolean> {
  const file = await detectFormat(path);
  if (file.format !== 'parquet') return false;
  return withDuckDb(async (connection) => (await findColumn(connection, file)) !== null);
}

async function findColumn(connection: DuckDBConnection, file: FileFormat): Promise<BlobColumn | null> {
  const source = await openSource(connection, file);
  for (const column of blobColumns(source)) {
    const start = `SELECT ${column.bytes}[1:16] FROM ${source.from} WHERE ${column.bytes} IS NOT NULL LIMIT 1`;
    const [first] = await queryRows(connection, start);
    if (first?.[0] instanceof Uint8Array && formatOf(first[0]) !== null) return column;
  }
  return null;
}

function blobColumns(source: Source): BlobColumn[] {
  return source.columns.flatMap(({ name, type }) => {
    const sql = identifier(name);
    if (type === 'BLOB') return [{ name, bytes: sql, path: null }];
    if (!/^STRUCT\(.*\bbytes"? BLOB/.test(type)) return [];
    return [{ name, bytes: `${sql}.bytes`, path: /\bpath"? VARCHAR/.test(type) ? `${sql}.path` : null }];
  });
}

/** Reads a Parquet file of images; its other columns are those of the table. Throws `file` and `data`. */
export async function readParquetImages(path: string, settings: ReadImagesSettings): Promise<Table> {
  const { signal } = settings;
  const file = await detectFormat(path);
  const rest = await readTable(path, signal === undefined ? {} : { signal });
  return withDuckDb(async (connection) => {
    try {
      const column = await findColumn(connection, file);
      if (column === null)
        throw new FettleError('data', `${path} has no column of images. Expected bytes of PNG, JPEG or WebP files.`);
      const names = await readNames(connection, file, column, rest.rows);
      const decoded = await decodeImages(await cells(connection, file, column, names, signal), settings);
      const named = await nameClasses(connection, file, rest.columns);
      const others = withoutPath(named);
      return finishTable(
        {
          ...decoded,
          where: path,
          names,
          columns: others.columns,
          notes: [
            `The images are those of column "${column.name}".`,
            ...rest.notes.filter((note) => !note.startsWith(`Column "${column.name}" is left out`)),
            ...others.notes,
            ...decoded.notes,
          ],
        },
        settings,
      );
    } catch (error) {
      throw explainReadError(file, error);
    }
  }, signal);
}

/** What each image is called: its path in the file where every image has one, else the file's name and its number. */
async function readNames(
  connection: DuckDBConnection,
  file: FileFormat,
  { path }: BlobColumn,
  rows: number,
): Promise<readonly string[]> {
  const name = file.path.split(/[\\/]/).at(-1) ?? file.path;
  const numbered = Array.from({ length: rows }, (_, i) => `${name}#${i}`);
  if (path === null) return numbered;
  const found = await queryRows(connection, `SELECT ${path} FROM read_parquet(${pathLiteral(file.path)})`);
  const paths = found.map(([cell]) => cell);
  return paths.every((cell) => typeof cell === 'string' && cell !== '') ? (paths as string[]) : numbered;
}

/** The cells of the column as encoded images. */
async function cells(
  connection: DuckDBConnection,
  file: FileFormat,
  column: BlobColumn,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<EncodedImages> {
  const from = `read_parquet(${pathLiteral(file.path)}, file_row_number = true)`;
  const pieces = await readPieces(connection, file, column);
  const all = async (index: number): Promise<Uint8Array> => {
    const [row] = await queryRows(connection, `SELECT ${column.bytes} FROM ${from} WHERE file_row_number = ${index}`);
    return bytesOf(row?.[0]);
  };
  return {
    names,
    async each(which, part, bounds, costOf, task) {
      const wanted = new Set(which);
      const bytes = part === 'head' ? `${column.bytes}[1:${headBytes}]` : column.bytes;
      for (const { first, last } of pieces) {
        const query = `SELECT ${bytes}, file_row_number FROM ${from} WHERE file_row_number BETWEEN ${first} AND ${last}`;
        const result = await connection.stream(query);
        for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
          const found = new Map<number, Uint8Array>();
          const blobs = chunk.getColumnVector(0);
          const numbers = chunk.getColumnVector(1);
          for (let row = 0; row < chunk.rowCount; row++) {
            const index = Number(numbers.getItem(row));
            if (wanted.has(index)) found.set(index, bytesOf(blobs.getItem(row)));
          }
          await forEachBounded(
            [...found.keys()],
            bounds,
            costOf,
            (index) => {
              const own = found.get(index) ?? new Uint8Array(0);
              const whole = part === 'all' || own.length < headBytes;
              return task(index, {
                head: async () => ({ bytes: own, whole }),
                all: async () => (whole ? own : all(index)),
              });
            },
            signal,
          );
        }
      }
    },
  };
}

/** A cell's bytes; a missing cell has none. */
function bytesOf(cell: unknown): Uint8Array {
  if (cell instanceof Uint8Array) return cell;
  const { bytes } = (cell ?? {}) as { readonly bytes?: unknown };
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
}

async function readPieces(connection: DuckDBConnection, file: FileFormat, column: BlobColumn): Promise<Piece[]> {
  const inStruct = column.bytes !== identifier(column.name);
  const groups = await queryRows(
    connection,
    `SELECT any_value(row_group_num_rows), sum(total_uncompressed_size) FILTER (path_in_schema LIKE ${inStruct ? `'%bytes'` : `'%'`}) FROM parquet_metadata(${pathLiteral(file.path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  return piecesOf(
    groups.map(([rows, bytes]) => ({ rows: Number(rows), bytes: Number(bytes ?? 0) })),
    pieceBytes,
  );
}

/** Gives numbers the names that Hugging Face wrote into the file for them (its ClassLabel). */
async function nameClasses(
  connection: DuckDBConnection,
  file: FileFormat,
  columns: readonly Column[],
): Promise<readonly Column[]> {
  const query = `SELECT decode(value) FROM parquet_kv_metadata(${pathLiteral(file.path)}) WHERE decode(key) = 'huggingface'`;
  const [found] = await queryRows(connection, query);
  const names = classNames(found?.[0]);
  return columns.map((column) => {
    const own = names.get(column.name);
    if (own === undefined || column.kind !== 'numeric') return column;
    return keepTexts(
      column.name,
      Array.from(column.values, (code) => (Number.isNaN(code) || code < 0 ? null : (own[code] ?? String(code)))),
    );
  });
}

function classNames(json: unknown): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  if (typeof json !== 'string') return names;
  try {
    const { info } = JSON.parse(json) as { info?: { features?: Record<string, { names?: unknown; _type?: unknown }> } };
    for (const [column, feature] of Object.entries(info?.features ?? {})) {
      if (feature?._type === 'ClassLabel' && Array.isArray(feature.names)) names.set(column, feature.names.map(String));
    }
  } catch (error) {
    // Not written by Hugging Face after all: the numbers stay.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return names;
}
