import type { Evidence } from '../../../src/diagnosis/evidence.ts';
import type { DataSizePoint } from '../../../src/record/probes.ts';
import type { Score } from '../../../src/record/record.ts';

/** A share of wrong rows. */
export const share = (value: number, count: number): Score => ({ value, count, standardError: null, share: null });

/** One size with its train and dev error in percent. */
export type Size = readonly [rows: number, train: number, dev: number];

/** A point as the probe makes it; dev rows are 2,000 unless said otherwise. */
export function sizePoint([rows, train, dev]: Size, devRows = 2000): DataSizePoint {
  return { rows, train: share(train / 100, rows), dev: share(dev / 100, devRows), deviation: null, repeats: 1 };
}

/** A run of a classifier on the largest of the sizes, with the probe. */
export function evidenceWith(sizes: readonly Size[], devRows = 2000): Evidence {
  const [rows, train, dev] = sizes.at(-1) ?? [1, 0, 0];
  return {
    task: 'classification',
    metric: 'error',
    train: share(train / 100, rows),
    trainDev: null,
    dev: share(dev / 100, devRows),
    classes: 10,
    probes: { learningRate: null, reference: null, dataSizes: sizes.map((size) => sizePoint(size, devRows)) },
  };
}

/** The train error 0 and the dev error of a curve at doubling sizes up to 6,400 rows. */
export const sizesOf = (dev: (rows: number) => number): readonly Size[] =>
  [200, 400, 800, 1600, 3200, 6400].map((rows) => [rows, 0, Number(dev(rows).toFixed(2))]);
