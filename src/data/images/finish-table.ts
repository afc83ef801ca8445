// In: decoded images and the columns that go with all of them. Out: the table of those that are used.

import { FettleError } from '../../base/error.ts';
import { plural } from '../../base/format.ts';
import type { Column, ImageStore, Table } from '../table.ts';
import { type BadImage, badImagesError, skippedNotes } from './bad-image.ts';
import { keepTexts, takeRows } from './columns.ts';
import { byCodeUnits } from './order.ts';

/** What was read of a source. */
export interface ReadSource {
  /** What the user called it. */
  readonly where: string;
  /** Names of all images. */
  readonly names: readonly string[];
  /** Columns with one cell per name. */
  readonly columns: readonly Column[];
  /** Null where no image can be used. */
  readonly store: ImageStore | null;
  /** Which images have a row in the store. */
  readonly rows: Uint32Array;
  readonly bad: readonly BadImage[];
  readonly notes: readonly string[];
}

/**
 * The table. Throws `data` for bad images unless they may be skipped, where none is left, and where skipping takes the last
 * image of a class away (a text in the column `target`, by default `label`).
 */
export function finishTable(
  source: ReadSource,
  { skipBad, target }: { skipBad: boolean; target: string | null },
): Table {
  const { where, names, store, rows, bad } = source;
  const total = rows.length + bad.length;
  if (store === null && total === 0)
    throw new FettleError('data', `${where} holds no images. Expected PNG, JPEG, WebP, BMP, TIFF or PNM files.`);
  if (store === null || (bad.length > 0 && !skipBad)) throw badImagesError(bad, total, where);
  const columns =
    rows.length === names.length ? source.columns : source.columns.map((column) => takeRows(column, rows));
  const label = target ?? 'label';
  const before = source.columns.find(({ name }) => name === label);
  const after = columns.find(({ name }) => name === label);
  if (before !== undefined && after !== undefined) checkClasses(before, after, where);
  const paths = keepTexts(
    'path',
    Array.from(rows, (index) => names[index] ?? null),
  );
  const notes = [...source.notes, ...skippedNotes(bad)];
  return { rows: rows.length, columns: [paths, ...columns], images: store, notes };
}

function checkClasses(before: Column, after: Column, where: string): void {
  if (before.kind !== 'text' || after.kind !== 'text') return;
  const left = new Set(after.levels);
  const gone = before.levels.filter((level) => !left.has(level)).sort(byCodeUnits);
  if (gone.length === 0) return;
  const shown = gone.slice(0, 5).map((level) => `"${level}"`);
  const more = gone.length > shown.length ? ` and ${gone.length - shown.length} more` : '';
  throw new FettleError(
    'data',
    `${where}: ${plural(gone.length, 'class', 'classes')} would have no image left, since all of them are bad: ${shown.join(', ')}${more}. Replace their files, or remove the ${gone.length === 1 ? 'class' : 'classes'}.`,
  );
}
