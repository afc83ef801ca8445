import { describe, expect, it } from 'vitest';
import { labelNoise } from '../../../../src/diagnosis/rules/label-noise.ts';
import type { LabelNoiseFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith, share, soundRows } from '../data-facts.ts';

const sound = soundRows.labelNoise as LabelNoiseFacts;

function judge(parts: Partial<LabelNoiseFacts>, optimalError?: number, shift = soundRows.shift) {
  const data = factsWith({ labelNoise: { ...sound, ...parts }, shift });
  return labelNoise.judge(caseOf(evidenceWith(data), optimalError === undefined ? {} : { optimalError }));
}

// 10 % of the digits 2 relabelled as 3.
const flipped = { label: '3', looksLike: '2', share: share(0.085, 0.037, 0.192, 117), contrast: 3.64 };

describe('label-noise', () => {
  it('fires where rows of one label lie at the heart of another class, and not the other way round', () => {
    expect(judge({ classes: [flipped, ...sound.classes] })).toMatchObject({
      id: 'label-noise',
      value: 8.5,
      unit: '% of the rows',
      because:
        '8.5 % (3.7 – 19.2) of the rows labelled "3" look like "2", as deep inside of that class as its own rows, and not ' +
        'the other way round.',
      actions: ['fix-data'],
    });
  });

  it('fires where contradicted rows of all classes lie deeper than classes overlap', () => {
    const found = judge({ share: share(0.12, 0.09, 0.15), innermost: share(0.24, 0.18, 0.32, 136), byNature: 0.01 });
    expect(found?.because).toBe(
      'About 12.0 % (9.0 – 15.0) of the labels seem to be wrong: of the rows that look like another class, ' +
        '24.0 % (18.0 – 32.0) lie in its innermost quarter, where 1.0 % would lie if the classes just overlapped.',
    );
  });

  it('is silent about noise in all classes that the given optimal error holds already', () => {
    const noise = { share: share(0.12, 0.09, 0.15), innermost: share(0.24, 0.18, 0.32, 136), byNature: 0.01 };
    expect(judge(noise, 0.05)).not.toBeNull();
    expect(judge(noise, 0.1)).toBeNull();
  });

  it('fires where training rows are labelled unlike dev rows that look alike', () => {
    const against = { label: 'good', looksLike: 'bad', share: share(0.172, 0.137, 0.208, 2296), notMissing: 4.4 };
    expect(judge({ againstDev: [against] })?.because).toBe(
      '17.2 % (13.7 – 20.8) of the training rows labelled "good" would be labelled "bad" if they were dev rows: dev rows ' +
        'that look alike have that label.',
    );
  });

  it('is silent about that where rows of the other class may be missing, or the inputs are not alike', () => {
    const against = { label: 'good', looksLike: 'bad', share: share(0.172, 0.137, 0.208, 2296), notMissing: 1.8 };
    expect(judge({ againstDev: [against] })).toBeNull();
    const shift = { auc: 0.75, low: 0.7, high: 0.8, columns: [] };
    expect(judge({ againstDev: [{ ...against, notMissing: 9 }] }, undefined, shift)).toBeNull();
  });

  it('is silent where two classes overlap, however many rows are contradicted', () => {
    expect(judge({})).toBeNull();
  });

  it('is silent about a handful of rows, and without facts', () => {
    expect(judge({ classes: [{ ...flipped, share: share(0.018, 0.003, 0.097, 114) }] })).toBeNull();
    expect(judge({ share: null, innermost: null, byNature: null, classes: [], againstDev: null })).toBeNull();
    expect(labelNoise.judge(caseOf(evidenceWith(factsWith({ labelNoise: null }))))).toBeNull();
    expect(labelNoise.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
