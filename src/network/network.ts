// In: plan.network and the shape of the data. Out: a network, which names its parameters, buffers and masks and
// adds its forward computation to a graph, for training or for evaluation.

import { FettleError } from '../base/error.ts';
import type { Value } from '../engine/index.ts';
import type { NetworkPlan } from '../plan/plan.ts';
import { createTrace } from './initialize.ts';
import {
  type BufferSpec,
  elementCount,
  type ImageInputs,
  type MaskSpec,
  type NetworkInputs,
  type ParameterSpec,
} from './specs.ts';
import type { Step } from './step.ts';
import { networkSteps } from './structure.ts';

export type {
  BufferSpec,
  ImageInputs,
  InitializationContext,
  InitializationSample,
  MaskSpec,
  NetworkInputs,
  ParameterRole,
  ParameterSpec,
  UnitSpec,
} from './specs.ts';

/** Where the forward computation takes its tensors from. */
export interface ForwardOptions {
  /** null without numeric columns. */
  readonly numeric: Value | null; // [N, D]
  /** Codes as int32; null without categorical columns. */
  readonly categories: Value | null; // [N, C]
  /** Pixels 0 .. 255, uint8 or float32; null without images. */
  readonly image: Value | null; // [N, C, H, W]
  parameter(name: string): Value;
  buffer(name: string): Value;
  /** null: no dropout, as in evaluation and in training with rate 0; the graph then has no masks. */
  readonly mask: ((name: string) => Value) | null;
  /** Whether batch normalization uses the batch's statistics and gives out the next running ones. */
  readonly training: boolean;
}

/** What the forward computation gives. */
export interface ForwardResult {
  readonly output: Value; // [N, O], or [k, N, O] with members
  /** New running statistics by buffer name; none in evaluation. */
  readonly buffers: Readonly<Record<string, Value>>;
  /** The outputs of each hidden layer's activation by layer name, [N, C, H, W] for images, and `output`. */
  readonly activations: Readonly<Record<string, Value>>;
}

/** A network. */
export interface Network {
  readonly plan: NetworkPlan;
  readonly inputs: NetworkInputs;
  /** Its layers in order, for those who print or prune them. */
  readonly steps: readonly Step[];
  /** In an order in which they can be initialized. */
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly BufferSpec[];
  /** Dropout masks of a training batch. */
  masks(batch: number): readonly MaskSpec[];
  /** Adds the computation to the graph of `numeric` (or of `categories`, or of `image`). In evaluation the batch may be symbolic. */
  forward(options: ForwardOptions): ForwardResult;
}

function checkInputs(inputs: NetworkInputs): void {
  if (inputs.continuous.length !== inputs.numeric) {
    throw new FettleError(
      'engine',
      `A network expected one flag 'continuous' per numeric column, ${inputs.numeric}, but received ${inputs.continuous.length}. ` +
        'Pass the flags of the same columns.',
    );
  }
  if (!Number.isInteger(inputs.outputs) || inputs.outputs < 1) {
    throw new FettleError(
      'engine',
      `A network expected a whole number of outputs, at least 1, but received ${inputs.outputs}. Pass the number of classes, or 1.`,
    );
  }
  const wrong = inputs.cardinalities.findIndex((levels) => !Number.isInteger(levels) || levels < 1);
  if (wrong >= 0) {
    throw new FettleError(
      'engine',
      `A network expected at least one level per categorical column, but received ${inputs.cardinalities[wrong]} for column ${wrong}. ` +
        'Count the unknown level 0 too.',
    );
  }
}

function checkImage({ image, numeric, cardinalities }: NetworkInputs): void {
  if (image === null) return;
  const { channels, height, width, center, factor } = image;
  if (![channels, height, width].every((size) => Number.isInteger(size) && size > 0)) {
    throw new FettleError(
      'engine',
      `A network expected images with whole, positive sizes, but received ${channels} x ${height} x ${width}. Pass the images' shape.`,
    );
  }
  if (center.length !== channels || factor.length !== channels) {
    throw new FettleError(
      'engine',
      `A network expected one center and one factor per channel, ${channels}, but received ${center.length} and ${factor.length}. ` +
        'Fit the scaling on the same images.',
    );
  }
  if (numeric + cardinalities.length > 0) {
    throw new FettleError(
      'engine',
      `A network for images expected no columns, but received ${numeric + cardinalities.length}. Pass either images or columns.`,
    );
  }
}

/** The inputs must have the columns that the network was made for. */
function checkColumns(name: string, value: Value, columns: number): void {
  if (value.shape.length === 2 && value.shape[1] === columns) return;
  throw new FettleError(
    'engine',
    `The network expected '${name}' of shape [N, ${columns}], but received [${value.shape.join(', ')}]. ` +
      'Feed rows with the columns that the network was made for.',
  );
}

/** The images that the network was made for. */
function imageValue({ channels, height, width }: ImageInputs, image: Value | null): Value {
  const shape = [channels, height, width];
  const fits = image?.shape.length === 4 && shape.every((size, i) => image.shape[i + 1] === size);
  if (image !== null && fits && (image.dtype === 'uint8' || image.dtype === image.graph.real)) return image;
  const received = image === null ? 'none' : `${image.dtype}[${image.shape.join(', ')}]`;
  throw new FettleError(
    'engine',
    `The network expected 'image' as uint8 or float32 of shape [N, ${shape.join(', ')}], but received ${received}. ` +
      'Feed images with the shape that the network was made for.',
  );
}

function dataValues(inputs: NetworkInputs, options: ForwardOptions): Map<string, Value> {
  const values = new Map<string, Value>();
  if (inputs.image !== null) return values.set('image', imageValue(inputs.image, options.image));
  if (inputs.numeric > 0) {
    if (options.numeric === null) {
      throw new FettleError(
        'engine',
        `The network expected 'numeric' of shape [N, ${inputs.numeric}], but received none. Feed the numbers.`,
      );
    }
    checkColumns('numeric', options.numeric, inputs.numeric);
    values.set('numeric', options.numeric);
  }
  if (inputs.cardinalities.length === 0) return values;
  if (options.categories === null) {
    throw new FettleError(
      'engine',
      `The network expected 'categories' of shape [N, ${inputs.cardinalities.length}], but received none. Feed the codes.`,
    );
  }
  checkColumns('categories', options.categories, inputs.cardinalities.length);
  values.set('categories', options.categories);
  return values;
}

function forward(steps: readonly Step[], inputs: NetworkInputs, options: ForwardOptions): ForwardResult {
  const values = dataValues(inputs, options);
  const buffers: Record<string, Value> = {};
  const activations: Record<string, Value> = {};
  const scope = {
    parameter: options.parameter,
    buffer: options.buffer,
    mask: (name: string) => options.mask?.(name) ?? null,
    training: options.training,
  };
  let last: Value | null = null;
  for (const step of steps) {
    const fed = step.inputs.map((name) => values.get(name)).filter((value) => value !== undefined);
    const result = step.forward(fed, scope);
    values.set(step.name, result.output);
    Object.assign(buffers, result.buffers);
    if (step.layer === 'activation' || step.name === 'output') activations[step.group] = result.output;
    last = result.output;
  }
  if (last === null) throw new FettleError('internal', 'A network expected at least one layer, but has none.');
  return { output: last, buffers, activations };
}

/**
 * The network of a plan.
 * @example
 * const network = createNetwork(plan.network, { numeric: 4, continuous: [true, true, true, true], cardinalities: [], image: null, outputs: 3 });
 */
export function createNetwork(plan: NetworkPlan, inputs: NetworkInputs): Network {
  checkInputs(inputs);
  checkImage(inputs);
  const steps = networkSteps(plan, inputs);
  const trace = createTrace(steps, inputs);
  return {
    plan,
    inputs,
    steps,
    parameters: steps.flatMap((step) => step.parameters(trace)),
    buffers: steps.flatMap((step) => step.buffers(trace)),
    masks: (batch) => steps.flatMap((step) => step.masks(batch)),
    forward: (options) => forward(steps, inputs, options),
  };
}

/** Trained numbers of a network. */
export function countParameters(network: Network): number {
  return network.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
