// In: errors at several numbers of rows. Out: errors at other numbers of rows and rows for other errors, with intervals that
// hold the noise of the points and the doubt about the family. Deterministic: the same points give the same forecast.

import { createRandom } from '../../base/random.ts';
import { createFitter, type FamilyName, type FittedCurve, families } from './families.ts';

/** An error measured with so many training rows. */
export interface NoisyPoint {
  readonly rows: number;
  readonly error: number;
  /** Standard error of `error`, above 0. */
  readonly noise: number;
}

/** A curve that could be true, and how much it counts. */
interface Draw {
  readonly curve: FittedCurve;
  readonly weight: number;
}

/** A value with the limits of its interval; Infinity is "never". */
export interface Forecast {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What the points say about other numbers of rows. */
export interface CurveFit {
  readonly curves: { readonly [K in FamilyName]: FittedCurve };
  /** Akaike's weights of the families, together 1. */
  readonly weights: { readonly [K in FamilyName]: number };
  /** By how much the points scatter more than their noise says; at least 1. */
  readonly scatter: number;
  errorAt(rows: number): Forecast;
  /** The least rows at which the error is `target` or below; Infinity beyond `most`. */
  rowsFor(target: number, most: number): Forecast;
  /** The same of the best curve of each family. */
  crossings(target: number, most: number): { readonly [K in FamilyName]: number };
  /** How likely the error comes down to `target` with at most so many rows. */
  reaches(target: number, rows: number): number;
}

/** Resamples of each family. */
const resamples = 300;

const names = Object.keys(families) as readonly FamilyName[];

/** The value that the share `p` of the weight lies below. */
function weightedQuantile(values: readonly { readonly value: number; readonly weight: number }[], p: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let seen = 0;
  for (const { value, weight } of sorted) {
    seen += weight;
    if (seen >= p * total) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

/** The least rows at which a falling curve is at the target, by bisection in logarithms. */
function crossing(curve: FittedCurve, target: number, most: number): number {
  if (curve.errorAt(1) <= target) return 1;
  if (curve.errorAt(most) > target) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, Math.log(most)];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (curve.errorAt(Math.exp(middle)) <= target) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}

/** Fits both families and resamples the points around each (parametric bootstrap). */
export function fitCurves(points: readonly NoisyPoint[], confidence: number): CurveFit {
  const rows = points.map((point) => point.rows);
  const noise = points.map((point) => point.noise);
  const errors = points.map((point) => point.error);
  const fitters = { power: createFitter('power', rows, noise), exponential: createFitter('exponential', rows, noise) };
  const fits = { power: fitters.power(errors), exponential: fitters.exponential(errors) };
  const least = Math.min(...names.map((name) => fits[name].misfit));
  // Birge's ratio: where the points scatter more than their noise says, the noise was larger than known.
  const scatter = Math.sqrt(Math.max(1, least / Math.max(1, points.length - 3)));
  const raw = names.map((name) => Math.exp((least - fits[name].misfit) / (2 * scatter * scatter)));
  const total = raw.reduce((sum, x) => sum + x, 0);
  const weights = { power: (raw[0] as number) / total, exponential: (raw[1] as number) / total };
  const draws = names.flatMap((name): readonly Draw[] => {
    // The same noise for both families, and for every set of points of this length.
    const random = createRandom('data-curve');
    return Array.from({ length: resamples }, () => {
      const drawn = points.map((point) =>
        Math.max(0, fits[name].errorAt(point.rows) + scatter * point.noise * random.normal()),
      );
      return { curve: fitters[name](drawn), weight: weights[name] };
    });
  });
  const forecast = (value: (curve: FittedCurve) => number): Forecast => {
    const values = draws.map(({ curve, weight }) => ({ value: value(curve), weight }));
    return {
      value: weightedQuantile(values, 0.5),
      low: weightedQuantile(values, (1 - confidence) / 2),
      high: weightedQuantile(values, (1 + confidence) / 2),
    };
  };
  return {
    curves: fits,
    weights,
    scatter,
    errorAt: (rows) => forecast((curve) => curve.errorAt(rows)),
    rowsFor: (target, most) => forecast((curve) => crossing(curve, target, most)),
    crossings: (target, most) => ({
      power: crossing(fits.power, target, most),
      exponential: crossing(fits.exponential, target, most),
    }),
    reaches(target, rows) {
      let sum = 0;
      for (const { curve, weight } of draws) if (curve.errorAt(rows) <= target) sum += weight;
      return sum / resamples;
    },
  };
}
