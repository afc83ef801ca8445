// In: a case. Out: the record that fettle makes of it.

import type { Runtime } from '../../src/engine/index.ts';
import type { RunRecord } from '../../src/record/record.ts';
import type { BenchCase } from './case.ts';
import { trainCase } from './train-case.ts';
/** Trains a case; throws what fettle throws for a case that it refuses. */
export async function examine(runtime: Runtime, one: BenchCase): Promise<RunRecord> {
  return (await trainCase(runtime, one)).record;
}
