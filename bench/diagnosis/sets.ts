// In: the name of a set. Out: its cells and its target.

import { resolve } from 'node:path';
import { readTable } from '../../src/data/table.node.ts';
import type { Task } from '../../src/plan/plan.ts';
import { type Sheet, sheetOf } from './sheet.ts';

/** A real set and what is known about it. */
export interface SetSpec {
  readonly name: SetName;
  /** Folder of examples/data. */
  readonly folder: string;
  readonly target: string;
  readonly task: Task;
  /** Columns that are not used as inputs. */
  readonly without: readonly string[];
  /** Columns that are one image of 8 x 8 pixels. */
  readonly images: boolean;
  /** The target's logarithm is predicted: the mean square error of prices is that of the few highest. */
  readonly logarithm?: true;
}

/** The sets by name. */
export const sets = {
  digits: { folder: 'digits', target: 'target', task: 'classification', without: [], images: false },
  vehicle: { folder: 'vehicle', target: 'Class', task: 'classification', without: [], images: false },
  spam: { folder: 'spam', target: 'type', task: 'classification', without: [], images: false },
  credit: { folder: 'credit', target: 'Status', task: 'classification', without: [], images: false },
  concrete: {
    folder: 'concrete',
    target: 'compressive_strength',
    task: 'regression',
    without: [],
    images: false,
  },
  price: {
    folder: 'credit',
    target: 'Price',
    task: 'regression',
    without: ['Status'],
    images: false,
    logarithm: true,
  },
  'digit-images': { folder: 'digits', target: 'target', task: 'classification', without: [], images: true },
} as const satisfies Record<string, Omit<SetSpec, 'name'>>;

/** The name of a set. */
export type SetName = keyof typeof sets;

/** The names in the order of the table. */
export const setNames = Object.keys(sets) as readonly SetName[];

/** Both files of a set as one sheet; classes are texts. */
export async function readSet(name: SetName): Promise<Sheet> {
  const { folder, target, task, without, images, logarithm }: Omit<SetSpec, 'name'> = sets[name];
  const files = ['train.csv', 'test.csv'].map((file) =>
    resolve(import.meta.dirname, '../../examples/data', folder, file),
  );
  const parts: Sheet[] = [];
  for (const file of files) parts.push(sheetOf(await readTable(file)));
  const first = parts[0];
  if (first === undefined) throw new Error(`${name}: no rows.`);
  const columns = Object.keys(first.columns)
    .filter((column) => !without.includes(column))
    .map((column) => {
      const cells = parts.flatMap((part) => part.columns[column] ?? []);
      if (column === target && logarithm) return [column, cells.map((cell) => Math.log(Number(cell)))] as const;
      return [column, column === target && task === 'classification' ? cells.map(String) : cells] as const;
    });
  const sheet = { rows: columns[0]?.[1].length ?? 0, columns: Object.fromEntries(columns), images: null };
  return images ? asImages(sheet, target) : sheet;
}

/** 64 columns of 0 to 16 as grey images of 8 x 8 bytes. */
function asImages(sheet: Sheet, target: string): Sheet {
  const names = Object.keys(sheet.columns).filter((name) => name !== target);
  const pixels = new Uint8Array(sheet.rows * names.length);
  names.forEach((name, i) => {
    sheet.columns[name]?.forEach((cell, row) => {
      pixels[row * names.length + i] = Math.round((Number(cell) / 16) * 255);
    });
  });
  const images = { channels: 1, height: 8, width: 8, pixels };
  return { rows: sheet.rows, columns: { [target]: sheet.columns[target] ?? [] }, images };
}
