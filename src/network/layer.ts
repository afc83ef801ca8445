// The one shape of a layer: what it is, its options, and pure functions from options to parameters and graph.

import type { Value } from '../engine/index.ts';
import type { InitializationContext, ParameterRole, UnitSpec } from './specs.ts';

/** Values of one layer's output on the initialization sample, in plain arrays. */
export interface Batch {
  /** k, or null without a member axis. */
  readonly members: number | null;
  readonly rows: number; // S
  readonly width: number; // F
  readonly data: Float32Array | Int32Array | Uint8Array; // [S, F] or [k, S, F], row-major
}

/** What a layer's initial values may depend on besides the network's context. */
export interface LayerInitialization extends InitializationContext {
  /** The layer's inputs on at most `rows` rows, spread evenly over the sample, from the parameters before it. */
  inputs(rows: number): readonly Batch[];
  /** The layer's own tensor of this name, which comes before this one. */
  own(name: string): Float32Array;
}

/** One trained tensor, named inside its layer. */
export interface LayerParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly learningRateFactor: number;
  readonly penalized: boolean;
  readonly units?: UnitSpec;
  initialize(context: LayerInitialization): Float32Array;
}

/** One stored tensor that is not trained, named inside its layer. */
export interface LayerBuffer {
  readonly name: string;
  readonly shape: readonly number[];
  initialize(context: LayerInitialization): Float32Array;
}

/** One dropout mask, named inside its layer. */
export interface LayerMask {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Where a layer finds its tensors while a graph is built; names are the layer's own. */
export interface LayerScope {
  parameter(name: string): Value;
  buffer(name: string): Value;
  /** null: no dropout in this graph. */
  mask(name: string): Value | null;
  readonly training: boolean;
}

/** What a layer adds to a graph. */
export interface LayerOutput {
  readonly output: Value;
  /** The next values of its buffers, where training moves them. */
  readonly buffers: Readonly<Record<string, Value>>;
}

/**
 * A layer. `Options` are plain data; all functions are pure.
 * Values are [N, F], or [k, N, F] with a member axis in front; images are [N, C, H, W], and rows of C H W in batches.
 */
export interface Layer<Id extends string, Options> {
  readonly id: Id;
  /** One sentence for people, with its source. */
  readonly about: string;
  /** What each option means. */
  readonly options: { readonly [K in keyof Options]-?: string };
  /** Columns of the output. */
  width(options: Options): number;
  parameters(options: Options): readonly LayerParameter[];
  buffers(options: Options): readonly LayerBuffer[];
  masks(options: Options, batch: number): readonly LayerMask[];
  /** Multiplications that are added up in the forward pass of one row; element-wise work counts as none. */
  multiplyAdds(options: Options): number;
  /** Adds the layer to the graph of its inputs. */
  forward(options: Options, inputs: readonly Value[], scope: LayerScope): LayerOutput;
  /**
   * The same function in plain arrays, in training mode without dropout: what data-driven initialization sees,
   * and the reference that tests compare the graph with.
   */
  plain(options: Options, inputs: readonly Batch[], value: (name: string) => Float32Array): Batch;
}

/** The written "none" of layers without parameters, buffers or masks. */
export const none = (): readonly [] => [];

/** The written "none" of layers without products. */
export const noProducts = (): 0 => 0;

/** The output of a layer that moves no buffers. */
export function only(output: Value): LayerOutput {
  return { output, buffers: {} };
}
