// Numeric columns to waves of trained frequency and phase, then one linear map per column, beside the number itself.

import { FettleError } from '../../base/error.ts';
import type { Random } from '../../base/random.ts';
import { add, concat, cos, matmul, mul, type Value } from '../../engine/index.ts';
import { fillBatch, inputAt } from '../batch.ts';
import { type Batch, type Layer, type LayerParameter, none, only } from '../layer.ts';
import { joinColumns, perColumn, repeatForMembers, splitColumns } from './columns.ts';

/** Options of a periodic embedding. */
export interface PeriodicOptions {
  readonly columns: number; // D
  readonly frequencies: number; // F
  readonly sigma: number;
  readonly width: number; // E
  readonly members: number | null; // k
}

/** RealMLP trains its numeric embeddings with a tenth of the learning rate (Holzmueller et al., 2024, table A.1). */
const learningRateFactor = 0.1;

function fill(random: Random, length: number, draw: (random: Random) => number): Float32Array {
  return Float32Array.from({ length }, () => draw(random));
}

function parameters({ columns, frequencies, sigma, width, members }: PeriodicOptions): readonly LayerParameter[] {
  const copies = (members ?? 1) * columns;
  const common = { role: 'embedding', learningRateFactor, penalized: false } as const;
  const limit = 1 / Math.sqrt(frequencies);
  const learned = width - 1;
  if (learned < 1) {
    throw new FettleError(
      'plan',
      `The periodic embedding expected a width of at least 2 (the number itself and its waves), but received ${width}. ` +
        'Raise network.numericEmbedding.width or choose another kind.',
    );
  }
  return [
    {
      ...common,
      name: 'frequency',
      shape: perColumn(members, [columns, 1, frequencies]),
      initialize: ({ random }) => fill(random, copies * frequencies, (r) => sigma * r.normal()),
    },
    {
      ...common,
      name: 'phase',
      shape: perColumn(members, [columns, 1, frequencies]),
      initialize: ({ random }) => fill(random, copies * frequencies, (r) => Math.PI * (2 * r.uniform() - 1)),
    },
    {
      ...common,
      name: 'weight',
      shape: perColumn(members, [columns, frequencies, learned]),
      initialize: ({ random }) => fill(random, copies * frequencies * learned, (r) => limit * (2 * r.uniform() - 1)),
    },
    {
      ...common,
      name: 'bias',
      shape: perColumn(members, [columns, 1, learned]),
      initialize: ({ random }) => fill(random, copies * learned, (r) => limit * (2 * r.uniform() - 1)),
    },
  ];
}

function forward(
  { columns, width, members }: PeriodicOptions,
  input: Value,
  parameter: (name: string) => Value,
): Value {
  const x = splitColumns(input); // [D, N, 1]
  const angle = add(mul(x, mul(parameter('frequency'), 2 * Math.PI)), parameter('phase')); // [.., D, N, F]
  const waves = add(matmul(cos(angle), parameter('weight')), parameter('bias')); // [.., D, N, E - 1]
  return joinColumns(concat([repeatForMembers(x, members), waves], -1), columns, width);
}

function plain(options: PeriodicOptions, inputs: readonly Batch[], value: (name: string) => Float32Array): Batch {
  const input = inputAt(inputs, 0, 'periodic');
  const { columns, frequencies, width, members } = options;
  const [frequency, phase, weight, bias] = [value('frequency'), value('phase'), value('weight'), value('bias')];
  const learned = width - 1;
  return fillBatch(members, input.rows, columns * width, (m, row, j) => {
    const column = Math.floor(j / width);
    const x = input.data[row * columns + column] as number;
    const e = (j % width) - 1;
    if (e < 0) return x;
    const at = m * columns + column;
    let sum = bias[at * learned + e] as number;
    for (let f = 0; f < frequencies; f++) {
      const i = at * frequencies + f;
      sum +=
        Math.cos(2 * Math.PI * (frequency[i] as number) * x + (phase[i] as number)) *
        (weight[i * learned + e] as number);
    }
    return sum;
  });
}

/** The periodic embedding of numeric columns. */
export const periodic: Layer<'periodic', PeriodicOptions> = {
  id: 'periodic',
  about:
    'x beside a linear map of cos(2 pi f x + p) with trained f and p, per column (PBLD): RealMLP, NeurIPS 2024, ' +
    'after Gorishniy et al., NeurIPS 2022.',
  options: {
    columns: 'numeric columns, D',
    frequencies: 'waves per column, F',
    sigma: 'standard deviation of the first frequencies',
    width: 'width of the embedding of a column, E; the first of it is the number itself',
    members: 'networks with waves each, k; null for one network',
  },
  width: ({ columns, width }) => columns * width,
  parameters,
  buffers: none,
  masks: none,
  multiplyAdds: ({ columns, frequencies, width, members }) => columns * frequencies * (width - 1) * (members ?? 1),
  forward: (options, inputs, scope) => only(forward(options, inputAt(inputs, 0, 'periodic'), scope.parameter)),
  plain,
};
