// x W + b, alone or for k members: with nothing shared, or sharing W up to a factor per input and output.

import type { Random } from '../../base/random.ts';
import { add, linear, matmul, mul, type Value } from '../../engine/index.ts';
import type { InitializerId } from '../activations.ts';
import { commonMembers, inputAt, rowStart } from '../batch.ts';
import { deviationOf, sampledRows } from '../data-driven.ts';
import { initializers } from '../initializers/index.ts';
import { type Batch, type Layer, type LayerInitialization, type LayerParameter, none, only } from '../layer.ts';

/** How the factors of inputs start in a layer with rank-one sharing. */
export type InputFactorStart = 'ones' | 'random-signs' | 'normal';

/** Options of a dense layer. */
export interface DenseOptions {
  readonly inputs: number; // F
  readonly outputs: number; // H
  readonly bias: boolean;
  readonly members: number | null; // k
  readonly sharing: 'none' | 'rank-one';
  readonly inputFactor: InputFactorStart;
  readonly groups: readonly number[];
  readonly initializer: InitializerId;
  readonly gain: number;
  readonly scale: number;
}

const isRankOne = ({ members, sharing }: DenseOptions): boolean => members !== null && sharing === 'rank-one';

/** The k member axis of a tensor that each member has for itself. */
const ofMembers = (members: number | null, shape: readonly number[]): readonly number[] =>
  members === null ? shape : [members, ...shape];

/** One factor per member and group of columns, repeated over the group. */
function drawInputFactors(options: DenseOptions, random: Random): Float32Array {
  const factors = new Float32Array((options.members ?? 1) * options.inputs);
  if (options.inputFactor === 'ones') return factors.fill(1);
  let at = 0;
  while (at < factors.length) {
    for (const width of options.groups) {
      const factor = options.inputFactor === 'normal' ? random.normal() : random.uniform() < 0.5 ? -1 : 1;
      factors.fill(factor, at, at + width);
      at += width;
    }
  }
  return factors;
}

/** Draws the matrices, scales them on the sample where the initializer asks for it, and then by `scale`. */
function drawWeights(options: DenseOptions, context: LayerInitialization): Float32Array {
  const { inputs, outputs, gain, initializer, scale } = options;
  const separate = isRankOne(options) ? null : options.members;
  const size = inputs * outputs;
  const weights = new Float32Array((separate ?? 1) * size);
  const { draw, scaledOnSample } = initializers[initializer];
  for (let m = 0; m < (separate ?? 1); m++) {
    const random = separate === null ? context.random : context.random.fork(m);
    weights.set(draw({ random, fanIn: inputs, fanOut: outputs, gain }), m * size);
  }
  if (scaledOnSample) {
    const result = plain({ ...options, bias: false }, context.inputs(sampledRows), (name) => {
      if (name === 'weight') return weights;
      // Factors of outputs start at one, and come after the weights.
      return name === 'output-factor' ? new Float32Array((options.members ?? 1) * outputs).fill(1) : context.own(name);
    });
    for (let m = 0; m < (separate ?? 1); m++) {
      const factor = 1 / deviationOf(result, separate === null ? null : m);
      for (let i = m * size; i < (m + 1) * size; i++) weights[i] = (weights[i] as number) * factor;
    }
  }
  for (let i = 0; i < weights.length; i++) weights[i] = scale * (weights[i] as number);
  return weights;
}

function parameters(options: DenseOptions): readonly LayerParameter[] {
  const { inputs, outputs, bias, members } = options;
  const separate = isRankOne(options) ? null : members;
  const weight: LayerParameter = {
    name: 'weight',
    shape: ofMembers(separate, [inputs, outputs]), // [F, H] or [k, F, H]
    role: 'weight',
    learningRateFactor: 1,
    penalized: true,
    units: { fanIn: inputs, fanOut: outputs, per: 'column' },
    initialize: (context) => drawWeights(options, context),
  };
  const offset: LayerParameter = {
    name: 'bias',
    shape: members === null ? [outputs] : [members, 1, outputs],
    role: 'bias',
    learningRateFactor: 1,
    penalized: false,
    initialize: () => new Float32Array((members ?? 1) * outputs),
  };
  const tail = bias ? [offset] : [];
  if (members === null || !isRankOne(options)) return [weight, ...tail];
  const factor = { role: 'scale', learningRateFactor: 1, penalized: false } as const;
  return [
    {
      ...factor,
      name: 'input-factor',
      shape: [members, 1, inputs],
      initialize: ({ random }) => drawInputFactors(options, random),
    },
    weight,
    {
      ...factor,
      name: 'output-factor',
      shape: [members, 1, outputs],
      initialize: () => new Float32Array(members * outputs).fill(1),
    },
    ...tail,
  ];
}

function forward(options: DenseOptions, input: Value, parameter: (name: string) => Value): Value {
  const bias = options.bias ? parameter('bias') : undefined;
  if (!isRankOne(options)) return linear(input, parameter('weight'), bias); // [N, H] or [k, N, H]
  const scaled = mul(input, parameter('input-factor')); // [k, N, F]
  const product = mul(matmul(scaled, parameter('weight')), parameter('output-factor')); // [k, N, H]
  return bias === undefined ? product : add(product, bias);
}

function plain(options: DenseOptions, inputs: readonly Batch[], value: (name: string) => Float32Array): Batch {
  const input = inputAt(inputs, 0, 'dense');
  const { outputs, bias } = options;
  const rankOne = isRankOne(options);
  const weight = value('weight');
  const offset = bias ? value('bias') : null;
  const r = rankOne ? value('input-factor') : null;
  const s = rankOne ? value('output-factor') : null;
  const separate = rankOne ? 0 : options.inputs * outputs;
  const members = commonMembers(inputs, options.members);
  const data = new Float32Array((members ?? 1) * input.rows * outputs);
  const sums = new Float64Array(outputs);
  for (let m = 0, at = 0; m < (members ?? 1); m++) {
    for (let row = 0; row < input.rows; row++, at += outputs) {
      const from = rowStart(input, m, row);
      sums.fill(0);
      for (let i = 0; i < input.width; i++) {
        const x = (input.data[from + i] as number) * (r === null ? 1 : (r[m * input.width + i] as number));
        const start = m * separate + i * outputs;
        for (let j = 0; j < outputs; j++) sums[j] = (sums[j] as number) + x * (weight[start + j] as number);
      }
      for (let j = 0; j < outputs; j++) {
        const scaled = (sums[j] as number) * (s === null ? 1 : (s[m * outputs + j] as number));
        data[at + j] = scaled + (offset === null ? 0 : (offset[m * outputs + j] as number));
      }
    }
  }
  return { members, rows: input.rows, width: outputs, data };
}

/** The dense layer. */
export const dense: Layer<'dense', DenseOptions> = {
  id: 'dense',
  about:
    'x W + b. Members: one matrix each, or one shared matrix with factors r and s per member, ' +
    '((x r) W) s + b, as in TabM (Gorishniy et al., ICLR 2025) and BatchEnsemble (Wen et al., ICLR 2020).',
  options: {
    inputs: 'columns that come in, F',
    outputs: 'units, H',
    bias: 'whether b exists; a batch normalization that follows makes it pointless',
    members: 'networks side by side, k; null for one network without a member axis',
    sharing: "'none': every member has its own W; 'rank-one': they share W up to the factors r [F] and s [H]",
    inputFactor:
      "first values of r: 'ones', or 'random-signs' or 'normal' in the first layer, which tells members apart",
    groups: 'widths of the groups of input columns that share one random first value of r; they add up to F',
    initializer: 'how W is drawn',
    gain: 'gain of the activation that follows',
    scale: 'factor on the drawn W; .1 in the output layer, so that the first loss is that of a uniform guess',
  },
  width: (options) => options.outputs,
  parameters,
  buffers: none,
  masks: none,
  multiplyAdds: (options) => options.inputs * options.outputs * (options.members ?? 1),
  forward: (options, inputs, scope) => only(forward(options, inputAt(inputs, 0, 'dense'), scope.parameter)),
  plain,
};
