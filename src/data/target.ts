// In: a table's columns. Out: which one is predicted, as a class or as a number, and the classes.

import { FettleError } from '../base/error.ts';
import { nearestNames } from '../base/nearest-name.ts';
import type { Task } from '../plan/plan.ts';
import { countDistinct, numberFacts } from './number-facts.ts';
import { type Column, cellLabel, type Table } from './table.ts';

const telling = /^(targets?|labels?|class|y|outcome|response)$/i;
/** A whole-number target with at most this many values, each in ten rows on average, is taken for classes. */
const fewValues = 20;
/** More classes than this are refused: the table would hold few rows of each. */
const maximumClasses = 10_000;

/** The target column and why it is that one. */
export function chooseTarget(
  table: Table,
  name: string | undefined,
): { readonly column: Column; readonly reason: string } {
  const names = table.columns.map((column) => column.name);
  if (name !== undefined) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column) return { column, reason: 'named by the user' };
    const near = nearestNames(name, names);
    const hint = near.length > 0 ? `Did you mean ${near.map((text) => `"${text}"`).join(' or ')}? ` : '';
    const shown = names.slice(0, 12).join(', ') + (names.length > 12 ? `, ... (${names.length} in all)` : '');
    throw new FettleError('data', `There is no column "${name}" for the target. ${hint}The columns are: ${shown}.`);
  }
  const named = table.columns.findLast((column) => telling.test(column.name));
  if (named) return { column: named, reason: `its name "${named.name}" says so` };
  const last = table.columns.at(-1);
  if (last === undefined)
    throw new FettleError('data', 'The table has no columns. Expected a target and at least one more.');
  return { column: last, reason: 'it is the last column' };
}

/** The task and why. Throws `data` when the column cannot serve for the task. */
export function chooseTask(target: Column, wanted: Task | undefined): { readonly task: Task; readonly reason: string } {
  if (target.kind === 'date-time')
    throw new FettleError(
      'data',
      `The target "${target.name}" holds date-times, but classes or numbers are expected. Write it as a number, such as days from a start, or name another column with --target.`,
    );
  if (wanted === 'regression' && target.kind === 'text')
    throw new FettleError(
      'data',
      `The target "${target.name}" holds text ("${target.levels[0] ?? ''}"), but regression needs numbers. Use --task classification, or name another column with --target.`,
    );
  if (wanted !== undefined) return { task: wanted, reason: 'named by the user' };
  if (target.kind === 'text') return { task: 'classification', reason: 'the target holds text' };
  if (target.kind === 'boolean') return { task: 'classification', reason: 'the target holds true and false' };
  const facts = numberFacts(target);
  if (!facts.integer) return { task: 'regression', reason: 'the target holds numbers with fractions' };
  const distinct = countDistinct(target, fewValues);
  if (distinct <= 2 || (distinct <= fewValues && facts.present >= distinct * 10))
    return { task: 'classification', reason: `the target holds ${distinct} different whole numbers` };
  const many = distinct > fewValues ? `more than ${fewValues}` : `${distinct}`;
  return { task: 'regression', reason: `the target holds ${many} different whole numbers in ${facts.present} rows` };
}

/** Classes and their rows; null for regression. Throws `data` for a constant target and for classes with one row. */
export function readTarget(
  target: Column,
  task: Task,
): { readonly classes: readonly string[]; readonly rows: readonly number[] } | null {
  if (task === 'regression') {
    if (target.kind === 'numeric') {
      const facts = numberFacts(target);
      if (facts.minimum === facts.maximum) checkTold(target);
      checkVaries(target.name, facts);
    }
    if (target.kind === 'boolean') return checkVaries(target.name, numberFacts({ ...target, kind: 'numeric' }));
    return null;
  }
  checkTold(target);
  const counts = countClasses(target);
  const classes = sortClasses([...counts.keys()]);
  if (classes.length === 1) throw constantTarget(target.name, classes[0] ?? '');
  const rows = classes.map((name) => counts.get(name) ?? 0);
  const single = classes.filter((_, i) => rows[i] === 1);
  if (single.length === classes.length)
    throw new FettleError(
      'data',
      `The target "${target.name}" has one row per class (${classes.length} classes), but a class needs rows to learn from and others to measure on. Name another column with --target, or use --task regression if it is a number.`,
    );
  if (single.length > 0) {
    const shown = single.slice(0, 5).map((name) => `"${name}"`);
    throw new FettleError(
      'data',
      `The target "${target.name}" has ${single.length === 1 ? 'a class' : `${single.length} classes`} with a single row: ${shown.join(', ')}${single.length > 5 ? ', ...' : ''}. At least two rows per class are needed: remove ${single.length === 1 ? 'that row' : 'those rows'}, join rare classes, or add rows.`,
    );
  }
  return { classes, rows };
}

function countClasses(target: Column): Map<string, number> {
  if (target.kind === 'text' && target.overflow > 0)
    throw tooManyClasses(target.name, `more than ${target.levels.length}`);
  const counts = new Map<string, number>();
  const rows = target.kind === 'text' ? target.codes.length : target.values.length;
  for (let row = 0; row < rows; row++) {
    const label = cellLabel(target, row);
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  if (counts.size > maximumClasses && counts.size * 2 < rows) throw tooManyClasses(target.name, String(counts.size));
  return counts;
}

function tooManyClasses(name: string, count: string): FettleError {
  return new FettleError(
    'data',
    `The target "${name}" has ${count} classes, but at most ${maximumClasses} are expected. Name another column with --target, or use --task regression if it is a number.`,
  );
}

/** Numbers by value, everything else by code unit. */
export function sortClasses(names: readonly string[]): string[] {
  const numbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return [...names].sort((a, b) =>
    numbers && Number(a) !== Number(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0,
  );
}

/** Values that float32 merges cannot be told apart, as classes or at all. */
function checkTold(target: Column): void {
  if (target.kind !== 'numeric' || target.exact === undefined) return;
  const told = countDistinct({ name: target.name, kind: target.kind, values: target.values });
  if (told === target.exact.distinct) return;
  throw new FettleError(
    'data',
    `The target "${target.name}" has ${target.exact.distinct} different numbers, of which 7 digits (float32) tell only ${told} apart. Write class numbers as texts, such as c1000000001, and quantities less an offset.`,
  );
}

function checkVaries(name: string, facts: { readonly minimum: number; readonly maximum: number }): null {
  if (facts.minimum === facts.maximum) throw constantTarget(name, String(facts.minimum));
  return null;
}

function constantTarget(name: string, value: string): FettleError {
  return new FettleError(
    'data',
    `The target "${name}" is constant: every row holds "${value}", so there is nothing to predict. Name another column with --target.`,
  );
}
