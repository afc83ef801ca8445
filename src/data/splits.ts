// In: rows, the stratum of each (class or target bin), groups of copies, a seed. Out: disjoint parts that cover all rows.
// Each class is spread as evenly as whole rows allow; copies of a row never lie on both sides of a split.

import { FettleError } from '../base/error.ts';
import { formatCount } from '../base/format.ts';
import { createRandom, type Random } from '../base/random.ts';
import { duplicateGroups } from './duplicates.ts';
import { labelledRows, type Roles } from './roles.ts';
import { createUnits, dealingOrder, type SplitUnits } from './split-units.ts';
import { cellLabel, findColumn, type Table } from './table.ts';

/** What a split is made from; all three arrays have one entry per row. */
export interface SplitInput {
  /** Rows of the table. */
  readonly rows: Uint32Array; // [N]
  /** Class, or bin of the regression target. */
  readonly strata: Int32Array; // [N]
  /** Rows with the same group stay together; null when every row stands alone. */
  readonly groups: Uint32Array | null; // [N]
  /** What a person should know about the split. */
  readonly notes: readonly string[];
}

/** Rows of the table, each part in ascending order. */
export interface HoldOut {
  readonly train: Uint32Array;
  readonly dev: Uint32Array;
  readonly test: Uint32Array;
}

/** One fold of one repeat: rows to train on and rows to measure on. */
export interface Fold {
  readonly repeat: number;
  readonly fold: number;
  readonly train: Uint32Array;
  readonly dev: Uint32Array;
}

/** Bins of equal size that a regression target is split by. */
const targetBins = 10;
/** When more rows than this have a copy, equal rows are taken for different cases that happen to agree. */
const copiesLimit = 0.2;

/**
 * What a split needs to know about a table. `rows` defaults to the rows with a target. Equal rows (all used columns) are
 * kept together unless more than 20 % of the rows have a copy, which is normal for tables with a few categories.
 */
export function splitInput(table: Table, roles: Roles, rows: Uint32Array = labelledRows(table, roles)): SplitInput {
  const notes: string[] = [];
  const used = roles.columns.filter((column) => column.used).map((column) => column.name);
  const found = duplicateGroups(table, used, rows);
  const keep = found.copies > 0 && found.copies <= rows.length * copiesLimit;
  if (keep)
    notes.push(
      `${formatCount(found.copies)} rows have the same inputs as another one; such rows are kept on one side of every split.`,
    );
  else if (found.copies > 0)
    notes.push(
      `${formatCount(found.copies)} of ${formatCount(rows.length)} rows have the same inputs as another one. They are split as separate cases; if they are copies of one case, remove them, or the errors are too good.`,
    );
  return { rows, strata: strataOf(table, roles, rows), groups: keep ? found.groups : null, notes };
}

/** Class index of each row, or for regression one of ten bins of equal size by the target's rank. */
export function strataOf(table: Table, roles: Roles, rows: Uint32Array): Int32Array {
  const target = findColumn(table, roles.target);
  if (target === undefined)
    throw new FettleError('data', `The table has no column "${roles.target}", which is the target. Add it.`);
  const strata = new Int32Array(rows.length);
  if (roles.classes !== null) {
    const index = new Map(roles.classes.map((name, i) => [name, i]));
    for (let i = 0; i < rows.length; i++) strata[i] = index.get(cellLabel(target, rows[i] as number) ?? '') ?? -1;
    return strata;
  }
  const value = (i: number): number => (target.kind === 'text' ? 0 : (target.values[rows[i] as number] as number));
  const order = Array.from(rows, (_, i) => i).sort((a, b) => value(a) - value(b) || a - b);
  const bins = Math.max(1, Math.min(targetBins, Math.floor(rows.length / targetBins)));
  order.forEach((i, rank) => {
    strata[i] = Math.floor((rank * bins) / rows.length);
  });
  return strata;
}

/** A note for each class with fewer rows than folds: some folds measure nothing of it. */
export function rareClassNotes(roles: Roles, folds: number): string[] {
  return (roles.classes ?? []).flatMap((name, i) => {
    const rows = roles.classRows?.[i] ?? 0;
    return rows < folds ? [`Class "${name}" has ${rows} rows, so not each of ${folds} folds holds one.`] : [];
  });
}

/**
 * Splits off dev and test rows at random, stratified; a share of 0 leaves that part empty. Without groups, each class has
 * share x rows of it in test within one row, and in dev within two. Throws `data` when train or an asked part would be empty.
 */
export function holdOut(
  input: SplitInput,
  options: { readonly dev: number; readonly test: number; readonly seed: number },
): HoldOut {
  const { dev, test, seed } = options;
  if (!(dev >= 0 && test >= 0 && dev + test < 1))
    throw new FettleError(
      'usage',
      `Shares of dev and test rows must be at least 0 and below 1 together; they are ${dev} and ${test}.`,
    );
  const random = createRandom(seed).fork('hold-out');
  const units = createUnits(input.strata, input.groups);
  const part = new Uint8Array(units.count); // 0 train, 1 dev, 2 test
  takeShare(units, part, test, 2, random.fork('test'));
  takeShare(units, part, dev / (1 - test), 1, random.fork('dev'));
  const rowsOf = (wanted: number): Uint32Array =>
    input.rows.filter((_, i) => part[units.of[i] as number] === wanted).sort();
  const [trainRows, devRows, testRows] = [rowsOf(0), rowsOf(1), rowsOf(2)];
  const empty = [
    ['train', trainRows, 1] as const,
    ['dev', devRows, dev] as const,
    ['test', testRows, test] as const,
  ].find(([, rows, share]) => share > 0 && rows.length === 0);
  if (empty)
    throw new FettleError(
      'data',
      `The ${empty[0]} part of the split is empty: ${input.rows.length} rows are too few. Give more rows or other shares.`,
    );
  return { train: trainRows, dev: devRows, test: testRows };
}

/**
 * `repeats` independent divisions into `folds` parts, stratified. In each repeat every row is a dev row once. Without
 * groups, the parts of a repeat differ by at most one row, in each class and in total. Throws `data` for fewer rows than folds.
 */
export function repeatedFolds(
  input: SplitInput,
  options: { readonly folds: number; readonly repeats: number; readonly seed: number },
): Fold[] {
  const { folds, repeats, seed } = options;
  if (!(Number.isInteger(folds) && folds >= 2 && Number.isInteger(repeats) && repeats >= 1))
    throw new FettleError('usage', `Expected at least 2 folds and 1 repeat; they are ${folds} and ${repeats}.`);
  const random = createRandom(seed).fork('folds');
  const units = createUnits(input.strata, input.groups);
  const result: Fold[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const foldOf = dealFolds(units, folds, random.fork(repeat));
    for (let fold = 0; fold < folds; fold++) {
      const dev = input.rows.filter((_, i) => foldOf[i] === fold).sort();
      const train = input.rows.filter((_, i) => foldOf[i] !== fold).sort();
      if (dev.length === 0 || train.length === 0)
        throw new FettleError(
          'data',
          `${input.rows.length} rows cannot be divided into ${folds} folds. Give more rows or fewer folds.`,
        );
      result.push({ repeat, fold, train, dev });
    }
  }
  return result;
}

/**
 * Moves a share of the rows of part 0 to another part. Units pass in order of strata; one is taken when the rows taken so
 * far fall behind share x rows seen, so that every stretch of the order, and with it every stratum, has its share within
 * one row.
 */
function takeShare(units: SplitUnits, part: Uint8Array, share: number, to: number, random: Random): void {
  if (share <= 0) return;
  const members = Uint32Array.from(part.keys()).filter((unit) => part[unit] === 0);
  const offset = random.uniform() - 0.5;
  let seen = 0;
  let taken = 0;
  for (const unit of dealingOrder(units, members, random)) {
    const size = units.size[unit] as number;
    seen += size;
    if (share * seen + offset - taken < size / 2) continue;
    part[unit] = to;
    taken += size;
  }
}

/** Fold of each position: every unit goes to the fold with the fewest rows of its stratum, then the fewest rows in all. */
function dealFolds(units: SplitUnits, folds: number, random: Random): Int32Array {
  const foldOf = new Int32Array(units.count);
  const total = new Int32Array(folds);
  const inStratum = new Int32Array(folds);
  let order: Uint32Array = new Uint32Array(0);
  let stratum = Number.NaN;
  for (const unit of dealingOrder(units, Uint32Array.from(foldOf.keys()), random)) {
    if (units.stratum[unit] !== stratum) {
      stratum = units.stratum[unit] as number;
      inStratum.fill(0);
      order = random.permutation(folds);
    }
    let best = order[0] as number;
    for (const fold of order) {
      const gap = (inStratum[fold] as number) - (inStratum[best] as number);
      if (gap < 0 || (gap === 0 && (total[fold] as number) < (total[best] as number))) best = fold;
    }
    foldOf[unit] = best;
    inStratum[best] = (inStratum[best] as number) + (units.size[unit] as number);
    total[best] = (total[best] as number) + (units.size[unit] as number);
  }
  return Int32Array.from(units.of, (unit) => foldOf[unit] as number);
}
