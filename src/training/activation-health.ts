// In: a plan's network. Out: a graph that takes some rows in and gives four numbers per unit out, so that neither rows nor
// images leave the engine; and what those numbers say about the layers' activations. It has few nodes, since each training
// loads it anew.

import {
  cast,
  concat,
  encode,
  less,
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
    /** The largest output of each unit, layer by layer, ... */
    readonly most: Value; // [U]
    /** ... the smallest with its sign turned, and mean and variance. */
    readonly least: Value; // [U]
    readonly mean: Value; // [U]
    readonly variance: Value; // [U]
    /** The share of outputs at a flat end, layer by layer but for `output`; only where the activation has such ends. */
    readonly flat?: Value; // [L - 1]
  };
}

/** Slopes below this share of the largest are flat. */
const flat = 0.01;

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

/** What one layer's units come to. */
function summarized(y: Value) {
  const axes = rowAxes(y);
  const units = unitsOf(y);
  const mean = reduceMean(y, axes, true);
  const perUnit = {
    most: reduceMax(y, axes),
    least: reduceMax(neg(y), axes),
    mean,
    variance: reduceMean(square(sub(y, mean)), axes),
  };
  const flatten = (x: Value): Value => (x.shape.length === 1 ? x : reshape(x, [units]));
  return {
    units,
    most: flatten(perUnit.most),
    least: flatten(perUnit.least),
    mean: flatten(perUnit.mean),
    variance: flatten(perUnit.variance),
  };
}

/** The graph of a network's activations in evaluation mode. */
export function activationValues(options: StepOptions): ActivationValues {
  const { activations } = evaluationForward(options);
  const all = Object.entries(activations).map(([layer, y]) => ({ layer, y, ...summarized(y) }));
  const slope = slopes[options.network.plan.activation];
  const flats = all.flatMap(({ layer, y }) => {
    if (slope === undefined || layer === 'output') return [];
    return [reshape(reduceMean(cast(less(slope(y), flat), 'float32')), [1])];
  });
  const joined = (name: 'most' | 'least' | 'mean' | 'variance'): Value =>
    concat(
      all.map((one) => one[name]),
      0,
    );
  return {
    layers: all.map(({ layer, units }) => ({ layer, units })),
    outputs: {
      ...{ most: joined('most'), least: joined('least'), mean: joined('mean'), variance: joined('variance') },
      ...(flats.length > 0 && { flat: concat(flats, 0) }),
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

/** The outputs of one run on some rows, by name. */
export interface ActivationFigures {
  readonly rows: number;
  readonly most: Float32Array; // [U]
  readonly least: Float32Array; // [U]
  readonly mean: Float32Array; // [U]
  readonly variance: Float32Array; // [U]
  readonly flat: Float32Array; // [L - 1]
}

/** Room for the outputs of a run. */
export function emptyFigures(layers: readonly ActivationLayer[], rows: number): ActivationFigures {
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  const room = (): Float32Array => new Float32Array(units);
  return {
    rows,
    most: room(),
    least: room(),
    mean: room(),
    variance: room(),
    flat: new Float32Array(layers.length - 1),
  };
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

/** Mean and standard deviation over rows and units; each run counts by its rows. */
function momentsOf(runs: readonly ActivationFigures[], start: number, units: number) {
  const total = units * runs.reduce((sum, run) => sum + run.rows, 0);
  const over = (term: (run: ActivationFigures, unit: number) => number): number => {
    let sum = 0;
    for (const run of runs) for (let unit = start; unit < start + units; unit++) sum += run.rows * term(run, unit);
    return sum / total;
  };
  const mean = over((run, unit) => run.mean[unit] as number);
  const variance = over((run, unit) => (run.variance[unit] as number) + ((run.mean[unit] as number) - mean) ** 2);
  return { mean, deviation: Math.sqrt(variance) };
}

/** The layers by name; one that holds a number that is not finite, or whose square is not, is left out. */
export function readFigures(
  layers: readonly ActivationLayer[],
  runs: readonly ActivationFigures[],
): ReadonlyMap<string, ActivationHealth> {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  const health = new Map<string, ActivationHealth>();
  let start = 0;
  layers.forEach(({ layer, units }, i) => {
    const { mean, deviation } = momentsOf(runs, start, units);
    // `output`, the last layer, has no flat ends.
    const saturated = runs.reduce((sum, run) => sum + (run.rows / rows) * (run.flat[i] ?? 0), 0);
    const found = { mean, deviation, dead: deadShare(runs, start, units), saturated };
    if (Object.values(found).every(Number.isFinite)) health.set(layer, found);
    start += units;
  });
  return health;
}
