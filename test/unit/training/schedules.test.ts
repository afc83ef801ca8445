import { describe, expect, it } from 'vitest';
import type { SchedulePlan } from '../../../src/plan/plan.ts';
import { fadeFactor, learningRateFactor } from '../../../src/training/schedules.ts';

const CASES: [SchedulePlan, [progress: number, factor: number][]][] = [
  [
    { kind: 'constant' },
    [
      [0, 1],
      [0.37, 1],
      [1, 1],
    ],
  ],
  [
    { kind: 'cosine', warmUp: 0 },
    [
      [0, 1],
      [0.25, 0.853553390593],
      [0.5, 0.5],
      [1, 0],
    ],
  ],
  [
    { kind: 'cosine', warmUp: 0.2 },
    [
      [0, 0],
      [0.1, 0.5],
      [0.2, 1],
      [0.6, 0.5],
      [1, 0],
    ],
  ],
  [
    { kind: 'cosine', warmUp: 1 },
    [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
  ],
  [
    { kind: 'warm-up', warmUp: 0 },
    [
      [0, 1],
      [1, 1],
    ],
  ],
  [
    { kind: 'warm-up', warmUp: 0.1 },
    [
      [0, 0],
      [0.05, 0.5],
      [0.1, 1],
      [0.7, 1],
      [1, 1],
    ],
  ],
  [
    { kind: 'warm-up', warmUp: 1 },
    [
      [0, 0],
      [0.25, 0.25],
      [1, 1],
    ],
  ],
  [
    { kind: 'one-cycle', warmUp: 0.3 },
    [
      [0, 0.04],
      [0.15, 0.52],
      [0.3, 1],
      [0.65, 0.500002],
      [1, 0.000004],
    ],
  ],
  [
    { kind: 'one-cycle', warmUp: 0 },
    [
      [0, 1],
      [0.5, 0.500002],
      [1, 0.000004],
    ],
  ],
  [
    { kind: 'one-cycle', warmUp: 1 },
    [
      [0, 0.04],
      [0.5, 0.52],
      [1, 1],
    ],
  ],
  // Zeros at t = 0, 1/15, 3/15, 7/15, 1; between them 1 where log2(1 + 15 t) is half an odd number.
  [
    { kind: 'coslog4' },
    [
      [0, 0],
      [1 / 15, 0],
      [0.2, 0],
      [7 / 15, 0],
      [1, 0],
      [0.0276142374915, 1],
      [0.687580566, 1],
      [0.1, 0.718354688],
      [0.3, 0.983844427],
    ],
  ],
];

describe('learningRateFactor', () => {
  for (const [plan, points] of CASES) {
    it(`${JSON.stringify(plan)} goes through its points`, () => {
      for (const [progress, factor] of points) expect(learningRateFactor(plan, progress)).toBeCloseTo(factor, 7);
    });
  }

  it('stays in [0, 1] and finite for all kinds and shares', () => {
    for (const kind of ['cosine', 'warm-up', 'one-cycle'] as const) {
      for (const warmUp of [0, 1e-12, 0.5, 1 - 1e-12, 1]) {
        for (let i = 0; i <= 1000; i++) {
          const factor = learningRateFactor({ kind, warmUp }, i / 1000);
          expect(factor >= 0 && factor <= 1).toBe(true);
        }
      }
    }
  });

  it.each([-1e-9, 1.0001, Number.NaN])('refuses progress %d', (progress) => {
    expect(() => learningRateFactor({ kind: 'constant' }, progress)).toThrow(
      `A schedule is asked for progress in [0, 1], but got ${progress}.`,
    );
  });
});

describe('fadeFactor', () => {
  it('is 1 for constant', () => {
    for (const p of [0, 0.5, 1]) expect(fadeFactor('constant', p)).toBe(1);
  });

  it('is flat for the first half and then half a cosine to zero', () => {
    const points = [
      [0, 1],
      [0.3, 1],
      [0.5, 1],
      [0.625, 0.853553390593],
      [0.75, 0.5],
      [0.875, 0.146446609407],
      [1, 0],
    ];
    for (const [p, factor] of points) expect(fadeFactor('flat-cosine', p as number)).toBeCloseTo(factor as number, 12);
  });

  it('refuses progress outside [0, 1]', () => {
    expect(() => fadeFactor('flat-cosine', 2)).toThrow('A schedule is asked for progress in [0, 1], but got 2.');
  });
});
