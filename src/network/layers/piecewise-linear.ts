// Numeric columns to how far they have come through each of their bins, then one linear map per column.

import type { Random } from '../../base/random.ts';
import { add, concat, matmul, max, min, mul, type Value } from '../../engine/index.ts';
import { fillBatch, inputAt } from '../batch.ts';
import { type Batch, type Layer, type LayerParameter, only } from '../layer.ts';
import { joinColumns, perColumn, splitColumns } from './columns.ts';

/** Options of a piecewise-linear embedding. */
export interface PiecewiseLinearOptions {
  readonly columns: number; // D
  readonly bins: number; // T
  readonly width: number; // E
  readonly members: number | null; // k
}

/** Beyond any float32 that a column holds, so that the outer bins go on as straight lines. */
const unbounded = 3e38;

/** Distinct quantiles 0, 1/T, .., 1 of numbers, between neighbours by linear interpolation. */
export function binEdges(values: Float32Array, bins: number): readonly number[] {
  const sorted = values.slice().sort();
  const edges: number[] = [];
  for (let t = 0; t <= bins; t++) {
    const place = (t / bins) * (sorted.length - 1);
    const below = sorted[Math.floor(place)] as number;
    const above = sorted[Math.ceil(place)] as number;
    const edge = below + (above - below) * (place - Math.floor(place));
    if (edges.length === 0 || edge > (edges.at(-1) as number)) edges.push(edge);
  }
  return edges;
}

/**
 * Factor and shift of each bin, so that x factor + shift runs from 0 to 1 inside it. The first bin stands first and
 * the last one last, since only they are open; places of columns with fewer bins hold zeros.
 */
function binLines(input: Batch, bins: number): { factor: Float32Array; shift: Float32Array } {
  const factor = new Float32Array(input.width * bins);
  const shift = new Float32Array(input.width * bins);
  for (let d = 0; d < input.width; d++) {
    const column = Float32Array.from({ length: input.rows }, (_, i) => input.data[i * input.width + d] as number);
    const edges = binEdges(column, bins);
    const count = edges.length - 1;
    for (let t = 0; t < count; t++) {
      const low = edges[t] as number;
      const span = (edges[t + 1] as number) - low;
      const at = d * bins + (count > 1 && t === count - 1 ? bins - 1 : t);
      factor[at] = 1 / span;
      shift[at] = -low / span;
    }
  }
  return { factor, shift };
}

/** Bounds of the T places: the first is open below, the last above. */
function bounds(bins: number): { low: Float32Array; high: Float32Array } {
  return {
    low: Float32Array.from({ length: bins }, (_, t) => (t === 0 ? -unbounded : 0)),
    high: Float32Array.from({ length: bins }, (_, t) => (t === bins - 1 ? unbounded : 1)),
  };
}

function uniform(random: Random, length: number, limit: number): Float32Array {
  return Float32Array.from({ length }, () => limit * (2 * random.uniform() - 1));
}

function parameters({ columns, bins, width, members }: PiecewiseLinearOptions): readonly LayerParameter[] {
  const copies = (members ?? 1) * columns;
  const common = { role: 'embedding', learningRateFactor: 1, penalized: false } as const;
  const limit = 1 / Math.sqrt(width);
  return [
    {
      ...common,
      name: 'weight',
      shape: perColumn(members, [columns, bins + 1, width]),
      // Only the straight line starts above zero, so that the bins enter as corrections of it.
      initialize: ({ random }) => {
        const weights = new Float32Array(copies * (bins + 1) * width);
        for (let c = 1; c <= copies; c++) {
          weights.set(uniform(random, width, limit), (c * (bins + 1) - 1) * width);
        }
        return weights;
      },
    },
    {
      ...common,
      name: 'bias',
      shape: perColumn(members, [columns, 1, width]),
      initialize: ({ random }) => uniform(random, copies * width, limit),
    },
  ];
}

function forward(
  options: PiecewiseLinearOptions,
  input: Value,
  scope: { parameter(name: string): Value; buffer(name: string): Value },
): Value {
  const { columns, bins, width } = options;
  const { graph } = input;
  const x = splitColumns(input); // [D, N, 1]
  const { low, high } = bounds(bins);
  const line = add(mul(x, scope.buffer('factor')), scope.buffer('shift')); // [D, N, T]
  const parts = min(max(line, graph.constant(low, [bins])), graph.constant(high, [bins]));
  const features = concat([parts, x], -1); // [D, N, T + 1]
  const embedded = add(matmul(features, scope.parameter('weight')), scope.parameter('bias')); // [.., D, N, E]
  return joinColumns(embedded, columns, width);
}

function plain(
  options: PiecewiseLinearOptions,
  inputs: readonly Batch[],
  value: (name: string) => Float32Array,
): Batch {
  const input = inputAt(inputs, 0, 'piecewise-linear');
  const { columns, bins, width, members } = options;
  const [factor, shift, weight, bias] = [value('factor'), value('shift'), value('weight'), value('bias')];
  const { low, high } = bounds(bins);
  return fillBatch(members, input.rows, columns * width, (m, row, j) => {
    const d = Math.floor(j / width);
    const e = j % width;
    const x = input.data[row * columns + d] as number;
    const start = (m * columns + d) * (bins + 1) * width + e;
    let sum = (bias[(m * columns + d) * width + e] as number) + x * (weight[start + bins * width] as number);
    for (let t = 0; t < bins; t++) {
      const line = x * (factor[d * bins + t] as number) + (shift[d * bins + t] as number);
      const part = Math.min(Math.max(line, low[t] as number), high[t] as number);
      sum += part * (weight[start + t * width] as number);
    }
    return sum;
  });
}

/** The piecewise-linear embedding of numeric columns. */
export const piecewiseLinear: Layer<'piecewise-linear', PiecewiseLinearOptions> = {
  id: 'piecewise-linear',
  about:
    'How far each number has come through each quantile bin of its column, and the number itself, through one linear ' +
    'map per column. Gorishniy et al., NeurIPS 2022 (Q-L); with the straight line as in TabM, ICLR 2025.',
  options: {
    columns: 'numeric columns, D',
    bins: 'bins per column, T; fewer where a column has fewer distinct quantiles',
    width: 'width of the embedding of a column, E',
    members: 'networks with maps each, k; null for one network',
  },
  width: ({ columns, width }) => columns * width,
  parameters,
  buffers: ({ columns, bins }) => {
    const shape = [columns, 1, bins];
    return [
      {
        name: 'factor',
        shape,
        initialize: (context) =>
          binLines(inputAt(context.inputs(Number.POSITIVE_INFINITY), 0, 'piecewise-linear'), bins).factor,
      },
      {
        name: 'shift',
        shape,
        initialize: (context) =>
          binLines(inputAt(context.inputs(Number.POSITIVE_INFINITY), 0, 'piecewise-linear'), bins).shift,
      },
    ];
  },
  masks: () => [],
  multiplyAdds: ({ columns, bins, width, members }) => columns * (bins + 1) * width * (members ?? 1),
  forward: (options, inputs, scope) => only(forward(options, inputAt(inputs, 0, 'piecewise-linear'), scope)),
  plain,
};
