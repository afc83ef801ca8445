import type { Random } from '../../../src/base/random.ts';
import type { UnitTerms } from '../../../src/recipe/gain.ts';

/** Two plans that are equally good: the same terms but for noise whose mean is zero. */
export interface Pair {
  readonly before: readonly UnitTerms[];
  readonly after: readonly UnitTerms[];
}

/** What the differences of two equally good plans are made of, as standard deviations. */
export interface Noise {
  /** Of a row: one plan happens to do better on it, whatever it was trained on. */
  readonly row: number;
  /** Of a unit: one training happened to go better than the other. */
  readonly unit: number;
  /** Of a row in a unit. */
  readonly rest: number;
}

/** Rows of the dev parts of units: five folds that cover all rows, or random hold-outs of a fifth. */
export function devParts(kind: 'folds' | 'hold-out', rows: number, units: number, random: Random): Uint32Array[] {
  const fifth = Math.floor(rows / 5);
  let order = random.permutation(rows);
  return Array.from({ length: units }, (_, u) => {
    if (kind === 'hold-out' || u % 5 === 0) order = random.permutation(rows);
    const start = kind === 'folds' ? (u % 5) * fifth : 0;
    return order.slice(start, start + fifth);
  });
}

/** Terms of two equally good plans with normal noise. */
export function normalPair(parts: readonly Uint32Array[], rows: number, noise: Noise, random: Random): Pair {
  const ofRow = Float64Array.from({ length: rows }, () => noise.row * random.normal());
  const before = parts.map((rows, unit) => {
    return { unit, rows, terms: Float32Array.from(rows, () => random.normal() ** 2) };
  });
  const after = before.map(({ unit, rows, terms }) => {
    const shift = noise.unit * random.normal();
    const moved = terms.map(
      (term, i) => term + (ofRow[rows[i] as number] as number) + shift + noise.rest * random.normal(),
    );
    return { unit, rows, terms: moved };
  });
  return { before, after };
}

/** Errors 0/1 of two equally good plans that disagree on a share of the rows, one as often right as the other. */
export function errorPair(parts: readonly Uint32Array[], rows: number, disagree: number, random: Random): Pair {
  const kind = Float64Array.from({ length: rows }, () => random.uniform());
  const hard = Float64Array.from({ length: rows }, () => (random.uniform() < 0.15 ? 1 : 0));
  const terms = (flip: (u: number) => boolean) =>
    parts.map((rows, unit) => {
      return {
        unit,
        rows,
        terms: Float32Array.from(rows, (row) => {
          const u = kind[row] as number;
          if (u >= disagree) return hard[row] as number;
          return flip(u) ? 1 : 0;
        }),
      };
    });
  return { before: terms((u) => u < disagree / 2), after: terms((u) => u >= disagree / 2) };
}

/** Solves A x = b for a symmetric positive definite A [n, n] by Cholesky's factors; both are overwritten. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const at = (i: number, j: number): number => a[i * n + j] as number;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / at(j, j);
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= at(i, k) * (b[k] as number);
    b[i] = sum / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number;
    for (let k = i + 1; k < n; k++) sum -= at(k, i) * (b[k] as number);
    b[i] = sum / at(i, i);
  }
  return b;
}

/** Squared errors of networks with one random, fixed hidden layer of 12 units, fitted by ridge regression. */
function fittedTerms(x: Float64Array, y: Float64Array, dev: Uint32Array, hidden: number, random: Random): Float64Array {
  const weights = Float64Array.from({ length: hidden * 3 }, () => random.normal());
  const features = (row: number): Float64Array =>
    Float64Array.from({ length: hidden }, (_, h) => {
      const [a, b, c] = [weights[3 * h], weights[3 * h + 1], weights[3 * h + 2]] as [number, number, number];
      return Math.tanh(a * (x[2 * row] as number) + b * (x[2 * row + 1] as number) + c);
    });
  const held = new Set(dev);
  const a = new Float64Array(hidden * hidden);
  const b = new Float64Array(hidden);
  for (let h = 0; h < hidden; h++) a[h * hidden + h] = 0.1;
  for (let row = 0; row < y.length; row++) {
    if (held.has(row)) continue;
    const f = features(row);
    for (let i = 0; i < hidden; i++) {
      b[i] = (b[i] as number) + (f[i] as number) * (y[row] as number);
      for (let j = 0; j <= i; j++)
        a[i * hidden + j] = (a[i * hidden + j] as number) + (f[i] as number) * (f[j] as number);
    }
  }
  const w = solve(a, b);
  return Float64Array.from(dev, (row) => {
    const f = features(row);
    return (f.reduce((sum, value, h) => sum + value * (w[h] as number), 0) - (y[row] as number)) ** 2;
  });
}

/**
 * Squared errors of real fits on a noisy table, both plans with random hidden layers of their own in every unit: nothing
 * tells the plans apart but their seeds, while rows and overlapping training rows are shared as in a tuning.
 */
export function fittedPair(parts: readonly Uint32Array[], rows: number, random: Random): Pair {
  const x = Float64Array.from({ length: 2 * rows }, () => 2 * random.uniform() - 1);
  const y = Float64Array.from({ length: rows }, (_, i) => {
    return Math.sin(3 * (x[2 * i] as number)) + (x[2 * i + 1] as number) ** 2 + 0.3 * random.normal();
  });
  const terms = (): UnitTerms[] =>
    parts.map((dev, unit) => ({ unit, rows: dev, terms: Float32Array.from(fittedTerms(x, y, dev, 12, random)) }));
  return { before: terms(), after: terms() };
}
