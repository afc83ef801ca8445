// A real table as a population: the 4,601 mails of the spam set, prepared as the default plan does.

import { resolve } from 'node:path';
import { applyPreprocessing, fitPreprocessing } from '../../src/data/preprocessing.ts';
import { inferRoles } from '../../src/data/roles.ts';
import { readTable } from '../../src/data/table.node.ts';
import { defaultPlan } from '../../src/plan/defaults.ts';
import type { Rows } from './ridge.ts';

/** All rows of both files. */
export async function readSpam(): Promise<Rows> {
  const plan = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });
  const x: Float64Array[] = [];
  const y: number[] = [];
  const file = (name: string): string => resolve(import.meta.dirname, '../../examples/data/spam', name);
  const table = await readTable(file('train.csv'));
  const roles = inferRoles(table, { target: 'type' });
  const fitted = fitPreprocessing(
    plan.preprocessing,
    table,
    roles,
    Uint32Array.from({ length: table.rows }, (_, i) => i),
  );
  for (const part of [table, await readTable(file('test.csv'))]) {
    const { rows, width, numeric, target } = applyPreprocessing(fitted, part);
    for (let row = 0; row < rows; row++) {
      x.push(Float64Array.from(numeric.subarray(row * width, (row + 1) * width)));
      y.push(target[row] === 0 ? -1 : 1);
    }
  }
  return { x, y: Float64Array.from(y) };
}
