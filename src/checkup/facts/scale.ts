// In: training rows and a plan's preprocessing. Out: how large the inputs are that the network sees.

import { median } from '../../base/statistics.ts';
import { applyPreprocessing, fitPreprocessing, outputNames, type Preprocessing } from '../../data/preprocessing.ts';
import type { Roles } from '../../data/roles.ts';
import type { ImageStore, Table } from '../../data/table.ts';
import type { PreprocessingPlan } from '../../plan/plan.ts';
import type { InputFacts } from '../../record/data-facts.ts';
import { spreadRows } from './spread-rows.ts';

/** Rows that are looked at, at most, and cells of them. */
const mostRows = 10_000;
const mostCells = 4e6;

/** Images that are looked at, at most. */
const mostImages = 1000;

/** One numeric column, or one channel. */
interface Moments {
  readonly column: string;
  readonly mean: number;
  readonly deviation: number;
}

/** How the network sees numeric columns or the channels of images; null where there are none that vary. */
export function inputScale(
  plan: PreprocessingPlan,
  table: Table,
  roles: Roles,
  trainRows: Uint32Array,
): InputFacts['scale'] {
  if (trainRows.length === 0) return null;
  const rows = spreadRows(trainRows, Math.min(mostRows, Math.ceil(mostCells / table.columns.length)));
  const fitted = fitPreprocessing(plan, table, roles, rows);
  const all = table.images === null ? columnMoments(fitted, table, rows) : channelMoments(fitted, table.images, rows);
  const [first, ...others] = all.filter(({ deviation }) => deviation > 0);
  if (first === undefined) return null;
  const moving = [first, ...others];
  const widest = moving.reduce((a, b) => (b.deviation > a.deviation ? b : a), first);
  const farthest = moving.reduce((a, b) => (Math.abs(b.mean) > Math.abs(a.mean) ? b : a), first);
  return {
    leastDeviation: moving.reduce((least, { deviation }) => Math.min(least, deviation), first.deviation),
    medianDeviation: median(moving.map(({ deviation }) => deviation)),
    largestDeviation: widest.deviation,
    largestDeviationColumn: widest.column,
    largestMean: Math.abs(farthest.mean),
    largestMeanColumn: farthest.column,
  };
}

function columnMoments(fitted: Preprocessing, table: Table, rows: Uint32Array): readonly Moments[] {
  const { numeric, width, continuous } = applyPreprocessing(fitted, table, rows);
  return outputNames(fitted).flatMap((column, at) => {
    if (continuous[at] !== true) return [];
    return {
      column,
      ...momentsOf((visit) => {
        for (let i = at; i < numeric.length; i += width) visit(numeric[i] as number);
      }),
    };
  });
}

const colors = ['red', 'green', 'blue'];

function channelMoments({ images }: Preprocessing, store: ImageStore, rows: Uint32Array): readonly Moments[] {
  if (images === null) return [];
  const { channels, height, width, pixels } = store;
  const plane = height * width;
  const looked = spreadRows(rows, mostImages);
  return Array.from({ length: channels }, (_, channel) => {
    const [center, factor] = [images.center[channel] as number, images.factor[channel] as number];
    const moments = momentsOf((visit) => {
      for (const row of looked) {
        const start = (row * channels + channel) * plane;
        for (let at = start; at < start + plane; at++) visit(((pixels[at] as number) - center) * factor);
      }
    });
    return { column: channels === 1 ? 'brightness' : (colors[channel] ?? `channel ${channel + 1}`), ...moments };
  });
}

/** Mean and deviation of the visited numbers; exactly 0 where all are equal. */
function momentsOf(each: (visit: (x: number) => void) => void): Pick<Moments, 'mean' | 'deviation'> {
  let count = 0;
  let origin = 0;
  let sum = 0;
  let squares = 0;
  each((x) => {
    // Relative to the first number, so that a constant gives exactly 0 and a large mean costs no digits.
    if (count++ === 0) origin = x;
    const d = x - origin;
    sum += d;
    squares += d * d;
  });
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  return { mean: origin + mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
