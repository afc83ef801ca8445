// In: a plan and the training rows of a table. Out: a fitted preprocessing (plain JSON); with it any table becomes a Dataset.
// Step one subtracts a center, step two multiplies by a factor, then a clip; prepared-column.ts says the exact arithmetic.
// It reads columns by name, so order and further columns of a table do not matter.

import { FettleError } from '../base/error.ts';
import type { PreprocessingPlan } from '../plan/plan.ts';
import type { Dataset } from './dataset.ts';
import { fitColumn } from './fit-column.ts';
import type { PreparedColumn } from './prepared-column.ts';
import { fitImages, type PreparedImages, preparedImages } from './prepared-images.ts';
import type { Roles } from './roles.ts';
import { deviationOf, meanOf } from './scaling.ts';
import { type Column, type ColumnKind, cellLabel, findColumn, type Table } from './table.ts';
import { neededColumn, neededKind, writeCodes, writeColumn } from './write-column.ts';

/** What is predicted, as fitted on the training rows. */
export type PreparedTarget =
  | {
      readonly kind: 'classes';
      readonly name: string;
      readonly columnKind: ColumnKind;
      /** Class of code 0, 1, ...; all classes of the labelled rows, also those that a fold has no row of. */
      readonly classes: readonly string[];
    }
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly columnKind: ColumnKind;
      /** The network is trained on (y - mean) / deviation; 0 and 1 when standardization is off. */
      readonly mean: number;
      readonly deviation: number;
      /** Smallest and largest target of the training rows. */
      readonly low: number;
      readonly high: number;
    };

/** A fitted preprocessing; plain JSON. */
export interface Preprocessing {
  readonly version: 1;
  /** Used columns in the order of their outputs. */
  readonly columns: readonly PreparedColumn[];
  /** Scaling of the images; null for tables. */
  readonly images: PreparedImages | null;
  /** Numeric outputs in all, D. */
  readonly width: number;
  readonly target: PreparedTarget;
}

/** Fits every used column and the target on the given rows and no others. Throws `data` if the table lacks one of them. */
export function fitPreprocessing(
  plan: PreprocessingPlan,
  table: Table,
  roles: Roles,
  rows: Uint32Array,
): Preprocessing {
  if (rows.length === 0) throw new FettleError('data', 'Preprocessing is fitted on training rows, but there are none.');
  const columns = roles.columns
    .filter((role) => role.used)
    .map((role) => fitColumn(plan, columnNamed(table, role.name), rows));
  const width = columns.reduce((sum, column) => sum + column.outputs, 0);
  const images = table.images === null ? null : fitImages(plan, table.images, rows);
  return { version: 1, columns, images, width, target: fitTarget(plan, columnNamed(table, roles.target), roles, rows) };
}

function columnNamed(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column) return column;
  throw new FettleError(
    'data',
    `The table has no column "${name}", which was there when the roles were inferred. Use the same table.`,
  );
}

function fitTarget(plan: PreprocessingPlan, column: Column, roles: Roles, rows: Uint32Array): PreparedTarget {
  const { name, kind: columnKind } = column;
  if (roles.classes !== null) return { kind: 'classes', name, columnKind, classes: roles.classes };
  if (column.kind === 'text')
    throw new FettleError('data', `The target "${name}" holds text, but regression needs numbers.`);
  const values = Float64Array.from(rows, (row) => column.values[row] as number).filter((value) => !Number.isNaN(value));
  if (values.length === 0) throw new FettleError('data', `No training row has a target "${name}".`);
  const mean = meanOf(values);
  const deviation = deviationOf(values, mean);
  const on = plan.standardizeTarget;
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  // a constant target in one fold leaves nothing to divide by
  return {
    kind: 'number',
    name,
    columnKind,
    mean: on ? mean : 0,
    deviation: on && high > low ? deviation : 1,
    low,
    high,
  };
}

/**
 * Rows of a table as a network takes them. `rows` defaults to all. A table without the target (prediction) gives class
 * codes -1 or NaN; so does a row whose target is missing or a class that was not there in training.
 * Throws `data` if a needed column is absent or of another kind.
 */
export function applyPreprocessing(
  preprocessing: Preprocessing,
  table: Table,
  rows: Uint32Array = allRows(table),
): Dataset {
  const { width, target } = preprocessing;
  const embedded = preprocessing.columns.filter((column) => column.kind === 'embedding');
  const numeric = new Float32Array(rows.length * width); // [N, D]
  const categories = new Int32Array(rows.length * embedded.length); // [N, C]
  let offset = 0;
  let code = 0;
  for (const prepared of preprocessing.columns) {
    const column = neededColumn(table, prepared);
    if (prepared.kind === 'embedding')
      writeCodes(prepared.levels, column, rows, { values: categories, width: embedded.length, offset: code++ });
    else writeColumn(prepared, column, rows, { values: numeric, width, offset });
    offset += prepared.outputs;
  }
  return {
    task: target.kind === 'classes' ? 'classification' : 'regression',
    rows: rows.length,
    width,
    numeric,
    cardinalities: embedded.map((column) => column.levels.length + 1),
    categories,
    images: preprocessing.images === null ? null : preparedImages(preprocessing.images, table, rows),
    continuous: preprocessing.columns.flatMap(continuousOutputs),
    target: readTargets(target, table, rows),
    classes: target.kind === 'classes' ? target.classes : null,
    targetMean: target.kind === 'number' ? target.mean : 0,
    targetDeviation: target.kind === 'number' ? target.deviation : 1,
  };
}

const allRows = (table: Table): Uint32Array => Uint32Array.from({ length: table.rows }, (_, row) => row);

function readTargets(target: PreparedTarget, table: Table, rows: Uint32Array): Int32Array | Float32Array {
  const column = findColumn(table, target.name);
  if (target.kind === 'classes') {
    const codes = new Int32Array(rows.length).fill(-1);
    if (column === undefined) return codes;
    const index = new Map(target.classes.map((name, i) => [name, i]));
    for (let i = 0; i < rows.length; i++) codes[i] = index.get(cellLabel(column, rows[i] as number) ?? '') ?? -1;
    return codes;
  }
  const values = new Float32Array(rows.length).fill(Number.NaN);
  if (column === undefined || (column.kind === 'text' && column.levels.length === 0)) return values;
  if (column.kind === 'text')
    throw new FettleError(
      'data',
      `The target "${target.name}" holds text ("${column.levels[0] ?? ''}"), but the model was trained on numbers. Correct or remove the column.`,
    );
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i] as number] as number;
  return values;
}

/** Scaled numbers and times are continuous; flags, booleans, one-hot outputs and the sines of cyclic parts are not. */
function continuousOutputs(column: PreparedColumn): boolean[] {
  const outputs = new Array<boolean>(column.outputs).fill(false);
  if (column.kind === 'numeric') outputs[0] = true;
  if (column.kind === 'date-time')
    column.parts.forEach(({ part }, i) => {
      if (part === 'time' || part === 'year') outputs[i] = true;
    });
  return outputs;
}

/** The name of each of the D outputs: `Age`, `Age missing`, `Home=owner`, `date time`, `date month sin`. */
export function outputNames(preprocessing: Preprocessing): string[] {
  return preprocessing.columns.flatMap((column) => {
    const { name } = column;
    if (column.kind === 'embedding') return [];
    if (column.kind === 'one-hot') {
      if (column.levels.length === 2) return [`${name}=${column.levels[1] ?? ''}`];
      return column.levels.map((level) => `${name}=${level}`);
    }
    const flag = column.missingFlag ? [`${name} missing`] : [];
    if (column.kind !== 'date-time') return [name, ...flag];
    const parts = column.parts.flatMap(({ part }) =>
      part === 'time' || part === 'year' ? [`${name} ${part}`] : [`${name} ${part} sin`, `${name} ${part} cos`],
    );
    return [...parts, ...flag];
  });
}

/**
 * The kind of every column that a fitted preprocessing reads, the target included: give it to `readTable` as `kinds`, so
 * that a file for prediction is understood as the training file was.
 */
export function neededKinds(preprocessing: Preprocessing): Record<string, ColumnKind> {
  const { target } = preprocessing;
  const kinds = preprocessing.columns.map((column): [string, ColumnKind] => [column.name, neededKind(column)]);
  return Object.fromEntries([...kinds, [target.name, target.columnKind]]);
}
