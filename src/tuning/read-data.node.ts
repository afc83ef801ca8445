// In: a file, and perhaps a test file. Out: tables, roles, the rows that may be trained on, and those that nobody may look at.

import { FettleError } from '../base/error.ts';
import { enumerate, formatCount, plural } from '../base/format.ts';
import { appendRows } from '../data/append-rows.ts';
import type { Roles } from '../data/roles.ts';
import { inferRoles, labelledRows } from '../data/roles.ts';
import { holdOut, rareClassNotes, splitInput } from '../data/splits.ts';
import type { ColumnKind, Table } from '../data/table.ts';
import { targetValues } from '../data/target-values.ts';
import { heldOutBeside, readRows } from './read-rows.node.ts';
import { type DataOptions, fingerprint, type TuneData } from './tune-data.ts';

/** Folds that a rare class is warned about. */
const folds = 5;

/** Kinds of the used columns and the target: what a second file has to agree with. */
function kindsOf(table: Table, roles: Roles): Record<string, ColumnKind> {
  const wanted = new Set([roles.target, ...roles.columns.filter(({ used }) => used).map(({ name }) => name)]);
  return Object.fromEntries(table.columns.filter(({ name }) => wanted.has(name)).map(({ name, kind }) => [name, kind]));
}

/** Which columns the network does not see. */
function leftOutNotes({ columns, images }: Roles): string[] {
  const unused = columns.filter(({ used, role }) => !used && role !== 'target');
  // Beside images, columns only say what an image is.
  if (unused.length === 0 || images !== null) return [];
  const shown = unused.slice(0, 8).map(({ name, role }) => `${name} (${role})`);
  const more = unused.length > shown.length ? [`${formatCount(unused.length - shown.length)} more`] : [];
  return [`${plural(unused.length, 'column')} left out: ${enumerate([...shown, ...more])}.`];
}

/** What makes the error on a dev or test file look too bad or too good. */
function heldNotes(
  held: Table,
  roles: Roles,
  rows: Uint32Array,
  { name, isSame }: { readonly name: 'dev' | 'test'; readonly isSame: boolean },
): string[] {
  const notes: string[] = [];
  if (isSame) notes.push(`The ${name} file holds the same rows as the data: its error says nothing about new rows.`);
  if (roles.classes !== null) {
    const codes = targetValues(held, roles);
    const unknown = rows.reduce((sum, row) => sum + (codes[row] === -1 ? 1 : 0), 0);
    if (unknown > 0)
      notes.push(
        `${plural(unknown, 'row')} of the ${name} file ${unknown === 1 ? 'has' : 'have'} a class that no training row has: always counted as wrong.`,
      );
  }
  return notes;
}

/** What was done to test images, such as those that were left out. */
function testNotes({ images, notes }: Table): string[] {
  return images === null ? [] : notes.map((note) => `Test: ${note}`);
}

/** Rows of images need images to be tested on, and rows of cells need cells. */
function checkImages({ images }: Table, roles: Roles, path: string): void {
  if ((images === null) === (roles.images === null)) return;
  const [wanted, found] = images === null ? ['images', 'a table without images'] : ['a table', 'images'];
  throw new FettleError('data', `Expected ${wanted} in ${path}, as in the training data, but received ${found}.`);
}

/** The rows of a dev file behind those of the table. */
async function withDev(
  options: DataOptions,
  table: Table,
  roles: Roles,
): Promise<{ readonly table: Table; readonly devRows: Uint32Array | null; readonly notes: readonly string[] }> {
  if (options.dev === undefined) return { table, devRows: null, notes: [] };
  const dev = await readRows(options.dev, options, { kinds: kindsOf(table, roles), images: roles.images });
  checkImages(dev, roles, options.dev);
  const rows = labelledRows(dev, roles);
  const notes = heldNotes(dev, roles, rows, { name: 'dev', isSame: fingerprint(table) === fingerprint(dev) });
  const images = dev.images === null ? [] : dev.notes.map((note) => `Dev: ${note}`);
  return { table: appendRows(table, dev), devRows: rows.map((row) => table.rows + row), notes: [...images, ...notes] };
}

/** Reads the data and holds back the test file, or without one a stratified share of the rows. */
export async function readData(
  options: DataOptions,
  split: { readonly share: number; readonly seed: number },
): Promise<TuneData> {
  const { target, task } = options;
  const own = await readRows(options.data, options);
  const roles = inferRoles(own, {
    ...(target === undefined ? {} : { target }),
    ...(task === undefined ? {} : { task }),
  });
  const labelled = labelledRows(own, roles);
  const { table, devRows, notes: devNotes } = await withDev(options, own, roles);
  const other = options.test ?? (await heldOutBeside(options.data));
  const notes = [...roles.notes, ...leftOutNotes(roles), ...rareClassNotes(roles, folds), ...devNotes];
  if (other !== null) {
    const held = await readRows(other, options, { kinds: kindsOf(table, roles), images: roles.images });
    checkImages(held, roles, other);
    const rows = labelledRows(held, roles);
    const prints = [fingerprint(table), fingerprint(held)] as const;
    return {
      table,
      roles,
      trainRows: labelled,
      devRows,
      held: { table: held, rows },
      notes: [
        ...notes,
        ...testNotes(held),
        ...heldNotes(held, roles, rows, { name: 'test', isSame: prints[0] === prints[1] }),
      ],
      print: prints.join('-'),
    };
  }
  const input = splitInput(table, roles, labelled);
  const { train, test } = holdOut(input, { dev: 0, test: split.share, seed: split.seed });
  return {
    table,
    roles,
    trainRows: train,
    devRows,
    held: { table, rows: test },
    notes: [...notes, ...input.notes],
    print: fingerprint(table),
  };
}
