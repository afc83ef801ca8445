// One layer at its place in a network: its name, its options, and which values it is fed with.

import { FettleError } from '../base/error.ts';
import type { Value } from '../engine/index.ts';
import type { Batch, LayerInitialization, LayerOutput, LayerScope } from './layer.ts';
import { type LayerId, type LayerOptions, layers } from './layers/index.ts';
import type { BufferSpec, InitializationContext, MaskSpec, ParameterSpec } from './specs.ts';

/** A layer at its place; its functions know the layer's options. */
export interface Step {
  /** Unique in the network; the layer's tensors are named after it. */
  readonly name: string;
  /** What health figures group its parameters under: `hidden.0` for all parts of the first hidden layer. */
  readonly group: string;
  readonly layer: LayerId;
  /** Names of the steps (or of the inputs `numeric`, `categories` and `image`) that feed it. */
  readonly inputs: readonly string[];
  /** Columns that come out. */
  readonly width: number;
  /** Multiplications that are added up in the forward pass of one row. */
  readonly multiplyAdds: number;
  parameters(trace: Trace): readonly ParameterSpec[];
  buffers(trace: Trace): readonly BufferSpec[];
  masks(batch: number): readonly MaskSpec[];
  forward(inputs: readonly Value[], scope: LayerScope): LayerOutput;
  plain(inputs: readonly Batch[], value: (name: string) => Float32Array): Batch;
}

/** Computes the inputs of a step on at most `rows` rows of the initialization sample. */
export type Trace = (step: string, context: InitializationContext, rows: number) => readonly Batch[];

/** What a step is made of. */
export interface StepOptions<K extends LayerId> {
  readonly name: string;
  readonly group?: string;
  readonly layer: K;
  readonly options: LayerOptions[K];
  readonly inputs: readonly string[];
}

/** Looks a tensor up; one that is missing was not initialized in the network's order. */
export function tensorNamed(values: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new FettleError(
    'internal',
    `Initialization expected a value of '${name}', but it has none yet. Initialize tensors in the network's order, with initializeNetwork.`,
  );
}

/** Puts a layer at its place. */
export function createStep<K extends LayerId>({ name, group, layer: id, options, inputs }: StepOptions<K>): Step {
  const layer = layers[id];
  const full = (local: string): string => `${name}.${local}`;
  const common = { layer: group ?? name };
  const inside = (context: InitializationContext, trace: Trace): LayerInitialization => ({
    ...context,
    inputs: (rows) => trace(name, context, rows),
    own: (local) => tensorNamed(context.values, full(local)),
  });
  return {
    name,
    group: group ?? name,
    layer: id,
    inputs,
    width: layer.width(options),
    multiplyAdds: layer.multiplyAdds(options),
    parameters: (trace) =>
      layer.parameters(options).map((spec) => ({
        ...spec,
        ...common,
        name: full(spec.name),
        initialize: (context) => spec.initialize(inside(context, trace)),
      })),
    buffers: (trace) =>
      layer.buffers(options).map((spec) => ({
        ...spec,
        name: full(spec.name),
        initialize: (context) => spec.initialize(inside(context, trace)),
      })),
    masks: (batch) => layer.masks(options, batch).map((mask) => ({ ...mask, ...common, name: full(mask.name) })),
    forward: (values, scope) => {
      const result = layer.forward(options, values, {
        parameter: (local) => scope.parameter(full(local)),
        buffer: (local) => scope.buffer(full(local)),
        mask: (local) => scope.mask(full(local)),
        training: scope.training,
      });
      const buffers = Object.entries(result.buffers).map(([local, value]) => [full(local), value] as const);
      return { output: result.output, buffers: Object.fromEntries(buffers) };
    },
    plain: (batches, value) => layer.plain(options, batches, (local) => value(full(local))),
  };
}
