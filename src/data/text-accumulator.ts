// In: the cells of one column as text, row after row. Out: codes and levels, and what the column really holds.
// Memory is bounded: beyond `maximumLevels` texts or `maximumCharacters` characters, texts are counted, not stored.

import { FettleError } from '../base/error.ts';
import { type CellClass, classifyCell, isMissingSpelling } from './cells.ts';
import {
  type ColumnKind,
  infiniteCell,
  maximumCharacters,
  maximumLevels,
  sharedInt32,
  type TextColumn,
} from './table.ts';

interface ClassCount {
  cells: number;
  /** Different stored texts of the class. */
  distinct: number;
  first: { readonly row: number; readonly text: string } | null;
}

const classes: readonly CellClass[] = ['number', 'infinite', 'boolean', 'date-time', 'text'];

/** Collects a text column. `add` every row in order, then `column`, and `verdict` for text formats. */
export interface TextAccumulator {
  /** A cell of the next row; null is missing. */
  add(cell: string | null): void;
  column(name: string, rows: number): TextColumn;
  /** The kind that every row agrees with; throws `data` for mixed types and infinite numbers. */
  verdict(name: string, expected: ColumnKind | null): { readonly kind: ColumnKind; readonly note: string | null };
}

/**
 * Collects the texts of one column.
 * @param capacity rows at most
 * @param options `spellings`: texts like NA are missing and spaces at the ends are cut (CSV and JSON, not Parquet)
 */
export function createTextAccumulator(
  capacity: number,
  options: { readonly spellings: boolean; readonly decimal: '.' | ',' },
): TextAccumulator {
  const codes = sharedInt32(capacity);
  const index = new Map<string, number>();
  const levels: string[] = [];
  const levelClass: CellClass[] = [];
  const levelCells: number[] = [];
  const counts = new Map(
    classes.map((name): [CellClass, ClassCount] => [name, { cells: 0, distinct: 0, first: null }]),
  );
  let row = 0;
  let overflow = 0;
  let characters = 0;

  const count = (cellClass: CellClass, text: string, isNew: boolean): void => {
    const entry = counts.get(cellClass);
    if (entry === undefined) return;
    entry.cells++;
    if (isNew) entry.distinct++;
    entry.first ??= { row, text };
  };
  const encode = (raw: string): number => {
    const known = index.get(raw);
    if (known !== undefined) {
      if (known >= 0) {
        count(levelClass[known] as CellClass, raw, false);
        levelCells[known] = (levelCells[known] as number) + 1;
      }
      return known;
    }
    const text = options.spellings ? raw.trim() : raw;
    if (text !== raw) return encode(text);
    if (options.spellings && isMissingSpelling(text)) return -1;
    const cellClass = classifyCell(text, options.decimal);
    count(cellClass, text, true);
    if (levels.length >= maximumLevels || characters + text.length > maximumCharacters) {
      overflow++;
      return -2;
    }
    characters += text.length;
    index.set(text, levels.length);
    levelClass.push(cellClass);
    levelCells.push(1);
    return levels.push(text) - 1;
  };

  return {
    add(cell) {
      codes[row] = cell === null ? -1 : encode(cell);
      row++;
    },
    column: (name, rows) => ({ name, kind: 'text', codes: codes.subarray(0, rows), levels, overflow }),
    verdict: (name, expected) =>
      decideKind(name, expected, counts, (minority) => rarest(minority, levelClass, levelCells)),
  };
}

/** The smallest number of cells that any stored text of these classes has. */
function rarest(minority: ReadonlySet<CellClass>, levelClass: readonly CellClass[], cells: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  levelClass.forEach((cellClass, i) => {
    if (minority.has(cellClass)) least = Math.min(least, cells[i] ?? 0);
  });
  return least;
}

const words: Readonly<Record<ColumnKind, string>> = {
  numeric: 'numbers',
  boolean: 'true or false',
  'date-time': 'date-times (written like 2024-01-31 12:30)',
  text: 'text',
};

function kindOfClass(cellClass: CellClass): ColumnKind {
  return cellClass === 'number' || cellClass === 'infinite' ? 'numeric' : cellClass;
}

function decideKind(
  name: string,
  expected: ColumnKind | null,
  counts: ReadonlyMap<CellClass, ClassCount>,
  rarestOf: (minority: ReadonlySet<CellClass>) => number,
): { kind: ColumnKind; note: string | null } {
  if (expected === 'text') return { kind: 'text', note: null };
  const present = [...counts].filter(([, entry]) => entry.cells > 0);
  if (present.length === 0) return { kind: expected ?? 'text', note: null };
  const kinds = new Set(present.map(([cellClass]) => kindOfClass(cellClass)));
  const wanted = expected ?? (kinds.size === 1 ? [...kinds][0] : undefined);
  if (wanted !== undefined) {
    const other = present.find(([cellClass]) => kindOfClass(cellClass) !== wanted)?.[1].first;
    if (other)
      throw new FettleError(
        'data',
        `Column "${name}" is expected to hold ${words[wanted]}, but row ${other.row + 1} holds "${clip(other.text)}". Correct the cell, or leave it empty if the value is unknown.`,
      );
    const infinite = counts.get('infinite')?.first;
    if (wanted === 'numeric' && infinite) throw infiniteCell(name, infinite.row, clip(infinite.text));
    return { kind: wanted, note: null };
  }
  return { kind: 'text', note: mixedNote(name, present, rarestOf) };
}

/**
 * Several kinds of cells in one column. Mostly numbers or date-times with a few odd texts is a mistake in the file:
 * error. True/false with other words, few and frequent values (1, 2, 3+), and codes (A12, 113) are categories: a note.
 */
function mixedNote(
  name: string,
  present: readonly (readonly [CellClass, ClassCount])[],
  rarestOf: (minority: ReadonlySet<CellClass>) => number,
): string | null {
  const total = present.reduce((sum, [, entry]) => sum + entry.cells, 0);
  const major = present.reduce((a, b) => (b[1].cells > a[1].cells ? b : a));
  const kind = kindOfClass(major[0]);
  const majority = present.filter(([cellClass]) => kindOfClass(cellClass) === kind);
  const minority = present.filter(([cellClass]) => kindOfClass(cellClass) !== kind);
  const cells = majority.reduce((sum, [, entry]) => sum + entry.cells, 0);
  const share = `${Math.floor((100 * cells) / total)} % of its cells are ${words[kind]}`;
  const odd = minority.map(([, entry]) => entry.first).reduce((a, b) => (a && b && a.row <= b.row ? a : b));
  if (kind === 'text' || odd === undefined || odd === null) return null;
  const note = `Column "${name}" is read as text: ${share}, but row ${odd.row + 1} holds "${clip(odd.text)}".`;
  const distinct = present.reduce((sum, [, entry]) => sum + entry.distinct, 0);
  const oddDistinct = minority.reduce((sum, [, entry]) => sum + entry.distinct, 0);
  const fewLevels = distinct <= 20 && rarestOf(new Set(minority.map(([cellClass]) => cellClass))) >= 5;
  if (kind === 'boolean' || fewLevels || oddDistinct > 20 || cells * 2 <= total) return note;
  throw new FettleError(
    'data',
    `Column "${name}" has mixed types: ${share}, but row ${odd.row + 1} holds "${clip(odd.text)}" (${total - cells} such ${total - cells === 1 ? 'cell' : 'cells'}). Correct those cells, leave them empty if the value is unknown, or remove the column.`,
  );
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
