import { describe, expect, it } from 'vitest';
import { modelCard, printModelCard } from '../../../src/model/card.ts';
import { metadata, preprocessing } from './fixture.ts';

const facts = {
  data: 'people.csv',
  rows: { train: 12, test: 4 },
  errors: { 'test error': '25 % [4.6, 70]' },
  bytes: 1234,
};

describe('a model card', () => {
  it('reads', () => {
    expect(printModelCard(modelCard(metadata, facts))).toMatchSnapshot();
  });

  it('says what holds for numbers only', () => {
    const target = {
      kind: 'number',
      name: 'Pay',
      columnKind: 'numeric',
      mean: 3,
      deviation: 2,
      low: 1,
      high: 9,
    } as const;
    const card = modelCard(
      {
        ...metadata,
        task: 'regression',
        target: 'Pay',
        classes: null,
        outputs: { value: 'value' },
        preprocessing: { ...preprocessing, target },
      },
      { data: 'people.csv', rows: { train: 12, test: null } },
    );
    expect(card.summary).toBe('Predicts the number "Pay" from 4 columns of people.csv (regression).');
    expect(card.limits).toContain('Trained on values of "Pay" from 1 to 9; predictions are not cut to that range.');
    expect(card.facts).not.toHaveProperty('test rows');
    expect(card.python).toContain('session.run(["value"], feeds)');
  });

  it('shows missing cells where no range is known', () => {
    const columns = metadata.columns.map((column) => ({ ...column, range: null, levels: column.levels && [] }));
    const { python, node } = modelCard({ ...metadata, columns }, facts);
    expect(python).toContain('    "Age": np.array([[np.nan]], dtype=np.float32),\n');
    expect(python).toContain('    "City": np.array([[""]], dtype=object),\n');
    expect(node).toContain(`  "City": new Tensor('string', [""], [1, 1]),\n`);
    expect(node).toContain(`  "Joined|at": new Tensor('float64', Float64Array.of(NaN), [1, 1]),\n`);
  });
});
