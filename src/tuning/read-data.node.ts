// In: a file, and perhaps a test file. Out: tables, roles, the rows that may be trained on, and those that nobody may look at.

import type { Roles } from '../data/roles.ts';
import { inferRoles, labelledRows } from '../data/roles.ts';
import { holdOut, rareClassNotes, splitInput } from '../data/splits.ts';
import { readTable } from '../data/table.node.ts';
import type { ColumnKind, Table } from '../data/table.ts';
import { type DataOptions, fingerprint, type TuneData } from './tune-data.ts';

/** Folds that a rare class is warned about. */
const folds = 5;

/** Kinds of the used columns and the target: what a second file has to agree with. */
function kindsOf(table: Table, roles: Roles): Record<string, ColumnKind> {
  const wanted = new Set([roles.target, ...roles.columns.filter(({ used }) => used).map(({ name }) => name)]);
  return Object.fromEntries(table.columns.filter(({ name }) => wanted.has(name)).map(({ name, kind }) => [name, kind]));
}

/** Reads the data and holds back the test file, or without one a stratified share of the rows. */
export async function readData(
  options: DataOptions,
  split: { readonly share: number; readonly seed: number },
): Promise<TuneData> {
  const { target, task } = options;
  const reading = options.signal === undefined ? {} : { signal: options.signal };
  const table = await readTable(options.data, reading);
  const roles = inferRoles(table, {
    ...(target === undefined ? {} : { target }),
    ...(task === undefined ? {} : { task }),
  });
  const labelled = labelledRows(table, roles);
  const rare = rareClassNotes(roles, folds);
  if (options.test !== undefined) {
    const held = await readTable(options.test, { kinds: kindsOf(table, roles), ...reading });
    const rows = labelledRows(held, roles);
    const print = `${fingerprint(table)}-${fingerprint(held)}`;
    return { table, roles, trainRows: labelled, held: { table: held, rows }, notes: [...roles.notes, ...rare], print };
  }
  const input = splitInput(table, roles, labelled);
  const { train, test } = holdOut(input, { dev: 0, test: split.share, seed: split.seed });
  return {
    table,
    roles,
    trainRows: train,
    held: { table, rows: test },
    notes: [...roles.notes, ...rare, ...input.notes],
    print: fingerprint(table),
  };
}
