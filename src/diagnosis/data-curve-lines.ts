import { formatCount } from '../base/format.ts';
import type { DataCurve } from './data-curve.ts';
import type { Unit } from './scale.ts';
import { errorText, plainText } from './words.ts';

/** What more rows would bring as plain lines: the answer, what was measured, and what twice the rows would give. */
export function dataCurveLines({ because, points, twice }: DataCurve, unit: Unit): readonly string[] {
  const last = points.at(-1);
  const measured = points.map(({ rows, dev }) => `${formatCount(rows)}: ${plainText(dev, unit)}`);
  const lines = [because, `Dev error by training rows: ${measured.join(', ')}.`];
  if (twice !== null && last !== undefined) {
    lines.push(
      `With twice the rows, ${formatCount(2 * last.rows)}: ${errorText(twice.value, unit, twice.low, twice.high)} expected.`,
    );
  }
  return lines;
}
