// In: a table, and what the user said about target and task. Out: what each column is used for, and why.
// A column that cannot be learned from is left out with its reason; what is wrong with the target is an error.

import { FettleError } from '../base/error.ts';
import type { Task } from '../plan/plan.ts';
import { type ColumnRole, featureRole, onlyColumnRole } from './feature-role.ts';
import { type Column, type ImageShape, isMissing, type Table } from './table.ts';
import { chooseTarget, chooseTask, readTarget } from './target.ts';

export type { ColumnRole, Role } from './feature-role.ts';

/** Everything that was inferred about a table; plain JSON. */
export interface Roles {
  readonly task: Task;
  readonly taskReason: string;
  readonly target: string;
  readonly targetReason: string;
  readonly rows: number;
  /** Rows without a target; they are left out of training and measuring. */
  readonly rowsWithoutTarget: number;
  /** Classes in order (numbers by value, texts by code point) and their rows; null for regression. */
  readonly classes: readonly string[] | null;
  readonly classRows: readonly number[] | null;
  /** The images that are learned from instead of columns; null for tables. */
  readonly images: ImageShape | null;
  /** One entry per column, in the table's order, the target included. */
  readonly columns: readonly ColumnRole[];
  readonly notes: readonly string[];
}

/** Fewer labelled rows than this cannot be split into training and dev rows that say anything. */
export const minimumRows = 10;

/**
 * Infers target, task and roles. `target` defaults to the last column with a telling name (target, label, class, y,
 * outcome, response), else the last column; `task` defaults to classification for text, booleans and few whole numbers.
 * Throws `data`: no such target (nearest names are suggested), fewer than ten rows, a target that is constant, has a
 * class with one row, or is missing in more than half of the rows, and a table without a usable column beside it.
 */
export function inferRoles(table: Table, options: { readonly target?: string; readonly task?: Task } = {}): Roles {
  const { column: target, reason: targetReason } = chooseTarget(table, options.target);
  const labelled = labelledCount(table, target);
  const { task, reason: taskReason } = chooseTask(target, options.task);
  const facts = readTarget(target, task);
  let columns = table.columns.map((column): ColumnRole => {
    if (column !== target) return featureRole(column, table.rows);
    return { name: column.name, role: 'target', used: false, reason: targetReason, missing: table.rows - labelled };
  });
  const images = table.images === null ? null : shapeOf(table.images);
  if (images !== null) columns = columns.map(besideImages);
  else if (!columns.some((column) => column.used)) columns = columns.map((column) => onlyColumnRole(column));
  if (images === null && !columns.some((column) => column.used)) throw nothingToLearnFrom(columns, target.name);
  const notes = [...table.notes];
  if (labelled < table.rows)
    notes.push(`${table.rows - labelled} of ${table.rows} rows have no "${target.name}" and are left out.`);
  return {
    task,
    taskReason,
    target: target.name,
    targetReason,
    rows: table.rows,
    rowsWithoutTarget: table.rows - labelled,
    classes: facts?.classes ?? null,
    classRows: facts?.rows ?? null,
    images,
    columns,
    notes,
  };
}

const shapeOf = ({ channels, height, width }: ImageShape): ImageShape => ({ channels, height, width });

/** With images, columns only say what an image is: the network does not see them. */
function besideImages(column: ColumnRole): ColumnRole {
  if (column.role === 'target') return column;
  return { ...column, used: false, reason: `${column.reason}; networks for images see nothing but the image` };
}

/** Rows whose target is known, in order. */
export function labelledRows(table: Table, roles: Roles): Uint32Array {
  const target = table.columns.find((column) => column.name === roles.target);
  if (target === undefined)
    throw new FettleError('data', `The table has no column "${roles.target}", which is the target. Add it.`);
  const rows = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) if (!isMissing(target, row)) rows[count++] = row;
  return rows.slice(0, count);
}

function labelledCount(table: Table, target: Column): number {
  let labelled = 0;
  for (let row = 0; row < table.rows; row++) labelled += isMissing(target, row) ? 0 : 1;
  if (labelled === 0)
    throw new FettleError(
      'data',
      `The target "${target.name}" is missing in all ${table.rows} rows, but every row needs one. Name another column with --target.`,
    );
  if (labelled * 2 < table.rows)
    throw new FettleError(
      'data',
      `The target "${target.name}" is missing in ${table.rows - labelled} of ${table.rows} rows, more than half. Fill it in, remove those rows, or name another column with --target.`,
    );
  if (labelled < minimumRows)
    throw new FettleError(
      'data',
      `The table has ${labelled} ${labelled === 1 ? 'row' : 'rows'} with a target, but at least ${minimumRows} are needed to train and to measure. Give more rows.`,
    );
  return labelled;
}

function nothingToLearnFrom(columns: readonly ColumnRole[], target: string): FettleError {
  const others = columns.filter((column) => column.role !== 'target');
  const reasons = others.slice(0, 5).map((column) => `\n  ${column.name}: ${column.role}, ${column.reason}`);
  return new FettleError(
    'data',
    others.length === 0
      ? `The table has only the column "${target}", the target. Expected at least one more column to predict it from.`
      : `No column is left to predict "${target}" from:${reasons.join('')}\nAdd columns with numbers, categories or dates.`,
  );
}
