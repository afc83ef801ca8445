// What the data-driven initializer measures: how far the outputs of a layer vary over training rows.

import { FettleError } from '../base/error.ts';
import type { Batch } from './layer.ts';

/** The data-driven initializer looks at this many training rows. */
export const sampledRows = 512;

/** Standard deviation of one member's outputs over rows and units, or over all members for null. */
export function deviationOf(outputs: Batch, member: number | null): number {
  const perMember = outputs.rows * outputs.width;
  const data = member === null ? outputs.data : outputs.data.subarray(member * perMember, (member + 1) * perMember);
  let sum = 0;
  for (const y of data) sum += y;
  const mean = sum / data.length;
  let squares = 0;
  for (const y of data) squares += (y - mean) ** 2;
  const found = Math.sqrt(squares / data.length);
  if (found > 1e-12 && Number.isFinite(found)) return found;
  throw new FettleError(
    'data',
    `The data-driven initializer expected outputs that differ between training rows, but their standard deviation is ${found}. ` +
      'Choose another initializer, or remove constant columns.',
  );
}
