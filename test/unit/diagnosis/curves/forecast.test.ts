import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { createFitter } from '../../../../src/diagnosis/curves/families.ts';
import { fitCurves, type NoisyPoint } from '../../../../src/diagnosis/curves/forecast.ts';

const sizes = [125, 250, 500, 1000, 2000, 4000];

/** Points of a curve without scatter, with a noise of a hundredth of the error. */
const pointsOf = (truth: (rows: number) => number, rows = sizes): readonly NoisyPoint[] =>
  rows.map((n) => ({ rows: n, error: truth(n), noise: truth(n) / 100 }));

/** Shares of `dev` rows that are wrong at five to seven sizes of a random power law with a floor. */
function randomCurve(seed: number) {
  const random = createRandom(`curve ${seed}`);
  const full = 10 ** (2.5 + 2 * random.uniform());
  const exponent = 0.15 + 0.75 * random.uniform();
  const floor = random.uniform() < 0.3 ? 0 : 10 * random.uniform();
  const excess = 2 + 15 * random.uniform();
  const truth = (rows: number): number => Math.min(90, excess * (rows / full) ** -exponent + floor);
  const count = 5 + random.below(3);
  const dev = [200, 500, 2000][random.below(3)] as number;
  const points = Array.from({ length: count }, (_, i): NoisyPoint => {
    const rows = Math.round(full * 2 ** (i + 1 - count));
    let wrong = 0;
    for (let k = 0; k < dev; k++) if (random.uniform() < truth(rows) / 100) wrong++;
    const share = (wrong + 2) / (dev + 4);
    return { rows, error: (100 * wrong) / dev, noise: 100 * Math.sqrt((share * (1 - share)) / dev) };
  });
  return { full, truth, points };
}

describe('the families', () => {
  it('find a power law with a floor, and continue it', () => {
    const truth = (rows: number): number => 3 + 80 * rows ** -0.5;
    const points = pointsOf(truth);
    const fit = createFitter(
      'power',
      sizes,
      points.map(({ noise }) => noise),
    )(points.map(({ error }) => error));
    expect(fit.misfit).toBeLessThan(0.01);
    expect(fit.errorAt(64_000) / truth(64_000)).toBeCloseTo(1, 2);
  });

  it('find a stretched exponential, and continue it', () => {
    const truth = (rows: number): number => 10 * Math.exp((-0.5 * ((rows / 4000) ** -0.375 - 1)) / -0.375);
    const points = pointsOf(truth);
    const fit = createFitter(
      'exponential',
      sizes,
      points.map(({ noise }) => noise),
    )(points.map(({ error }) => error));
    expect(fit.misfit).toBeLessThan(0.01);
    expect(fit.errorAt(64_000) / truth(64_000)).toBeCloseTo(1, 2);
  });

  it('never rise, whatever they are given', () => {
    for (const name of ['power', 'exponential'] as const) {
      const fit = createFitter(
        name,
        sizes,
        sizes.map(() => 1),
      )([1, 4, 2, 8, 5, 9]);
      const errors = [1, 100, 1000, 1e5, 1e8].map(fit.errorAt);
      expect(errors).toEqual([...errors].sort((a, b) => b - a));
      expect(Math.min(...errors)).toBeGreaterThanOrEqual(0);
    }
  });

  it('come to zero for errors of zero', () => {
    const fit = createFitter(
      'power',
      sizes,
      sizes.map(() => 1),
    )(sizes.map(() => 0));
    expect(fit.errorAt(10_000)).toBe(0);
  });
});

describe('a forecast', () => {
  it('is the same for the same points', () => {
    const { points } = randomCurve(1);
    const numbers = () => {
      const fit = fitCurves(points, 0.95);
      return [fit.errorAt(9000), fit.rowsFor(4, 1e7), fit.reaches(4, 1e7), fit.weights];
    };
    expect(numbers()).toEqual(numbers());
  });

  it('holds the true error and the true number of rows in 90 to 98 % of power laws', { timeout: 60_000 }, () => {
    const curves = 240;
    const covered = { now: 0, twice: 0, rows: 0 };
    for (let seed = 0; seed < curves; seed++) {
      const { full, truth, points } = randomCurve(seed);
      const fit = fitCurves(points, 0.95);
      const now = fit.errorAt(full);
      const twice = fit.errorAt(2 * full);
      const rows = fit.rowsFor(truth(2 * full), 1e4 * full);
      if (now.low <= truth(full) && truth(full) <= now.high) covered.now++;
      if (twice.low <= truth(2 * full) && truth(2 * full) <= twice.high) covered.twice++;
      if (rows.low <= 2 * full && 2 * full <= rows.high) covered.rows++;
    }
    for (const count of Object.values(covered)) {
      expect(count / curves).toBeGreaterThan(0.9);
      expect(count / curves).toBeLessThan(0.99);
    }
  });

  it('is wider where the points scatter more than their noise', () => {
    const truth = (rows: number): number => 200 * rows ** -0.5;
    const calm = pointsOf(truth);
    const wild = calm.map((point, i) => ({ ...point, error: point.error * (i % 2 === 0 ? 1.08 : 0.92) }));
    const [a, b] = [fitCurves(calm, 0.95), fitCurves(wild, 0.95)];
    expect(a.scatter).toBe(1);
    expect(b.scatter).toBeGreaterThan(3);
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    expect(width(b.errorAt(8000))).toBeGreaterThan(2 * width(a.errorAt(8000)));
  });

  it('never reaches what is below the floor', () => {
    const fit = fitCurves(
      pointsOf((rows) => 5 + 400 / rows),
      0.95,
    );
    expect(fit.rowsFor(1, 4e6).value).toBe(Number.POSITIVE_INFINITY);
    expect(fit.reaches(1, 4e6)).toBe(0);
    expect(fit.reaches(9, 4e6)).toBeCloseTo(1, 12);
  });
});
