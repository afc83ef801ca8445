// Weights that make all classes count the same in training.

import { FettleError } from '../../base/error.ts';

/**
 * N / (K count) per class of the K with rows, so that the mean weight of the rows is 1 and each class has the same total; 0 for a class
 * without rows. `target` holds class codes 0 .. classes - 1.
 */
export function classWeights(target: ArrayLike<number>, classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < target.length; i++) {
    const code = target[i] as number;
    if (!(Number.isInteger(code) && code >= 0 && code < classes)) {
      throw new FettleError(
        'data',
        `Class weights expected class codes from 0 to ${classes - 1}, but received ${code} in row ${i}. Code the classes first.`,
      );
    }
    counts[code] = (counts[code] as number) + 1;
  }
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : target.length / (present * count)));
}
