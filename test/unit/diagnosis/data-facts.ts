import type { Evidence, EvidenceScore } from '../../../src/diagnosis/evidence.ts';
import { gapsOf } from '../../../src/diagnosis/gaps.ts';
import type { Case } from '../../../src/diagnosis/rule.ts';
import { type DiagnoseOptions, settingsOf } from '../../../src/diagnosis/settings.ts';
import type { DataFacts, ShareFact } from '../../../src/record/data-facts.ts';

export const share = (value: number, low: number, high: number, count = 1000): ShareFact => ({
  value,
  low,
  high,
  count,
});

/** What rows of vehicle say, a set with two classes that are hard to tell apart and nothing wrong. */
export const soundRows: Pick<DataFacts, 'duplicates' | 'neighbours' | 'labelNoise' | 'shift'> = {
  duplicates: {
    across: share(0, 0, 0.029, 127),
    within: share(0, 0, 0.008, 507),
    contradicting: share(0, 0, 0.008, 507),
  },
  neighbours: {
    rows: 507,
    error: share(0.31, 0.271, 0.351, 507),
    optimalErrorBound: 0.175,
    pairs: [
      { a: 'opel', b: 'saab', confused: share(0.466, 0.406, 0.527, 258), classified: share(0.341, 0.285, 0.4, 258) },
      { a: 'opel', b: 'van', confused: share(0.097, 0.066, 0.141, 246), classified: share(0.031, 0.016, 0.062, 246) },
    ],
  },
  labelNoise: {
    share: share(0.126, 0.078, 0.203, 507),
    innermost: share(0.116, 0.073, 0.18, 138),
    byNature: 0.16,
    classes: [{ label: 'saab', looksLike: 'opel', share: share(0.366, 0.253, 0.516, 131), contrast: 1.19 }],
    againstDev: [{ label: 'saab', looksLike: 'bus', share: share(0.173, 0.016, 0.329, 131), notMissing: 0.9 }],
    rows: [],
  },
  shift: { auc: 0.517, low: 0.459, high: 0.573, columns: [{ column: 'Circ', value: 0.25 }] },
};

/** Facts of sound rows with some parts replaced. */
export function factsWith(parts: Partial<DataFacts> = {}): DataFacts {
  return {
    rows: { train: 507, dev: 127 },
    target: {
      classCounts: null,
      unseenClasses: 0,
      mean: null,
      deviation: null,
      least: null,
      most: null,
      distinct: null,
      whole: null,
      repeatedEnd: null,
      trainedMean: null,
      trainedDeviation: null,
    },
    input: null,
    ...soundRows,
    ...parts,
  };
}

const score = (value: number, count: number): EvidenceScore => ({ value, count, standardError: null, share: null });

/** A run on these rows: 5 % train, 20 % dev error. */
export function evidenceWith(data: DataFacts | null, other: Partial<Evidence> = {}): Evidence {
  return {
    task: 'classification',
    metric: 'error',
    classes: 4,
    train: score(0.05, 507),
    trainDev: null,
    dev: score(0.2, 127),
    data,
    ...other,
  };
}

/** What a rule looks at. */
export function caseOf(evidence: Evidence, options: DiagnoseOptions = {}): Case {
  const settings = settingsOf(evidence, options);
  return { evidence, gaps: gapsOf(evidence, settings), settings };
}
