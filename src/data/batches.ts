// In: a seed, an epoch, a number of rows. Out: which rows make up each batch of that epoch.
// Nothing is remembered between epochs, so a resumed run sees the same batches.

import { createRandom } from '../base/random.ts';

/** The order in which an epoch visits rows 0 .. rows-1; depends on nothing but its arguments. */
export function epochOrder(seed: number, epoch: number, rows: number): Uint32Array {
  return createRandom(`${seed}/epoch/${epoch}`).permutation(rows);
}

/** Batches per epoch: full ones only, and one if the rows do not fill a batch. 0 for 0 rows. */
export function batchCount(rows: number, batchSize: number): number {
  return rows === 0 ? 0 : Math.max(1, Math.floor(rows / batchSize));
}

/**
 * Writes the rows of one batch into `batch`, whose length is the batch size. The rows that do not fill a last batch are
 * left out of this epoch (another order brings them into the next); fewer rows than a batch repeat in the same order.
 */
export function fillBatch(order: Uint32Array, index: number, batch: Uint32Array): void {
  const start = index * batch.length;
  for (let i = 0; i < batch.length; i++) batch[i] = order[(start + i) % order.length] as number;
}
