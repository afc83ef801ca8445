// In: a network, a seed's stream and some training rows. Out: first values of all parameters and buffers.
// Data-driven parts see what the layers before them make of the rows, computed in plain TypeScript.

import { FettleError } from '../base/error.ts';
import type { Random } from '../base/random.ts';
import { imageSize } from './image.ts';
import type { Batch } from './layer.ts';
import type { BufferSpec, InitializationContext, InitializationSample, NetworkInputs, ParameterSpec } from './specs.ts';
import { type Step, type Trace, tensorNamed } from './step.ts';

/** The network's inputs on evenly spread rows of the sample. */
function sampleBatches(sample: InitializationSample, inputs: NetworkInputs, limit: number): Map<string, Batch> {
  if (sample.rows < 1) {
    throw new FettleError(
      'data',
      'Initialization expected at least one training row, but received none. Pass training rows.',
    );
  }
  const rows = Math.min(sample.rows, limit);
  const spread = <T extends Float32Array | Int32Array | Uint8Array>(source: T, width: number, target: T): Batch => {
    for (let i = 0; i < rows; i++) {
      const from = Math.floor((i * sample.rows) / rows) * width;
      target.set(source.subarray(from, from + width), i * width);
    }
    return { members: null, rows, width, data: target };
  };
  const columns = inputs.cardinalities.length;
  const batches = new Map([
    ['numeric', spread(sample.numeric, inputs.numeric, new Float32Array(rows * inputs.numeric))],
    ['categories', spread(sample.categories, columns, new Int32Array(rows * columns))],
  ]);
  if (inputs.image === null) return batches;
  if (sample.images === null) {
    throw new FettleError(
      'data',
      'Initialization of a network for images expected training images, but received none. Pass the pixels of training rows.',
    );
  }
  const size = imageSize(inputs.image);
  return batches.set('image', spread(sample.images, size, new Uint8Array(rows * size)));
}

/** Pixels of the images that a network of convolutions looks at: every position is an example, and plain loops are slow. */
const sampledPixels = 2 ** 14;
const fewestImages = 8;

/** The most rows that data-driven parts may look at. */
function sampleLimit(steps: readonly Step[], { image }: NetworkInputs): number {
  if (image === null || !steps.some(({ layer }) => layer === 'convolution')) return Number.POSITIVE_INFINITY;
  return Math.max(fewestImages, Math.floor(sampledPixels / (image.height * image.width)));
}

/** The plain computation of any step's inputs from the values that were drawn before it. */
export function createTrace(steps: readonly Step[], inputs: NetworkInputs): Trace {
  const byName = new Map(steps.map((step) => [step.name, step]));
  // Values that were drawn do not change, so each layer is computed once per initialization, not once per later layer.
  const known = new WeakMap<InitializationContext['values'], Map<number, Map<string, Batch>>>();
  const most = sampleLimit(steps, inputs);
  const batchesFor = ({ values, sample }: InitializationContext, rows: number): Map<string, Batch> => {
    const byRows = known.get(values) ?? new Map<number, Map<string, Batch>>();
    known.set(values, byRows);
    const batches = byRows.get(rows) ?? sampleBatches(sample, inputs, rows);
    byRows.set(rows, batches);
    return batches;
  };
  return (target, context, rows) => {
    const batches = batchesFor(context, Math.min(rows, most));
    const batchOf = (name: string): Batch => {
      const found = batches.get(name);
      if (found !== undefined) return found;
      const step = byName.get(name);
      if (step === undefined) throw new FettleError('internal', `The network has no layer '${name}'.`);
      const batch = step.plain(step.inputs.map(batchOf), (tensor) => tensorNamed(context.values, tensor));
      batches.set(name, batch);
      return batch;
    };
    return (byName.get(target)?.inputs ?? []).map(batchOf);
  };
}

/** First values by name. */
export interface InitialValues {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly buffers: ReadonlyMap<string, Float32Array>;
}

/**
 * Draws first values of all buffers and parameters, in the network's order. Each has its own stream, `random` forked
 * by its name, so the same seed gives the same values whatever else the network has.
 */
export function initializeNetwork(
  network: { readonly parameters: readonly ParameterSpec[]; readonly buffers: readonly BufferSpec[] },
  options: { readonly random: Random; readonly sample: InitializationSample },
): InitialValues {
  const values = new Map<string, Float32Array>();
  const parameters = new Map<string, Float32Array>();
  const buffers = new Map<string, Float32Array>();
  const context = (name: string): InitializationContext => ({
    random: options.random.fork(name),
    sample: options.sample,
    values,
  });
  for (const spec of network.buffers) {
    buffers.set(spec.name, spec.initialize(context(spec.name)));
    values.set(spec.name, buffers.get(spec.name) as Float32Array);
  }
  for (const spec of network.parameters) {
    parameters.set(spec.name, spec.initialize(context(spec.name)));
    values.set(spec.name, parameters.get(spec.name) as Float32Array);
  }
  return { parameters, buffers };
}
