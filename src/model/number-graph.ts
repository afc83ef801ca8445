// In: fitted numeric, boolean and date-time columns and their raw inputs. Out: their part of the network's input matrix.
// Columns of a kind are joined first and computed as one matrix with one vector of constants per step, so the number
// of nodes hardly depends on the number of columns. The arithmetic is that of data/write-column.ts, in float32.

import type { CyclicPart } from '../data/calendar.ts';
import type { PreparedBoolean, PreparedDateTime, PreparedNumeric } from '../data/prepared-column.ts';
import {
  add,
  cast,
  concat,
  cos,
  type DType,
  div,
  isNan,
  mul,
  sin,
  sqrt,
  square,
  sub,
  type Value,
  where,
} from '../engine/index.ts';
import { type Block, type PlacedColumn, pick } from './blocks.ts';
import { calendarGraph } from './calendar-graph.ts';

/** Centered columns that wait for their factor and clip. */
interface Centered {
  readonly value: Value; // [N, W]
  readonly factors: readonly number[];
  readonly smooth: readonly boolean[];
  readonly places: readonly number[];
}

const joined = <C>(columns: readonly PlacedColumn<C>[]): Value =>
  concat(
    columns.map(({ input }) => input),
    1,
  ); // [N, P]

const row = (like: Value, numbers: readonly number[], dtype: DType): Value =>
  like.graph.constant(numbers, [numbers.length], dtype);

/** The matrix of all numeric, boolean and date-time outputs. */
export function numberBlocks(
  numeric: readonly PlacedColumn<PreparedNumeric>[],
  booleans: readonly PlacedColumn<PreparedBoolean>[],
  times: readonly PlacedColumn<PreparedDateTime>[],
): readonly Block[] {
  const blocks: Block[] = [];
  const centered: Centered[] = [];
  if (numeric.length > 0) {
    const raw = joined(numeric);
    const missing = isNan(raw); // [N, P]
    centered.push(centerNumbers(numeric, raw, missing));
    blocks.push(...flagBlocks(numeric, missing));
  }
  if (booleans.length > 0) {
    const raw = joined(booleans);
    const missing = isNan(raw);
    const value = where(missing, 0, sub(mul(raw, 2), 1));
    blocks.push({ value, places: booleans.map(({ offset }) => offset) }, ...flagBlocks(booleans, missing));
  }
  if (times.length > 0) {
    const raw = joined(times);
    const missing = isNan(raw);
    const parts = timeParts(times, where(missing, 0, raw), missing);
    centered.push(...parts.centered);
    blocks.push(...parts.blocks, ...flagBlocks(times, missing));
  }
  return centered.length === 0 ? blocks : [scale(centered), ...blocks];
}

/** 1 where the cell is missing, for the columns that have such an output: their last. */
function flagBlocks(
  columns: readonly PlacedColumn<{ readonly missingFlag: boolean; readonly outputs: number }>[],
  missing: Value,
): readonly Block[] {
  const flagged = [...columns.entries()].filter(([, { column }]) => column.missingFlag);
  if (flagged.length === 0) return [];
  const chosen = pick(
    missing,
    flagged.map(([i]) => i),
  );
  const places = flagged.map(([, { column, offset }]) => offset + column.outputs - 1);
  return [{ value: cast(chosen, 'float32'), places }];
}

function centerNumbers(columns: readonly PlacedColumn<PreparedNumeric>[], raw: Value, missing: Value): Centered {
  const filled = where(missing, rowOf(raw, columns, 'fill'), raw);
  return {
    value: sub(filled, rowOf(raw, columns, 'center')),
    factors: columns.map(({ column }) => column.factor),
    smooth: columns.map(({ column }) => column.clip === 'smooth'),
    places: columns.map(({ offset }) => offset),
  };
}

const rowOf = (like: Value, columns: readonly PlacedColumn<PreparedNumeric>[], field: 'fill' | 'center'): Value =>
  row(
    like,
    columns.map(({ column }) => column[field]),
    'float32',
  );

/** (x - center) * factor, then y / sqrt(1 + (y / 3)^2) where the column is clipped. */
function scale(parts: readonly Centered[]): Block {
  const centered = concat(
    parts.map(({ value }) => value),
    1,
  );
  const places = parts.flatMap((part) => part.places);
  const y = mul(
    centered,
    row(
      centered,
      parts.flatMap(({ factors }) => factors),
      'float32',
    ),
  );
  const smooth = parts.flatMap((part) => part.smooth);
  if (!smooth.includes(true)) return { value: y, places };
  // A vector of one element: division by a plain number would become multiplication by a rounded third.
  const third = div(y, row(y, [3], 'float32'));
  const clipped = div(y, sqrt(add(square(third), 1)));
  if (!smooth.includes(false)) return { value: clipped, places };
  return { value: where(row(y, smooth.map(Number), 'bool'), clipped, y), places };
}

/** One fitted part of a date-time column: which column, and where its first output belongs. */
interface PlacedPart {
  readonly index: number;
  readonly place: number;
  readonly part: PreparedDateTime['parts'][number];
  readonly smooth: boolean;
}

function placedParts(columns: readonly PlacedColumn<PreparedDateTime>[]): readonly PlacedPart[] {
  return columns.flatMap(({ column, offset }, index) => {
    let place = offset;
    return column.parts.map((part) => {
      const placed = { index, place, part, smooth: column.clip === 'smooth' };
      place += part.part === 'time' || part.part === 'year' ? 1 : 2;
      return placed;
    });
  });
}

function timeParts(columns: readonly PlacedColumn<PreparedDateTime>[], seconds: Value, missing: Value) {
  const calendar = calendarGraph(seconds);
  const parts = placedParts(columns);
  const centered: Centered[] = [];
  for (const kind of ['time', 'year'] as const) {
    const chosen = parts.filter(({ part }) => part.part === kind);
    if (chosen.length > 0) centered.push(centerTimes(chosen, kind === 'time' ? seconds : calendar.year, missing));
  }
  const cyclic: [PlacedPart, CyclicPart, number][] = [];
  for (const placed of parts) if ('period' in placed.part) cyclic.push([placed, placed.part.part, placed.part.period]);
  if (cyclic.length === 0) return { centered, blocks: [] };
  const values = concat(
    cyclic.map(([{ index }, part]) => pick(calendar[part], [index])),
    1,
  ); // [N, M] int64
  const speeds = cyclic.map(([, , period]) => (2 * Math.PI) / period);
  const angle = mul(cast(values, 'float32'), row(values, speeds, 'float32'));
  const absent = pick(
    missing,
    cyclic.map(([{ index }]) => index),
  );
  const places = cyclic.map(([{ place }]) => place);
  const blocks: Block[] = [
    { value: where(absent, 0, sin(angle)), places },
    { value: where(absent, 0, cos(angle)), places: places.map((place) => place + 1) },
  ];
  return { centered, blocks };
}

/** Seconds are centered in float64, years in float32; a missing moment lies in the center. */
function centerTimes(parts: readonly PlacedPart[], moments: Value, missing: Value): Centered {
  const indices = parts.map(({ index }) => index);
  const centers = parts.map(({ part }) => ('center' in part ? part.center : 0));
  const chosen = pick(moments, indices);
  const exact = moments.dtype === 'float64' ? chosen : cast(chosen, 'float32');
  const centered = cast(sub(exact, row(exact, centers, exact.dtype)), 'float32');
  return {
    value: where(pick(missing, indices), 0, centered),
    factors: parts.map(({ part }) => ('factor' in part ? part.factor : 0)),
    smooth: parts.map(({ smooth }) => smooth),
    places: parts.map(({ place }) => place),
  };
}
