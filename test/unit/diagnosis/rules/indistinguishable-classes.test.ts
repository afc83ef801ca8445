import { describe, expect, it } from 'vitest';
import { indistinguishableClasses } from '../../../../src/diagnosis/rules/indistinguishable-classes.ts';
import type { DataFacts, NeighbourFacts } from '../../../../src/record/data-facts.ts';
import { caseOf, evidenceWith, factsWith, share, soundRows } from '../data-facts.ts';

const judge = (parts: Partial<DataFacts>) => indistinguishableClasses.judge(caseOf(evidenceWith(factsWith(parts))));

const sound = soundRows.neighbours as NeighbourFacts;
const [hard, easy] = sound.pairs as [
  NonNullable<NeighbourFacts['pairs']>[number],
  NonNullable<NeighbourFacts['pairs']>[number],
];
const coin = {
  a: 'bus',
  b: 'new',
  confused: share(0.576, 0.49, 0.658, 130),
  classified: share(0.522, 0.437, 0.606, 130),
};
const pairs = (...list: NonNullable<NeighbourFacts['pairs']>) => ({ neighbours: { ...sound, pairs: list } });
const copies = (within: number, contradicting: number) => ({
  across: share(0, 0, 0.01),
  within: share(within, within - 0.01, within + 0.01),
  contradicting: share(contradicting, contradicting - 0.01, contradicting + 0.01),
});

describe('indistinguishable-classes', () => {
  it('fires on a pair like a coin beside pairs that are told apart', () => {
    expect(judge(pairs(coin, hard, easy))).toMatchObject({
      id: 'indistinguishable-classes',
      value: 52.2,
      because:
        '"bus" and "new" cannot be told apart by these columns: 52.2 % (43.7 – 60.6) of their rows are taken for the other ' +
        'one by a classifier, and 57.6 % (49.0 – 65.8) by their nearest row, where a coin gives 50 %. Other classes can be ' +
        'told apart.',
      actions: ['fix-data'],
    });
  });

  it('fires on rows that stand there twice with different classes', () => {
    expect(judge({ duplicates: copies(0.18, 0.17) })?.because).toBe(
      '17.0 % (16.0 – 18.0) of the training rows equal another training row with another class: nothing can get both right.',
    );
    const twins = { ...hard, confused: share(0.764, 0.738, 0.789) };
    expect(judge({ duplicates: copies(0.75, 0.74), ...pairs(twins) })?.because).toContain(
      'with another class, most of them of "opel" and "saab": nothing',
    );
  });

  it('is silent on a hard pair that a classifier still tells apart', () => {
    expect(judge({})).toBeNull();
  });

  it('is silent where no pair is told apart: then the inputs say nothing', () => {
    expect(judge(pairs(coin))).toBeNull();
  });

  it('is silent on classes with a handful of rows', () => {
    const few = { a: 'a', b: 'ISLAND', confused: share(0.5, 0.15, 0.85), classified: share(0.507, 0.154, 0.854) };
    expect(judge(pairs(few, easy))).toBeNull();
  });

  it('is silent on tables with few different rows, and on copies that mostly agree', () => {
    expect(judge({ duplicates: copies(0.95, 0.9) })).toBeNull();
    expect(judge({ duplicates: copies(0.144, 0.05) })).toBeNull();
  });

  it('is silent without facts, and about numbers', () => {
    expect(indistinguishableClasses.judge(caseOf(evidenceWith(null)))).toBeNull();
    const duplicates = { across: null, within: share(0, 0, 0.01), contradicting: null };
    expect(judge({ neighbours: { ...sound, pairs: null }, duplicates })).toBeNull();
  });
});
