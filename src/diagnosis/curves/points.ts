import { normalQuantile } from '../../base/statistics.ts';
import type { DataSizePoint } from '../../record/probes.ts';
import type { Evidence, EvidenceScore } from '../evidence.ts';
import { inUnit } from '../scale.ts';
import type { NoisyPoint } from './forecast.ts';

/** A point of the curve of data sizes, errors in the unit of the diagnosis. */
export interface SizePoint extends NoisyPoint {
  /** On the rows that were trained on. */
  readonly trainError: number | null;
}

/** Standard error over the rows of a score, in the unit of the diagnosis; null if unknown. */
function rowNoise(score: EvidenceScore, { metric }: Evidence, value: number): number | null {
  const { count, standardError } = score;
  if (metric === 'error') {
    if (count === null) return null;
    // Two more right and two more wrong rows, so that no error has a noise (Agresti and Coull, 1998).
    const share = (score.value * count + 2) / (count + 4);
    return 100 * Math.sqrt((share * (1 - share)) / count);
  }
  if (standardError === null) return null;
  const factor = score.value > 0 ? value / score.value : 1;
  return metric === 'rmse' ? (factor * standardError) / (2 * Math.max(score.value, 1e-300)) : factor * standardError;
}

/** Standard deviation over trainings as a share of the error, over all points that were repeated; 0 where none was. */
function trainingNoise(points: readonly DataSizePoint[]): number {
  let [squares, degrees] = [0, 0];
  for (const { dev, deviation, repeats } of points) {
    if (deviation === null || !(deviation >= 0) || !(dev.value > 0)) continue;
    squares += (repeats - 1) * (deviation / dev.value) ** 2;
    degrees += repeats - 1;
  }
  return degrees > 0 ? Math.sqrt(squares / degrees) : 0;
}

/**
 * The points of the probe by size, with the noise of the dev rows and that of the trainings. The dev rows are the same for
 * all sizes, so differences between sizes are less noisy than this says. Null without the probe, or where errors or their
 * noise are not known.
 */
export function sizePoints(evidence: Evidence): readonly SizePoint[] | null {
  const measured = evidence.probes?.dataSizes ?? null;
  if (measured === null) return null;
  const spread = trainingNoise(measured);
  const points: SizePoint[] = [];
  for (const { rows, train, dev, repeats } of measured) {
    const error = inUnit(dev, evidence.metric);
    const noise = error === null ? null : rowNoise(dev, evidence, error);
    if (error === null || noise === null || !Number.isFinite(error) || !Number.isFinite(noise) || !(rows > 0))
      return null;
    const trainError = inUnit(train, evidence.metric);
    const all = Math.hypot(noise, (spread * error) / Math.sqrt(Math.max(1, repeats)));
    points.push({
      rows,
      error,
      noise: Math.max(all, 1e-9),
      trainError: trainError !== null && Number.isFinite(trainError) ? trainError : null,
    });
  }
  return points.sort((a, b) => a.rows - b.rows);
}

/** Two sizes of which the larger has the larger error by more than the noise of all such pairs; null if there are none. */
export function risingPair(points: readonly SizePoint[], confidence: number): readonly [SizePoint, SizePoint] | null {
  const pairs = points.flatMap((small, i) => points.slice(i + 1).map((large) => [small, large] as const));
  const limit = pairs.length === 0 ? 0 : normalQuantile(1 - (1 - confidence) / pairs.length);
  const excess = ([small, large]: readonly [SizePoint, SizePoint]): number =>
    (large.error - small.error) / Math.hypot(small.noise, large.noise);
  const rising = pairs.filter((pair) => excess(pair) > limit);
  return rising.sort((a, b) => excess(b) - excess(a))[0] ?? null;
}

/** How much the error falls when the rows double, from a line through some points; null for points at one size. */
export function fallPerDoubling(
  points: readonly NoisyPoint[],
): { readonly value: number; readonly noise: number } | null {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const { rows, error, noise } of points) {
    const weight = 1 / (noise * noise);
    const x = Math.log2(rows);
    w += weight;
    wx += weight * x;
    wy += weight * error;
    wxx += weight * x * x;
    wxy += weight * x * error;
  }
  const spread = wxx - (wx * wx) / w;
  if (!(spread > 1e-9 * wxx)) return null;
  return { value: -(wxy - (wx * wy) / w) / spread, noise: 1 / Math.sqrt(spread) };
}
