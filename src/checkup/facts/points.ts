// In: rows of a table or of an image store. Out: the same rows as points, so that distances and trees do not depend on a
// plan that forgot to scale: columns as the default plan prepares them, images as small grey pictures.

import { applyPreprocessing, fitPreprocessing, type Preprocessing } from '../../data/preprocessing.ts';
import type { Roles } from '../../data/roles.ts';
import type { ImageStore, Table } from '../../data/table.ts';
import { defaultPlan } from '../../plan/defaults.ts';

/** Rows as points. */
export interface Points {
  readonly count: number; // N
  readonly width: number; // D
  readonly values: Float32Array; // [N, D], row-major
  /** Whether the points hold all that a network sees: no image was shrunk, no column left out. */
  readonly complete: boolean;
}

/** Turns rows of a table with the same columns into points of one space. */
export type PointSpace = (table: Table, rows: Uint32Array) => Points;

/** Categories up to this many levels become one output per level; those with more have no distance and are left out. */
const mostLevels = 50;

/** Longest side of an image as a point, in pixels: neighbours need no more. */
const mostSide = 8;

/** The space of a table's used columns, or of its images, fitted on the given rows; throws `data` if a column is missing. */
export function fitPoints(table: Table, roles: Roles, rows: Uint32Array): PointSpace {
  if (table.images !== null) return (other, wanted) => imagePoints(other, wanted);
  const { preprocessing } = defaultPlan({ task: roles.task, minimizesError: false, seed: 0 });
  const fitted = fitPreprocessing({ ...preprocessing, oneHotLevels: mostLevels }, table, roles, rows);
  return (other, wanted) => columnPoints(fitted, other, wanted);
}

function columnPoints(fitted: Preprocessing, table: Table, rows: Uint32Array): Points {
  const { width, numeric, cardinalities } = applyPreprocessing(fitted, table, rows);
  return { count: rows.length, width, values: numeric, complete: cardinalities.length === 0 };
}

/** Means over squares of pixels and over channels, from 0 to 1. */
function imagePoints({ images }: Table, rows: Uint32Array): Points {
  if (images === null) return { count: rows.length, width: 0, values: new Float32Array(0), complete: false };
  const { height, width, channels } = images;
  const side = Math.max(1, Math.ceil(Math.max(height, width) / mostSide));
  const columns = Math.ceil(width / side);
  const size = columns * Math.ceil(height / side);
  const values = new Float32Array(rows.length * size);
  const pixels = new Float64Array(size);
  rows.forEach((row, i) => {
    shrink(images, row, side, columns, pixels);
    values.set(pixels, i * size);
  });
  return { count: rows.length, width: size, values, complete: side === 1 && channels === 1 };
}

/** Writes one image as means of side x side squares; those at the lower and right edge may be smaller. */
function shrink(images: ImageStore, row: number, side: number, columns: number, out: Float64Array): void {
  const { pixels, channels, height, width } = images;
  out.fill(0);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const start = ((row * channels + channel) * height + y) * width;
      const line = Math.floor(y / side) * columns;
      for (let x = 0; x < width; x++) {
        const at = line + Math.floor(x / side);
        out[at] = (out[at] as number) + (pixels[start + x] as number);
      }
    }
  }
  for (let at = 0; at < out.length; at++) {
    const high = Math.min(side, height - Math.floor(at / columns) * side);
    const wide = Math.min(side, width - (at % columns) * side);
    out[at] = (out[at] as number) / (high * wide * channels * 255);
  }
}
