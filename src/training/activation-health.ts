// In: a plan's network. Out: a graph that takes some rows in and gives a few numbers per layer and two per unit out, so
// that neither wide layers nor images leave the engine; and what those numbers say about the layers' activations.

import {
  cast,
  concat,
  div,
  encode,
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

/** A layer with activations, or `output`. */
export interface ActivationLayer {
  readonly layer: string;
  /** Columns or channels, times the members. */
  readonly units: number;
}

/** What the graph computes; the number of rows is the symbolic size N. */
export interface ActivationValues {
  readonly layers: readonly ActivationLayer[];
  readonly outputs: {
    /** Per layer: the largest magnitude, mean and variance as shares of it, the share of flat outputs. */
    readonly layers: Value; // [4 L]
    /** The largest output of each unit, layer by layer, ... */
    readonly most: Value; // [U]
    /** ... and the smallest with its sign turned. */
    readonly least: Value; // [U]
  };
}

/** Numbers per layer. */
const figures = 4;

/** Slopes below this share of the largest are flat. */
const flat = 0.01;

/** What divides a layer of zeros. */
const tiny = 1e-30;

/** The slope at an output y, as a share of the largest, of the functions that have flat ends. */
const slopes: { readonly [K in ActivationId]?: (y: Value) => Value } = {
  tanh: (y) => sub(1, square(y)),
  sigmoid: (y) => mul(4, mul(y, sub(1, y))),
};

/** [N, C, H, W], [N, H] or [k, N, H]: all axes but that of units, and that of members in front of it. */
function rowAxes({ shape }: Value): readonly number[] {
  return shape.length === 4 ? [0, 2, 3] : [shape.length - 2];
}

function unitsOf(y: Value): number {
  const axes = rowAxes(y);
  // Safe: only the rows are of a symbolic number.
  return y.shape.reduce<number>((product, size, i) => (axes.includes(i) ? product : product * (size as number)), 1);
}

/** What one layer's outputs come to. */
function summarized(y: Value, activation: ActivationId) {
  const { graph } = y;
  const axes = rowAxes(y);
  const [most, least] = [reduceMax(y, axes), reduceMax(neg(y), axes)];
  // Numbers of an exploding network have no float32 square, so they are divided by the largest magnitude first.
  const largest = max(reduceMax(max(most, least)), graph.scalar(tiny));
  const scaled = div(y, largest);
  // First over rows, then over units: shorter sums round less.
  const mean = reduceMean(reduceMean(scaled, axes));
  const variance = reduceMean(reduceMean(square(sub(scaled, mean)), axes));
  const slope = slopes[activation]?.(y);
  const saturated = slope === undefined ? graph.scalar(0) : reduceMean(cast(less(slope, flat), 'float32'));
  const units = unitsOf(y);
  return {
    units,
    layers: [largest, mean, variance, saturated].map((x) => reshape(x, [1])),
    most: reshape(most, [units]),
    least: reshape(least, [units]),
  };
}

/** The graph of a network's activations in evaluation mode. */
export function activationValues(options: StepOptions): ActivationValues {
  const { activations } = evaluationForward(options);
  const { activation } = options.network.plan;
  const all = Object.entries(activations).map(([layer, y]) => ({
    layer,
    ...summarized(y, layer === 'output' ? 'linear' : activation),
  }));
  const joined = (parts: readonly Value[]): Value => concat(parts, 0);
  return {
    layers: all.map(({ layer, units }) => ({ layer, units })),
    outputs: {
      layers: joined(all.flatMap((one) => one.layers)),
      most: joined(all.map((one) => one.most)),
      least: joined(all.map((one) => one.least)),
    },
  };
}

/** The graph as the bytes of a model, and its layers. */
export function buildActivationStep(
  options: StepOptions,
  convolutionBlock: number | null,
): { readonly bytes: Uint8Array; readonly layers: readonly ActivationLayer[] } {
  const { layers, outputs } = activationValues(options);
  return { layers, bytes: encode(outputs, { convolutionBlock }) };
}

/** The outputs of one run on some rows. */
export interface ActivationFigures {
  readonly rows: number;
  readonly layers: Float32Array; // [4 L]
  readonly most: Float32Array; // [U]
  readonly least: Float32Array; // [U]
}

/** Room for the outputs of a run. */
export function emptyFigures(layers: readonly ActivationLayer[], rows: number): ActivationFigures {
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  const room = (floats: number) => new Float32Array(floats);
  return { rows, layers: room(figures * layers.length), most: room(units), least: room(units) };
}

/** Share of units, from the `start`-th on, whose largest and smallest outputs over all runs are the same number. */
function deadShare(runs: readonly ActivationFigures[], start: number, units: number): number {
  let dead = 0;
  for (let unit = start; unit < start + units; unit++) {
    const most = Math.max(...runs.map((run) => run.most[unit] as number));
    const least = Math.max(...runs.map((run) => run.least[unit] as number));
    if (most === -least) dead++;
  }
  return dead / units;
}

/** One layer over all runs: each counts by its rows. */
function layerHealth(runs: readonly ActivationFigures[], layer: number, dead: number): ActivationHealth {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  const parts = runs.map((run) => {
    const [largest, mean, variance, saturated] = run.layers.subarray(layer * figures, (layer + 1) * figures);
    const size = largest as number;
    return {
      share: run.rows / rows,
      mean: (mean as number) * size,
      variance: (variance as number) * size ** 2,
      saturated: saturated as number,
    };
  });
  const mean = parts.reduce((sum, part) => sum + part.share * part.mean, 0);
  const variance = parts.reduce((sum, part) => sum + part.share * (part.variance + (part.mean - mean) ** 2), 0);
  const saturated = parts.reduce((sum, part) => sum + part.share * part.saturated, 0);
  return { mean, deviation: Math.sqrt(variance), dead, saturated };
}

/** The layers by name; one that holds a number that is not finite is left out. */
export function readFigures(
  layers: readonly ActivationLayer[],
  runs: readonly ActivationFigures[],
): ReadonlyMap<string, ActivationHealth> {
  const health = new Map<string, ActivationHealth>();
  let start = 0;
  layers.forEach(({ layer, units }, i) => {
    const found = layerHealth(runs, i, deadShare(runs, start, units));
    if (Object.values(found).every(Number.isFinite)) health.set(layer, found);
    start += units;
  });
  return health;
}
