import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Evidence, EvidenceScore } from '../../../src/diagnosis/evidence.ts';
import type { DiagnoseOptions } from '../../../src/diagnosis/settings.ts';
import type { Metric } from '../../../src/record/record.ts';
import { diagnoseRecord } from './records.ts';

const score = (value: number, count: number | null, standardError: number | null = null): EvidenceScore => ({
  value,
  count,
  standardError,
  share: null,
});

const percent = (train: number | null, dev: number | null, count: number | null, devCount = count): Evidence => ({
  task: 'classification',
  metric: 'error',
  train: train === null ? null : score(train / 100, count),
  trainDev: null,
  dev: dev === null ? null : score(dev / 100, devCount),
});

const ids = (evidence: Evidence, options: DiagnoseOptions = {}): readonly string[] =>
  diagnose(evidence, options).verdicts.map(({ id }) => id);

const GOLDEN = [
  [20, 19, 0, ['high-bias']],
  [15, 30, 0, ['high-bias', 'high-variance']],
  [1, 10, 0, ['high-variance']],
  [1, 1.5, 0, ['fit']],
  [20, 19, 19, ['fit']],
  [15, 30, 14, ['high-variance']],
] as const;

describe('the cases of the recipe', () => {
  it.each([null, 10_000, 50_000, 1_000_000])('with %s rows a set', (count) => {
    for (const [train, dev, optimal, verdicts] of GOLDEN) {
      expect(ids(percent(train, dev, count), { optimalError: optimal / 100 }), `${train} / ${dev}, ${optimal}`).toEqual(
        verdicts,
      );
    }
  });

  it('hold for regression too, on shares of the standard deviation', () => {
    for (const metric of ['rmse', 'mae'] as const satisfies Metric[]) {
      for (const [train, dev, optimal, verdicts] of GOLDEN) {
        const of = (value: number): EvidenceScore => ({ ...score(value * 70, null), share: value / 100 });
        const evidence = { task: 'regression', metric, train: of(train), trainDev: null, dev: of(dev) } as const;
        expect(ids(evidence, { optimalError: optimal / 100 })).toEqual(verdicts);
      }
    }
  });

  it('few rows cannot tell 1 from 1.5 %, and say what would', () => {
    const diagnosis = diagnose(percent(1, 1.5, 10_000, 100));
    expect(diagnosis.verdicts.map(({ id }) => id)).toEqual(['cannot-tell']);
    expect(diagnosis.verdicts[0]?.because).toBe(
      'The variance of 0.50 percentage points (-0.67 – 5.24) may be above or below the tolerance of 2.0; ' +
        'about 510 dev rows (100 now) would settle it if the errors stay.',
    );
    const need = diagnosis.gaps[1]?.settledBy[0]?.need ?? 0;
    expect(need).toBeGreaterThan(100);
    expect(ids(percent(1, 1.5, 10_000, need))).toEqual(['fit']);
    expect(ids(percent(1, 1.5, 10_000, need - 1))).toEqual(['cannot-tell']);
  });

  it('a certain bias stands beside a variance that cannot be told', () => {
    expect(ids(percent(20, 19, 100))).toEqual(['high-bias', 'cannot-tell']);
  });

  it('where more held-out rows cannot settle it, both sets are named', () => {
    const { because } = diagnose(percent(20, 19, 100)).verdicts[1] ?? { because: '' };
    expect(because).toContain('about 1,400 train rows (100 now) and about 1,400 dev rows (100 now) would settle it');
  });
});

describe('what is said', () => {
  it('is plain JSON with numbers in their unit', () => {
    const diagnosis = diagnose(percent(15, 30, null), { optimalError: 0.02 });
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
    expect(diagnosis.verdicts[0]).toEqual({
      id: 'high-variance',
      value: 15,
      low: null,
      high: null,
      unit: 'percentage points',
      because:
        'The dev error of 30.0 % is above the train error of 15.0 % by 15.0 percentage points, without an interval ' +
        'since the rows are not known; the tolerance is 2.0.',
      confidence: null,
      actions: ['more-data', 'l2', 'l1', 'dropout', 'augmentation', 'early-stopping', 'other-architecture'],
    });
    expect(diagnosis).toMatchObject({ optimalError: 2, tolerance: 2, confidence: 0.95, unit: 'percentage points' });
    expect(diagnosis.gaps.map(({ id, value, state }) => [id, value, state])).toEqual([
      ['bias', 13, 'counts'],
      ['variance', 15, 'counts'],
      ['mismatch', null, 'unknown'],
    ]);
  });

  it('larger gaps come first', () => {
    expect(ids(percent(10, 40, null))).toEqual(['high-variance', 'high-bias']);
    expect(ids(percent(30, 40, null))).toEqual(['high-bias', 'high-variance']);
  });

  it('unknown rows are noted; where one set is known its noise is used', () => {
    const notes = (evidence: Evidence) => diagnose(evidence).notes.map(({ id }) => id);
    expect(notes(percent(1, 1.5, null))).toEqual(['rows-unknown', 'optimal-error-assumed', 'mismatch-unknown']);
    const partly = percent(1, 1.5, null, 100);
    expect(notes(partly)).toEqual(['rows-partly-unknown', 'optimal-error-assumed', 'mismatch-unknown']);
    expect(ids(partly)).toEqual(['cannot-tell']);
    expect(ids(percent(1, 1.5, null, 2000))).toEqual(['fit']);
    expect(diagnose(percent(1, 1.5, 500)).notes.map(({ id }) => id)).not.toContain('rows-unknown');
  });

  it('a train error below the optimal one is called out only beyond noise', () => {
    const note = (count: number | null, optimalError: number) =>
      diagnose(percent(20, 21, count), { optimalError }).notes.find(({ id }) => id === 'optimal-error-too-high')?.text;
    expect(note(10_000, 0.25)).toBe(
      'The train error of 20.0 % is below the optimal error of 25.0 % by 5.0 percentage points, more than noise: ' +
        'either the optimal error is lower than that, or the training set is memorized.',
    );
    expect(note(100, 0.25)).toBeUndefined();
    expect(note(null, 0.25)).toContain('below the optimal error');
    expect(note(null, 0.21)).toBeUndefined();
  });

  it('a missing error is named', () => {
    expect(diagnose(percent(1, null, 100_000)).verdicts[0]).toMatchObject({
      id: 'cannot-tell',
      because: 'Not known: the error on rows that were not trained on.',
    });
    expect(ids(percent(20, null, 100_000))).toEqual(['high-bias', 'cannot-tell']);
    expect(diagnose(percent(null, 20, 1000)).verdicts[0]?.because).toBe(
      'Not known: the train error, measured in evaluation mode.',
    );
    const shareless = { task: 'regression', metric: 'rmse', trainDev: null } as const;
    expect(diagnose({ ...shareless, train: score(3, 10), dev: score(4, 10) }).verdicts[0]?.because).toBe(
      "Not known: the standard deviation of the training target, in which a regression's errors are judged.",
    );
  });

  it('with train-dev rows the variance ends there and the rest is mismatch', () => {
    const evidence = { ...percent(1, 20, 10_000), trainDev: score(0.02, 10_000) };
    const diagnosis = diagnose(evidence);
    expect(diagnosis.gaps.map(({ value }) => value)).toEqual([1, 1, 18]);
    expect(diagnosis.verdicts.map(({ id }) => id)).toEqual(['data-mismatch']);
    expect(diagnosis.notes.map(({ id }) => id)).not.toContain('mismatch-unknown');
  });

  it('log-loss has a tolerance by the number of classes', () => {
    const loss = (train: number, dev: number): Evidence => ({
      task: 'classification',
      metric: 'log-loss',
      train: score(train, 100_000, 0.0005),
      trainDev: null,
      dev: score(dev, 100_000, 0.0005),
    });
    expect(diagnose({ ...loss(0.02, 0.3), classes: 10 })).toMatchObject({ unit: 'nats', tolerance: 0.0460517018599 });
    expect(ids({ ...loss(0.02, 0.04), classes: 10 })).toEqual(['fit']);
    expect(ids(loss(0.02, 0.04))).toEqual(['high-bias', 'high-variance']);
    expect(diagnose(loss(0.02, 0.04)).notes.map(({ id }) => id)).toContain('classes-unknown');
  });
});

describe('sensitivity to the optimal error', () => {
  it('has the bounds at which the bias changes sides', () => {
    expect(diagnose(percent(15, 30, null)).sensitivity).toEqual([
      { from: 0, to: 13, verdicts: ['high-bias', 'high-variance'] },
      { from: 13, to: 15, verdicts: ['high-variance'] },
    ]);
    expect(diagnose(percent(20, 19, 10_000)).sensitivity.map(({ verdicts }) => verdicts)).toEqual([
      ['high-bias'],
      ['cannot-tell'],
      ['fit'],
    ]);
    expect(diagnose(percent(0, 0, null)).sensitivity).toEqual([{ from: 0, to: 0, verdicts: ['fit'] }]);
    expect(diagnose(percent(null, 5, 100)).sensitivity).toEqual([]);
  });

  it('agrees with a diagnosis at any optimal error inside a range', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.option(fc.integer({ min: 20, max: 50_000 })), share, (t, v, n, o) => {
        const evidence = percent(t * 100, v * 100, n);
        const { sensitivity } = diagnose(evidence);
        const inside = sensitivity.find(({ from, to }) => from + 1e-6 < o * 100 && o * 100 < to - 1e-6);
        if (inside === undefined) return;
        expect([...ids(evidence, { optimalError: o })].sort()).toEqual([...inside.verdicts].sort());
      }),
    );
  });

  it('covers the whole range without holes', () => {
    for (const name of ['california-tuned', 'pima-folds', 'fashion-like-dev'] as const) {
      const { sensitivity, errors } = diagnoseRecord(name);
      expect(sensitivity[0]?.from).toBe(0);
      sensitivity.slice(1).forEach((range, i) => {
        expect(range.from).toBe(sensitivity[i]?.to);
      });
      expect(sensitivity.at(-1)?.to).toBeGreaterThanOrEqual(errors[0]?.value ?? Number.NaN);
    }
  });
});

describe('properties', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const count = fc.option(fc.integer({ min: 1, max: 200_000 }));

  it('there is always a verdict, never fit beside another gap verdict, and gaps hold their value', () => {
    fc.assert(
      fc.property(share, fc.option(share), share, count, count, share, (t, td, d, n, m, o) => {
        const evidence = { ...percent(t * 100, d * 100, n, m), trainDev: td === null ? null : score(td, m) };
        const diagnosis = diagnose(evidence, { optimalError: o });
        expect(diagnosis.verdicts.length).toBeGreaterThan(0);
        if (diagnosis.verdicts.some(({ id }) => id === 'fit')) expect(diagnosis.verdicts.length).toBe(1);
        for (const { value, low, high } of diagnosis.gaps) {
          if (value === null || low === null || high === null) continue;
          expect(low).toBeLessThanOrEqual(value + 1e-9);
          expect(high).toBeGreaterThanOrEqual(value - 1e-9);
        }
      }),
    );
  });

  it('bias never disappears when the train error grows and the variance stays', () => {
    const states = ['inside', 'straddles', 'counts'];
    const level = (t: number, gap: number, n: number | null) =>
      states.indexOf(diagnose(percent(t, t + gap, n)).gaps[0]?.state ?? '');
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 45, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 40, noNaN: true }),
        count,
        (t, more, gap, n) => {
          expect(level(t + more, gap, n)).toBeGreaterThanOrEqual(level(t, gap, n));
        },
      ),
    );
  });

  it('more rows never turn a verdict into cannot-tell, and a larger set shows smaller gaps', () => {
    fc.assert(
      fc.property(share, share, fc.integer({ min: 10, max: 20_000 }), (t, d, n) => {
        const few = diagnose(percent(t * 100, d * 100, n)).gaps;
        const many = diagnose(percent(t * 100, d * 100, 4 * n)).gaps;
        few.forEach((gap, i) => {
          if (gap.state === 'counts' || gap.state === 'inside') expect(many[i]?.state).toBe(gap.state);
          if (gap.smallestVisible !== null) {
            expect(many[i]?.smallestVisible).toBeLessThanOrEqual(gap.smallestVisible + 1e-9);
          }
        });
      }),
    );
  });
});

describe('refuses', () => {
  it.each([
    [
      percent(2000, 19, null),
      {},
      'Expected the train error as a share of rows between 0 and 1, received 20. Divide a percentage by 100.',
    ],
    [percent(Number.NaN, 19, null), {}, 'Expected the train error as a finite number of 0 or more, received NaN.'],
    [percent(20, -1, null), {}, 'Expected the dev error as a finite number of 0 or more, received -0.01.'],
    [percent(20, 19, 0), {}, 'Expected at least 1 row behind the train error, received 0.'],
    [
      percent(20, 19, null),
      { optimalError: 19 },
      'Expected the optimal error as a share of rows between 0 and 1, received 19. Divide a percentage by 100.',
    ],
    [
      percent(20, 19, null),
      { tolerance: -0.1 },
      'Expected the tolerance as a share of rows between 0 and 1, received -0.1. Divide a percentage by 100.',
    ],
    [percent(20, 19, null), { confidence: 95 }, 'Expected a confidence between 0 and 1, such as 0.95, received 95.'],
    [
      { ...percent(20, 19, null), task: 'regression' as const },
      {},
      'Expected a metric for regression, received `error`.',
    ],
  ] satisfies [Evidence, DiagnoseOptions, string][])('%#', (evidence, options, text) => {
    expect(() => diagnose(evidence, options)).toThrow(text);
  });
});
