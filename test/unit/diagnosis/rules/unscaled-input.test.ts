import { describe, expect, it } from 'vitest';
import { unscaledInput } from '../../../../src/diagnosis/rules/unscaled-input.ts';
import { defaultPlan } from '../../../../src/plan/defaults.ts';
import type { MlpPlan } from '../../../../src/plan/plan.ts';
import type { InputFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith } from '../data-facts.ts';

type Scale = NonNullable<InputFacts['scale']>;
const sound: Scale = {
  ...{ leastDeviation: 0.5, medianDeviation: 0.6, largestDeviation: 0.8, largestDeviationColumn: 'Circ' },
  ...{ largestMean: 0.24, largestMeanColumn: 'Skew' },
};
const trace = {
  ...{ status: 'finished', curve: [], bestEpoch: null, start: null, losses: null, parameters: null, nonzero: null },
} as const;
const judge = (scale: Partial<Scale>, errors = {}) => {
  const input = { columns: 18, constant: [], nearlyConstant: 0, duplicate: [], idLike: [], missing: [], alone: [] };
  return unscaledInput.judge(
    caseOf(evidenceWith(factsWith({ input: { ...input, scale: { ...sound, ...scale } } }), errors)),
  );
};

describe('unscaled-input', () => {
  it('fires on one column that drowns the others', () => {
    expect(judge({ largestDeviation: 11_100 })?.because).toBe(
      'As the network sees them, "Circ" deviates by 11,100 and the median column by 0.600: the first layer sees hardly more than that column.',
    );
  });

  it('fires on inputs that are all large, all tiny, or far from 0', () => {
    expect(judge({ medianDeviation: 77, largestDeviation: 90 })?.because).toContain(
      'the median column deviates by 77.0: they are not scaled to about 1.',
    );
    expect(judge({ medianDeviation: 0.01, largestDeviation: 0.02 })?.because).toContain(
      'no column deviates by more than 0.0200',
    );
    expect(judge({ largestMean: 60 })?.because).toContain('"Skew" has a mean of 60');
  });

  it('looks at the network that the inputs meet', () => {
    const plan = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });
    const behind = (network: Partial<MlpPlan>) => ({
      runs: [{ ...trace, plan: { ...plan, network: { ...plan.network, ...network } } }],
    });
    const large = { medianDeviation: 77, largestDeviation: 90 };
    const wide = { largestDeviation: 11_100 };
    const bins = { numericEmbedding: { kind: 'piecewise-linear', bins: 8, width: 4 } } as const;
    expect(judge(large, behind({}))).not.toBeNull();
    expect(judge(large, behind({ normalization: 'batch' }))).toBeNull();
    expect(judge(large, behind({ normalization: 'batch', hidden: [] }))).not.toBeNull();
    expect(judge({ largestMean: 60 }, behind({ normalization: 'batch' }))).toBeNull();
    expect(judge({ largestMean: 60 }, behind({ normalization: 'layer' }))).not.toBeNull();
    expect(judge(wide, behind({ normalization: 'batch' }))).not.toBeNull();
    expect(judge(wide, behind(bins))).toBeNull();
  });

  it('is silent on sound scales, with wide tails, and without facts', () => {
    expect(judge({})).toBeNull();
    expect(judge({ medianDeviation: 0.14, largestDeviation: 1.17 })).toBeNull();
    // Spam by quartiles without a clip, and sparse columns by default.
    expect(judge({ medianDeviation: 0.137, largestDeviation: 17.5, largestMean: 1.3 })).toBeNull();
    expect(judge({ medianDeviation: 0.03, largestMean: 0.67 })).toBeNull();
    // Digits and iris as they are in the file.
    expect(judge({ medianDeviation: 4.37, largestDeviation: 6.45, largestMean: 12.2 })).toBeNull();
    expect(judge({ medianDeviation: 0.803, largestDeviation: 1.77, largestMean: 5.83 })).toBeNull();
    expect(judge({ medianDeviation: Number.NaN, largestMean: Number.NaN })).toBeNull();
    expect(unscaledInput.judge(caseOf(evidenceWith(factsWith())))).toBeNull();
  });

  it('is silent where the run came out as it should', () => {
    const score = { value: 0.001, count: 10_000, standardError: null, share: null };
    expect(judge({ largestDeviation: 11_100 }, { train: score, dev: score })).toBeNull();
  });
});
