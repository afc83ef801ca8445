import { describe, expect, it } from 'vitest';
import { sharesUnseen } from '../../../../src/checkup/facts/forest.ts';
import { labelNoiseFacts } from '../../../../src/checkup/facts/label-noise.ts';
import type { Points } from '../../../../src/checkup/facts/points.ts';
import { clouds, relabel } from './clouds.ts';

const names = ['a', 'b', 'c'];

function look(points: Points, labels: Int32Array, trainRows = points.count) {
  const classes = names.slice(0, 1 + Math.max(...labels));
  const unseen = sharesUnseen(points, labels, { classes: classes.length, seed: 'a', leaf: 2 });
  const rows = Uint32Array.from({ length: trainRows }, (_, i) => 10 * i);
  return labelNoiseFacts({ classes, labels, unseen, trainRows, rows });
}

const apart = [
  [0, 0],
  [4, 0],
  [0, 4],
];

describe('labelNoiseFacts on classes that are apart', () => {
  const { points, labels } = clouds(apart, 300);

  it('finds nothing where nothing is wrong', () => {
    const found = look(points, labels);
    expect(found?.share?.low).toBeLessThan(0.01);
    for (const { contrast } of found?.classes ?? []) expect(contrast).toBeLessThan(1);
    expect((found?.innermost?.low ?? 0) - (found?.byNature ?? 0)).toBeLessThan(0.03);
    expect(found?.againstDev).toBeNull();
  });

  it.each([0.1, 0.3, 0.5, 0.7])('finds a share of %s of one class that has the label of another one', (flipped) => {
    const changed = relabel(labels, 0, 1, flipped);
    const count = changed.filter((k) => k === 1).length;
    const wrong = labels.filter((k, i) => k === 0 && changed[i] === 1).length;
    const [first] = look(points, changed)?.classes ?? [];
    expect(first).toMatchObject({ label: 'b', looksLike: 'a' });
    expect(first?.contrast).toBeGreaterThan(2);
    // an estimate: some wrong rows are not seen, some right ones at the edge are
    expect(first?.share.value).toBeGreaterThan(0.5 * (wrong / count));
    expect(first?.share.value).toBeLessThan(1.5 * (wrong / count));
  });

  it('names the rows of the table, those that are wrong', () => {
    const changed = relabel(labels, 0, 1, 0.1);
    const rows = look(points, changed)?.rows ?? [];
    expect(rows.length).toBeGreaterThan(5);
    const wrong = rows.filter(({ row }) => labels[row / 10] !== changed[row / 10]);
    expect(wrong.length).toBeGreaterThan(0.75 * rows.length);
    expect(wrong[0]).toMatchObject({ label: 'b', looksLike: 'a' });
  });

  it('finds labels of all classes that were changed at random', () => {
    const changed = labels.map((k, i) => ((i * 7919) % 100 < 15 ? (k + 1 + (i % 2)) % 3 : k));
    const found = look(points, changed);
    expect((found?.innermost?.low ?? 0) - (found?.byNature ?? 1)).toBeGreaterThan(0.045);
    expect(found?.share?.value).toBeGreaterThan(0.1);
    expect(found?.share?.value).toBeLessThan(0.25);
  });
});

describe('labelNoiseFacts on classes that overlap', () => {
  it.each([0.8, 1, 1.4, 2])('takes two normal clouds %s apart for what they are', (distance) => {
    for (const seed of ['1', '2']) {
      const { points, labels } = clouds(
        [
          [0, 0, 0, 0],
          [distance, 0, 0, 0],
        ],
        700,
        seed,
      );
      const found = look(points, labels);
      expect(found?.classes[0]?.contrast ?? 0).toBeLessThan(1.5);
      expect((found?.innermost?.low ?? 0) - (found?.byNature ?? 0)).toBeLessThan(0.04);
    }
  });

  it('is not misled by a rare class', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [1.5, 0],
      ],
      1500,
    );
    const rare = labels.map((k, i) => (k === 1 && i % 20 !== 1 ? 0 : k));
    const kept = Uint32Array.from(labels.keys()).filter((i) => rare[i] === labels[i]);
    const values = Float32Array.from([...kept].flatMap((i) => [...points.values.subarray(2 * i, 2 * i + 2)]));
    const found = look(
      { count: kept.length, width: 2, values, complete: true },
      Int32Array.from(kept, (i) => labels[i] as number),
    );
    for (const { contrast } of found?.classes ?? []) expect(contrast).toBeLessThan(1.5);
  });

  it('says nothing where the inputs say nothing', () => {
    const { points, labels } = clouds(
      [
        [0, 0],
        [0, 0],
      ],
      400,
    );
    expect(look(points, labels)).toMatchObject({ share: null, innermost: null, byNature: null, classes: [], rows: [] });
  });

  it('says nothing about few rows', () => {
    const { points, labels } = clouds(apart, 10);
    expect(look(points, labels)).toBeNull();
  });
});

describe('labels against those of dev rows', () => {
  // an overlap in which 20 % are wrong by nature
  const { points, labels } = clouds(
    [
      [0, 0, 0],
      [1.7, 0, 0],
    ],
    1500,
    'dev',
  );
  const trainRows = 2250;

  it('finds nothing where both sets are labelled alike', () => {
    for (const { share } of look(points, labels, trainRows)?.againstDev ?? []) expect(share.low).toBeLessThan(0.03);
  });

  it.each([0.3, 0.6, 1])('finds a share of %s of one class that only the training rows have wrong', (flipped) => {
    const changed = relabel(labels, 0, 1, flipped, trainRows);
    const count = changed.subarray(0, trainRows).filter((k) => k === 1).length;
    const wrong = labels.filter((k, i) => k === 0 && changed[i] === 1).length;
    const [first] = look(points, changed, trainRows)?.againstDev ?? [];
    expect(first).toMatchObject({ label: 'b', looksLike: 'a' });
    expect(first?.notMissing).toBeGreaterThan(2.5);
    expect(first?.share.low).toBeLessThan(wrong / count);
    expect(first?.share.high).toBeGreaterThan(wrong / count);
    expect(first?.share.low).toBeGreaterThan(0.03);
  });

  it('knows rows that are missing from rows that are mislabelled', () => {
    const kept = Uint32Array.from(labels.keys()).filter((i) => i >= trainRows || labels[i] !== 0 || i % 10 < 2);
    const values = Float32Array.from([...kept].flatMap((i) => [...points.values.subarray(3 * i, 3 * i + 3)]));
    const train = kept.filter((i) => i < trainRows).length;
    const thinned = Int32Array.from(kept, (i) => labels[i] as number);
    const found = look({ count: kept.length, width: 3, values, complete: true }, thinned, train)?.againstDev ?? [];
    expect(found[0]?.share.low).toBeGreaterThan(0.03);
    expect(found[0]?.notMissing).toBeLessThan(2.5);
  });
});
