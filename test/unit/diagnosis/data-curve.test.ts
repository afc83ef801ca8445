import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataCurve, dataCurveOf } from '../../../src/diagnosis/data-curve.ts';
import { dataCurveLines } from '../../../src/diagnosis/data-curve-lines.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../../src/diagnosis/evidence.ts';
import { type DiagnoseOptions, settingsOf } from '../../../src/diagnosis/settings.ts';
import { evidenceWith, sizePoint, sizesOf } from './data-sizes.ts';

function curveOf(evidence: Evidence, options: DiagnoseOptions = {}): DataCurve {
  const curve = dataCurveOf(evidence, settingsOf(evidence, options));
  if (curve === null) throw new Error('expected a curve');
  return curve;
}

const powerLaw = (rows: number): number => 300 * rows ** -0.5;

describe('the curve of data sizes', () => {
  it('says how many rows a power law needs', () => {
    const curve = curveOf(evidenceWith(sizesOf(powerLaw), 20_000));
    expect(curve.answer).toBe('rows-needed');
    expect(curve.target).toBe(2);
    // 300 n^-.5 is 2 % at 22,500 rows.
    expect(curve.rows?.low).toBeLessThan(22_500);
    expect(curve.rows?.high).toBeGreaterThan(22_500);
    expect((curve.rows?.value ?? 0) / 22_500).toBeCloseTo(1, 0);
    expect(curve.because).toMatch(
      /^About 2\d,000 rows \([12]\d,000 – [2-5]\d,000\) would reach a dev error of 2\.0 %; now there are 6,400\.$/,
    );
    expect(curve.twice?.value).toBeCloseTo(powerLaw(12_800), 0);
  });

  it('says that fewer rows would have done', () => {
    const curve = curveOf(evidenceWith(sizesOf(powerLaw)), { optimalError: 0.08 });
    expect(curve.answer).toBe('rows-needed');
    expect(curve.because).toMatch(
      /^About [89]\d0 rows \(7\d0 – 1,\d00\) reach a dev error of 10\.0 %; there are 6,400\.$/,
    );
  });

  it('says that no amount of data helps a plan that does not fit its rows', () => {
    const sizes = sizesOf(powerLaw).map(([rows, , dev]) => [rows, 3.4, dev] as const);
    const curve = curveOf(evidenceWith(sizes));
    expect(curve.answer).toBe('no-amount');
    expect(curve.rows).toBeNull();
    expect(curve.because).toBe(
      'No amount of data helps this plan: the train error on all 6,400 rows is 3.4 % (3.0 – 3.9), above the target of ' +
        '2.0 %, and training errors do not fall with more rows.',
    );
  });

  it('says so too where both curves come to rest above the target', () => {
    const curve = curveOf(
      evidenceWith(
        sizesOf((rows) => 10 + 2000 / rows),
        20_000,
      ),
    );
    expect(curve.answer).toBe('no-amount');
    expect(curve.because).toBe(
      'No amount of data helps this plan: both curves stay above a dev error of 2.0 %, up to 1,000 times the rows.',
    );
  });

  it('refuses a curve that rises by more than noise', () => {
    const sizes = sizesOf(powerLaw).map(([rows, train, dev]) => [rows, train, rows === 3200 ? 20 : dev] as const);
    const curve = curveOf(evidenceWith(sizes));
    expect(curve.answer).toBe('cannot-tell');
    expect(curve.fitted).toEqual([]);
    expect(curve.twice).toBeNull();
    expect(curve.because).toBe(
      'What more rows would bring cannot be told: the dev error rises from 7.5 % with 1,600 rows to 20.0 % with 3,200, ' +
        'more than noise.',
    );
  });

  it('does not refuse a rise within noise', () => {
    const sizes = sizesOf(powerLaw).map(([rows, train, dev]) => [rows, train, rows === 6400 ? 5.6 : dev] as const);
    expect(curveOf(evidenceWith(sizes)).fitted).not.toEqual([]);
  });

  it('refuses too few sizes', () => {
    const curve = curveOf(evidenceWith(sizesOf(powerLaw).slice(-3)));
    expect(curve.answer).toBe('cannot-tell');
    expect(curve.because).toBe('What more rows would bring cannot be told from 3 sizes: at least 4 are needed.');
  });

  it('refuses where the families disagree', () => {
    const sizes = sizesOf((rows) => 2 + 100 * rows ** -0.5);
    const curve = curveOf(evidenceWith(sizes, 500), { tolerance: 0.015 });
    expect(curve.answer).toBe('cannot-tell');
    expect(curve.because).toMatch(/^Rows for a dev error of 1\.5 % cannot be told: /);
  });

  it('has points and both curves to draw, up to ten times the rows', () => {
    const { points, fitted } = curveOf(evidenceWith(sizesOf(powerLaw)));
    expect(points).toHaveLength(6);
    expect(points[0]).toMatchObject({ rows: 200, train: 0, dev: 21.21 });
    expect(fitted[0]?.rows).toBe(200);
    expect(fitted.at(-1)?.rows).toBe(64_000);
    for (const { power, exponential, low, high } of fitted) {
      expect(low).toBeLessThanOrEqual(high);
      expect(power / exponential).toBeGreaterThan(0.3);
      expect(power / exponential).toBeLessThan(3);
    }
  });

  it('takes the noise of trainings from the sizes that were repeated', () => {
    const evidence = evidenceWith(sizesOf(powerLaw), 100_000);
    const repeated = sizesOf(powerLaw).map((size, i) => ({
      ...sizePoint(size, 100_000),
      ...(i < 3 ? { deviation: 0.1 * (size[2] / 100), repeats: 3 } : {}),
    }));
    const noisy = { ...evidence, probes: { learningRate: null, reference: null, dataSizes: repeated } };
    const width = (curve: DataCurve): number => (curve.points[5]?.high ?? 0) - (curve.points[5]?.low ?? 0);
    expect(width(curveOf(noisy))).toBeGreaterThan(4 * width(curveOf(evidence)));
  });

  it('is null without the probe, and without the noise of its errors', () => {
    const evidence = evidenceWith(sizesOf(powerLaw));
    const settings = settingsOf(evidence, {});
    expect(dataCurveOf({ ...evidence, probes: null }, settings)).toBeNull();
    const dataSizes = sizesOf(powerLaw).map((size) => {
      const point = sizePoint(size);
      return { ...point, dev: { ...point.dev, count: null } };
    });
    expect(
      dataCurveOf({ ...evidence, probes: { learningRate: null, reference: null, dataSizes } }, settings),
    ).toBeNull();
  });

  it('never fails, whatever the probe measured', () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5));
    const point = fc.tuple(fc.integer({ min: 1, max: 1e7 }), value, value);
    const options = { optimalError: value, tolerance: value };
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 8 }),
        fc.record(options),
        fc.integer({ min: 1, max: 1e6 }),
        (some, told, dev) => {
          const evidence = evidenceWith(
            some.map(([rows, train, error]) => [rows, 100 * train, 100 * error] as const),
            dev,
          );
          const curve = dataCurveOf(evidence, settingsOf(evidence, told));
          if (some.length === 0) return curve === null;
          if (curve === null) return false;
          expect(JSON.parse(JSON.stringify(curve))).toEqual(curve);
          expect((curve.rows === null) === (curve.answer !== 'rows-needed')).toBe(true);
          return curve.because.length > 0 && dataCurveLines(curve, 'percentage points').length >= 2;
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a diagnosis with the curve', () => {
  it('holds it, and is null without the probe', () => {
    const evidence = evidenceWith(sizesOf(powerLaw));
    expect(diagnose(evidence).dataCurve?.answer).toBe('rows-needed');
    expect(diagnose({ ...evidence, probes: null }).dataCurve).toBeNull();
  });

  it('says it in three lines', () => {
    expect(dataCurveLines(curveOf(evidenceWith(sizesOf(powerLaw))), 'percentage points').slice(1)).toEqual([
      'Dev error by training rows: 200: 21.2, 400: 15.0, 800: 10.6, 1,600: 7.5, 3,200: 5.3, 6,400: 3.8.',
      expect.stringMatching(/^With twice the rows, 12,800: 2\.\d % \(\d\.\d – \d\.\d\) expected\.$/),
    ]);
  });
});
