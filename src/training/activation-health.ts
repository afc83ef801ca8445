// In: a plan's network. Out: a graph that takes some rows in and gives a few numbers per layer out, so that neither wide
// layers nor images leave the engine; and what those numbers say about the layers' activations.

import {
  cast,
  concat,
  div,
  encode,
  equal,
  less,
  max,
  mul,
  neg,
  reduceMax,
  reduceMean,
  reshape,
  square,
  sub,
  type Value,
} from '../engine/index.ts';
import type { ActivationId } from '../network/index.ts';
import type { ActivationHealth } from '../record/record.ts';
import { evaluationForward, type StepOptions } from './step.ts';

/** Numbers per layer: largest magnitude, then mean and variance as shares of it, constant units, flat outputs. */
const figures = 5;

/** Slopes below this share of the largest are flat. */
const flat = 0.01;

/** What divides a layer of zeros. */
const tiny = 1e-30;

/** The slope at an output y, as a share of the largest, of the functions that have flat ends. */
const slopes: { readonly [K in ActivationId]?: (y: Value) => Value } = {
  tanh: (y) => sub(1, square(y)),
  sigmoid: (y) => mul(4, mul(y, sub(1, y))),
};

/** All axes but that of units, and that of members in front of it. */
function rowAxes({ shape }: Value): readonly number[] {
  return shape.length === 4 ? [0, 2, 3] : [shape.length - 2]; // [N, C, H, W], [N, H] or [k, N, H]
}

const share = (x: Value): Value => reduceMean(cast(x, 'float32'));

/** The figures of one layer's outputs, five of shape [1]. */
function figuresOf(y: Value, activation: ActivationId): readonly Value[] {
  const { graph } = y;
  const axes = rowAxes(y);
  const [most, least] = [reduceMax(y, axes), reduceMax(neg(y), axes)]; // of each unit; the least with its sign turned
  // Numbers of an exploding network have no float32 square, so they are divided by the largest magnitude first.
  const largest = max(reduceMax(max(most, least)), graph.scalar(tiny));
  const scaled = div(y, largest);
  // First over rows, then over units: shorter sums round less.
  const mean = reduceMean(reduceMean(scaled, axes));
  const variance = reduceMean(reduceMean(square(sub(scaled, mean)), axes));
  const slope = slopes[activation]?.(y);
  const saturated = slope === undefined ? graph.scalar(0) : share(less(slope, flat));
  return [largest, mean, variance, share(equal(most, neg(least))), saturated].map((x) => reshape(x, [1]));
}

/** What the graph computes: `figures` [5 L] of the layers named beside it. The number of rows is the symbolic size N. */
export function activationValues(options: StepOptions): {
  readonly layers: readonly string[];
  readonly outputs: { readonly figures: Value };
} {
  const { activations } = evaluationForward(options);
  const { activation } = options.network.plan;
  const parts = Object.entries(activations).flatMap(([layer, y]) =>
    figuresOf(y, layer === 'output' ? 'linear' : activation),
  );
  return { layers: Object.keys(activations), outputs: { figures: concat(parts, 0) } };
}

/** The graph as the bytes of a model, and the layers whose figures it gives out. */
export function buildActivationStep(
  options: StepOptions,
  convolutionBlock: number | null,
): { readonly bytes: Uint8Array; readonly layers: readonly string[] } {
  const { layers, outputs } = activationValues(options);
  return { layers, bytes: encode(outputs, { convolutionBlock }) };
}

/** Floats of the output `figures`. */
export const figureCount = (layers: readonly string[]): number => figures * layers.length;

/** Layers by name; one that holds a number that is not finite is left out. */
export function readFigures(layers: readonly string[], values: Float32Array): ReadonlyMap<string, ActivationHealth> {
  const health = new Map<string, ActivationHealth>();
  layers.forEach((layer, i) => {
    const [largest, mean, variance, dead, saturated] = values.subarray(i * figures, (i + 1) * figures);
    const found = {
      mean: (mean as number) * (largest as number),
      deviation: Math.sqrt(variance as number) * (largest as number),
      dead: dead as number,
      saturated: saturated as number,
    };
    if (Object.values(found).every(Number.isFinite)) health.set(layer, found);
  });
  return health;
}
