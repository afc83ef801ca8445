// In: rows and a shape. Out: a dataset of random columns, or of random images.

import { createRandom } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { sharedUint8 } from '../../src/data/table.ts';

/** Columns of a table, or [C, H, W] of images. */
export type DataShape = readonly [number] | readonly [number, number, number];

/** Ten classes of rows that have nothing to do with them. */
export function randomData(rows: number, shape: DataShape): Dataset {
  const random = createRandom('memory');
  const [first, height, width] = shape;
  const isTable = height === undefined || width === undefined;
  const pixels = isTable ? null : sharedUint8(rows * first * height * width);
  if (pixels !== null) for (let i = 0; i < pixels.length; i++) pixels[i] = random.below(256);
  const channels = new Array<number>(first);
  return {
    task: 'classification',
    rows,
    width: isTable ? first : 0,
    numeric: isTable ? Float32Array.from({ length: rows * first }, () => random.normal()) : new Float32Array(),
    cardinalities: [],
    categories: new Int32Array(),
    images:
      pixels === null || isTable
        ? null
        : {
            ...{ channels: first, height, width, pixels },
            ...{ center: channels.fill(128), factor: channels.map(() => 1 / 64) },
            index: Uint32Array.from({ length: rows }, (_, i) => i),
          },
    continuous: isTable ? channels.fill(1).map(() => true) : [],
    target: Int32Array.from({ length: rows }, () => random.below(10)),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    targetMean: 0,
    targetDeviation: 1,
  };
}
