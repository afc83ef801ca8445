import { createRandom } from '../../../../src/base/random.ts';
import type { Points } from '../../../../src/checkup/facts/points.ts';

/** Normal clouds of unit width around the given centers, `rows` points each, in turn. */
export function clouds(centers: readonly (readonly number[])[], rows: number, seed = 'clouds') {
  const random = createRandom(seed);
  const width = centers[0]?.length ?? 0;
  const count = rows * centers.length;
  const labels = Int32Array.from({ length: count }, (_, i) => i % centers.length);
  const values = new Float32Array(count * width);
  labels.forEach((k, i) => {
    for (let d = 0; d < width; d++) values[i * width + d] = (centers[k]?.[d] ?? 0) + random.normal();
  });
  const points: Points = { count, width, values, complete: true };
  return { points, labels };
}

/** The labels, a share of those of one class changed to another one. */
export function relabel(labels: Int32Array, from: number, to: number, share: number, rows = labels.length): Int32Array {
  const random = createRandom('relabel');
  return labels.map((k, i) => (k === from && i < rows && random.uniform() < share ? to : k));
}
