// In: a CSV or TSV file that lists images. Out: a table of them, with the file's other columns.

import { dirname, isAbsolute, join } from 'node:path';
import { FettleError } from '../../base/error.ts';
import { parseRecords, readDialect } from '../csv-dialect.ts';
import { queryRows, withDuckDb } from '../duckdb.node.ts';
import { detectFormat } from '../file-scan.node.ts';
import { explainReadError, openSource } from '../source.node.ts';
import { readTable } from '../table.node.ts';
import type { Table } from '../table.ts';
import { readBeginning } from './beginning.node.ts';
import { withoutPath } from './columns.ts';
import { decodeImages } from './decode-images.node.ts';
import { lookAt } from './find-files.node.ts';
import { finishTable } from './finish-table.ts';
import { formatOf } from './formats/index.ts';
import { imageFiles, readStart } from './image-files.node.ts';
import { isImageName } from './image-name.ts';
import type { ReadImagesSettings } from './options.ts';

const sampleBytes = 65_536;
const sampleRows = 20;
const tellingNames = /^(path|file|filename|file_?path|file_?name|image|image_?path|image_?file|img|img_?path)$/i;

/**
 * The column of a CSV or TSV file whose first cells are images on disk; where those are gone, one that is called like paths
 * and whose cells all end like images. Null for tables. Looks at the file's beginning only.
 */
export async function manifestColumn(path: string): Promise<string | null> {
  const file = await detectFormat(path);
  if (file.format !== 'csv' && file.format !== 'tsv') return null;
  const bytes = await readBeginning(path, sampleBytes);
  const text = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  const complete = bytes.length < sampleBytes;
  const tab = file.format === 'tsv' ? { delimiter: '\t' } : {};
  try {
    const { delimiter, header, names } = readDialect(text, { file: path, complete, ...tab });
    const records = parseRecords(text, delimiter, complete, sampleRows + 1).slice(header ? 1 : 0);
    return await chooseColumn(dirname(path), names, records);
  } catch (error) {
    // Whatever is wrong with it as a table is said by who reads it as one.
    if (error instanceof FettleError) return null;
    throw error;
  }
}

async function chooseColumn(
  folder: string,
  names: readonly string[],
  records: readonly (readonly string[])[],
): Promise<string | null> {
  let best: string | null = null;
  let most = 0;
  for (const [i, name] of names.entries()) {
    const cells = records.map((record) => record[i]?.trim() ?? '').filter((cell) => cell !== '');
    let found = 0;
    for (const cell of cells) found += (await isImageFile(locate(folder, cell))) ? 1 : 0;
    if (found === 0 && tellingNames.test(name) && cells.length > 0 && cells.every(isImageName)) found = 0.5;
    if (found > most) {
      best = name;
      most = found;
    }
  }
  return best;
}

/** A cell as a path to open: from the manifest's folder, unless it begins at the root. */
const locate = (folder: string, cell: string): string => (isAbsolute(cell) ? cell : join(folder, cell));

async function isImageFile(path: string): Promise<boolean> {
  try {
    if (lookAt(path)?.isFile() !== true) return false;
    return isImageName(path) || formatOf(await readStart(path, 16)) !== null;
  } catch {
    return false;
  }
}

/** Reads a manifest: one row per line, in its order. Throws `file` and `data`. */
export async function readManifest(path: string, settings: ReadImagesSettings): Promise<Table> {
  const { signal } = settings;
  const column = await manifestColumn(path);
  if (column === null)
    throw new FettleError(
      'data',
      `${path} has no column of paths to images. Paths are taken from the folder of the file.`,
    );
  const table = await readTable(path, signal === undefined ? {} : { signal });
  const names = await readPaths(path, column, signal);
  const folder = dirname(path);
  const files = names.map((name, row) => {
    // A path to nothing is found not to be there, as an empty cell should be.
    if (name === '') return { path: `(row ${row + 1} names none)`, location: '', bytes: 0 };
    const location = locate(folder, name);
    return { path: name, location, bytes: sizeOf(location) };
  });
  const decoded = await decodeImages(imageFiles(files, signal), settings);
  const others = withoutPath(table.columns.filter(({ name }) => name !== column));
  return finishTable(
    {
      ...decoded,
      where: path,
      names: files.map((file) => file.path),
      columns: others.columns,
      notes: [
        `Column "${column}" says where the images are.`,
        ...table.notes.filter((note) => !note.startsWith(`Column "${column}"`)),
        ...others.notes,
        ...decoded.notes,
      ],
    },
    settings,
  );
}

/** The files that a manifest's table is read from: itself and its images. */
export async function manifestSources(path: string, signal?: AbortSignal): Promise<readonly string[]> {
  const column = await manifestColumn(path);
  if (column === null) return [path];
  return [path, ...(await readPaths(path, column, signal)).map((name) => locate(dirname(path), name))];
}

function sizeOf(path: string): number {
  try {
    const stats = lookAt(path);
    return stats?.isFile() ? stats.size : 0;
  } catch {
    return 0;
  }
}

/** Every cell of the column as text: a table's text columns store a limited number of different ones. */
async function readPaths(path: string, column: string, signal: AbortSignal | undefined): Promise<string[]> {
  const file = await detectFormat(path);
  return withDuckDb(async (connection) => {
    try {
      const source = await openSource(connection, file, signal);
      const sql = source.columns.find(({ name }) => name === column)?.sql;
      if (sql === undefined) throw new FettleError('internal', `Column "${column}" of ${path} is gone.`);
      const rows = await queryRows(connection, `SELECT trim(${sql}) FROM ${source.from}`);
      return rows.map(([cell]) => (typeof cell === 'string' ? cell : ''));
    } catch (error) {
      throw explainReadError(file, error);
    }
  }, signal);
}
