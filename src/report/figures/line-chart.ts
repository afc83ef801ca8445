// In: lines of points. Out: an SVG with axes, ticks and a label at each line.

import { type Html, html, safe } from '../html.ts';
import { type Axis, linearAxis, logAxis } from './scale.ts';

/** One line; points with a null are gaps. `kind` is its look: `a` solid, `b` dashed. */
export interface Line {
  readonly label: string;
  readonly kind: 'a' | 'b';
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}

/** What a chart shows. */
export interface LineChart {
  /** Read out instead of the picture. */
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** `linear` starts at 0; `log` needs numbers above 0. */
  readonly yScale: 'linear' | 'log';
  /** Multiplies y before it is drawn: 100 for percentages. */
  readonly factor?: number;
  readonly ySuffix?: string;
  readonly lines: readonly Line[];
  /** A place on the x axis that is marked, with a word beside it. */
  readonly mark?: { readonly x: number; readonly label: string } | null;
}

const width = 640;
const height = 300;
const box = { left: 64, right: 616, top: 30, bottom: 250 } as const;

const at = (value: number): string => value.toFixed(1);

/** The chart as inline SVG that takes the width it is given; colours come from the page's style. */
export function lineChart(chart: LineChart): Html {
  const { lines, factor = 1 } = chart;
  const scaled = lines.map((line) => ({
    ...line,
    points: line.points.map(({ x, y }) => ({ x, y: y === null || !Number.isFinite(y) ? null : y * factor })),
  }));
  const ys = scaled.flatMap((line) => line.points.flatMap(({ y }) => (y === null ? [] : [y])));
  const xs = scaled.flatMap((line) => line.points.map(({ x }) => x));
  if (ys.length === 0) return html`<p>There is nothing to draw.</p>`;
  const x = linearAxis(Math.min(0, ...xs), Math.max(...xs), box.left, box.right, 6);
  const y =
    chart.yScale === 'log'
      ? logAxis(Math.min(...ys), Math.max(...ys), box.bottom, box.top)
      : linearAxis(0, Math.max(...ys), box.bottom, box.top, 5, chart.ySuffix);
  const legend = scaled.map((line, i) => legendEntry(line, i));
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${chart.title}">
${axes(x, y, chart)}${markOf(chart, x)}${scaled.map((line) => pathOf(line, x, y))}${legend}</svg>
`;
}

function axes(x: Axis, y: Axis, chart: LineChart): Html {
  const rows = y.ticks.map(({ value, label }) => {
    const place = at(y.place(value));
    return html`<line class="grid" x1="${box.left}" x2="${box.right}" y1="${place}" y2="${place}"/><text x="${box.left - 8}" y="${place}" dy=".32em" text-anchor="end">${label}</text>
`;
  });
  const columns = x.ticks.map(({ value, label }) => {
    const place = at(x.place(value));
    return html`<line class="axis" x1="${place}" x2="${place}" y1="${box.bottom}" y2="${box.bottom + 5}"/><text x="${place}" y="${box.bottom + 20}" text-anchor="middle">${label}</text>
`;
  });
  const middle = (box.left + box.right) / 2;
  return html`${rows}${columns}<line class="axis" x1="${box.left}" x2="${box.right}" y1="${box.bottom}" y2="${box.bottom}"/>
<text x="${middle}" y="${height - 8}" text-anchor="middle">${chart.xLabel}</text>
<text x="4" y="14">${chart.yLabel}</text>
`;
}

/** A line as a path; a gap starts a new piece, a lone point becomes a dot by its round cap. */
function pathOf(line: Line, x: Axis, y: Axis): Html {
  let path = '';
  let pen = 'M';
  for (const point of line.points) {
    if (point.y === null) {
      pen = 'M';
      continue;
    }
    const place = `${at(x.place(point.x))} ${at(y.place(point.y))}`;
    path += pen === 'M' ? `M${place}L${place}` : `L${place}`;
    pen = 'L';
  }
  return html`<path class="line ${safe(line.kind)}" d="${path}"/>
`;
}

function legendEntry(line: Line, i: number): Html {
  const left = box.right - 90 - 110 * (1 - i);
  return html`<path class="line ${safe(line.kind)}" d="M${left} 10h26"/><text x="${left + 32}" y="14">${line.label}</text>
`;
}

function markOf({ mark }: LineChart, x: Axis): Html | null {
  if (mark === undefined || mark === null) return null;
  const place = x.place(mark.x);
  const isRight = place > (box.left + box.right) / 2;
  return html`<line class="mark" x1="${at(place)}" x2="${at(place)}" y1="${box.top}" y2="${box.bottom}"/><text x="${at(place + (isRight ? -6 : 6))}" y="${box.top + 10}" text-anchor="${isRight ? 'end' : 'start'}">${mark.label}</text>
`;
}
