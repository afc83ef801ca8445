import { describe, expect, it } from 'vitest';
import { modelCard, printModelCard } from '../../../src/model/card.ts';
import { type InputForm, modelImage } from '../../../src/model/image-input.ts';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
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

describe('a model card for images', () => {
  const shape = { channels: 3, height: 24, width: 32 };
  const facts = {
    data: 'pets',
    rows: { train: 1200, test: 300 },
    errors: { 'test error': '8 % [5, 12]' },
    bytes: 56_789,
  };
  const cardOf = (form: InputForm, channels = 3) => {
    const images = { ...shape, channels, center: [120], factor: [0.02] };
    const task = { task: 'classification', minimizesError: true, seed: 0 } as const;
    return modelCard(
      {
        ...metadata,
        columns: [],
        image: modelImage(images, form),
        preprocessing: { ...preprocessing, columns: [], width: 0, images },
        plan: defaultImagePlan({ ...task, image: shape }),
        planHash: '12345678',
      },
      facts,
    );
  };

  it('reads', () => {
    expect(printModelCard(cardOf({ type: 'uint8', layout: 'nchw' }))).toMatchSnapshot();
  });

  it.each([
    ['uint8', 'nchw', 3, 'pixels.transpose(2, 0, 1)[np.newaxis]}  # [1, 3, 24, 32]'],
    ['uint8', 'nhwc', 3, 'pixels[np.newaxis]}  # [1, 24, 32, 3]'],
    ['uint8', 'nchw', 1, 'pixels[np.newaxis, np.newaxis]}  # [1, 1, 24, 32]'],
    ['float32', 'nhwc', 1, '(pixels[np.newaxis, :, :, np.newaxis] / 255).astype(np.float32)}  # [1, 24, 32, 1]'],
  ] as const)('shows how %s %s with %d channels is fed', (type, layout, channels, feeds) => {
    const card = cardOf({ type, layout }, channels);
    expect(card.python).toContain(`feeds = {"image": ${feeds}\n`);
    expect(card.image?.channels).toBe(channels === 1 ? 'one, grey' : 'red, green, blue');
    expect(card.limits.some((limit) => limit.startsWith('Blue, green, red'))).toBe(channels === 3);
    expect(card.limits.some((limit) => limit.startsWith('Values from 0 to 255'))).toBe(type === 'float32');
    expect(card.limits).not.toContain('Numbers are read as float32: digits beyond the seventh do not count.');
  });
});
