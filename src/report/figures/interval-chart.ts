// In: named numbers with limits. Out: an SVG with a dot and a line from limit to limit for each.

import { type Html, html, safe } from '../html.ts';
import { linearAxis } from './scale.ts';

/** One row of the chart. */
export interface IntervalRow {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Drawn fainter: something to compare with. */
  readonly isReference: boolean;
}

const width = 640;
const left = 190;
const right = 616;
const rowHeight = 28;

const at = (value: number): string => value.toFixed(1);

/** The chart as inline SVG; the axis starts at 0. `factor` multiplies the numbers, `suffix` follows the ticks. */
export function intervalChart(
  title: string,
  xLabel: string,
  rows: readonly IntervalRow[],
  factor = 1,
  suffix = '',
): Html {
  const bottom = 8 + rows.length * rowHeight;
  const most = Math.max(...rows.map(({ value, high }) => Math.max(value, high) * factor));
  const x = linearAxis(0, most, left, right, 5, suffix);
  const grid = x.ticks.map(({ value, label }) => {
    const place = at(x.place(value));
    return html`<line class="grid" x1="${place}" x2="${place}" y1="8" y2="${bottom}"/><text x="${place}" y="${bottom + 16}" text-anchor="middle">${label}</text>
`;
  });
  const marks = rows.map(({ label, value, low, high, isReference }, i) => {
    const y = 8 + (i + 0.5) * rowHeight;
    const [a, b, c] = [low, value, high].map((number) => at(x.place(number * factor)));
    const kind = safe(isReference ? 'b' : 'a');
    return html`<text x="${left - 10}" y="${y}" dy=".32em" text-anchor="end">${label}</text><line class="whisker ${kind}" x1="${a ?? ''}" x2="${c ?? ''}" y1="${y}" y2="${y}"/><circle class="dot ${kind}" cx="${b ?? ''}" cy="${y}" r="5"/>
`;
  });
  return html`<svg viewBox="0 0 ${width} ${bottom + 42}" role="img" aria-label="${title}">
${grid}${marks}<text x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${xLabel}</text></svg>
`;
}
