// In: files. Out: rows to train a single plan on, rows to judge it on, and what lies between them: where the judging rows
// come from a file of their own, a tenth of the training rows is set aside, so that a mismatch is not taken for overfitting.

import { FettleError } from '../base/error.ts';
import { holdOut, splitInput } from '../data/splits.ts';
import { trainDevShare } from '../recipe/units.ts';
import { readData } from './read-data.node.ts';
import type { DataOptions, TuneData } from './tune-data.ts';

/** Data of a single training. */
export interface JudgedData extends TuneData {
  /** Rows of the table that are like the training rows and not trained on; null where the judging rows are such rows. */
  readonly trainDevRows: Uint32Array | null;
}

/** Share of the rows that judge when no file is given for it. */
const judgingShare = 0.2;

/** Reads the data of a single training; `dev` and `test` both name the file that it is judged on. */
export async function readJudgedData(options: DataOptions, seed: number): Promise<JudgedData> {
  const { dev, test, ...rest } = options;
  if (dev !== undefined && test !== undefined) {
    throw new FettleError(
      'usage',
      'Expected either --dev or --test, received both: one training is judged on one file. Leave one out.',
    );
  }
  const file = dev ?? test;
  const read = await readData(file === undefined ? rest : { ...rest, test: file }, { share: judgingShare, seed });
  const { table, roles, trainRows, held } = read;
  if (held.table === table) return { ...read, trainDevRows: null };
  const input = splitInput(table, roles, trainRows);
  const split = holdOut(input, { dev: trainDevShare, test: 0, seed });
  return { ...read, trainRows: split.train, trainDevRows: split.dev };
}
