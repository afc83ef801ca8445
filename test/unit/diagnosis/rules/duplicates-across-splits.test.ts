import { describe, expect, it } from 'vitest';
import { duplicatesAcrossSplits } from '../../../../src/diagnosis/rules/duplicates-across-splits.ts';
import { caseOf, evidenceWith, factsWith, share } from '../data-facts.ts';

function judge(across: number | null, within: number, dev = 400, train = 1600) {
  const duplicates = {
    across: across === null ? null : share(across, across - 0.02, across + 0.02, dev),
    within: share(within, within - 0.01, within + 0.01, train),
    contradicting: null,
  };
  return duplicatesAcrossSplits.judge(caseOf(evidenceWith(factsWith({ duplicates }))));
}

describe('duplicates-across-splits', () => {
  it('fires where dev rows are training rows, and training rows have no copies', () => {
    expect(judge(0.1, 0)).toMatchObject({
      id: 'duplicates-across-splits',
      value: 10,
      unit: '% of the dev rows',
      because:
        '10.0 % (8.0 – 12.0) of the dev rows are training rows too, though only 0 % of the training rows have a copy among ' +
        'themselves: the dev error is too good.',
      confidence: 0.95,
      actions: ['fix-data'],
    });
  });

  it('fires beyond the copies that a table has by nature', () => {
    expect(judge(0.3, 0.144)).not.toBeNull();
  });

  it('is silent where chance explains the copies', () => {
    expect(judge(0.15, 0.144)).toBeNull();
    expect(judge(0.95, 0.94)).toBeNull();
  });

  it('is silent on a copy or two', () => {
    expect(judge(2 / 400, 0)).toBeNull();
    expect(judge(0, 0)).toBeNull();
  });

  it('is silent without dev rows, and without facts', () => {
    expect(judge(null, 0.1)).toBeNull();
    expect(duplicatesAcrossSplits.judge(caseOf(evidenceWith(null)))).toBeNull();
  });
});
