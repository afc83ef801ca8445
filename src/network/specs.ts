// The small contracts that a network shows to the rooms which train, store and export it.

import type { Random } from '../base/random.ts';

/** Images as they are fed, bytes 0 .. 255 of shape [N, C, H, W]; the network's first layer scales them per channel. */
export interface ImageInputs {
  readonly channels: number; // C
  readonly height: number; // H
  readonly width: number; // W
  /** What is subtracted from the pixels of each channel, step one of input normalization. */
  readonly center: readonly number[]; // C entries
  /** What they are then multiplied by, step two. */
  readonly factor: readonly number[]; // C entries
}

/** The shape of the data that a network reads and writes. */
export interface NetworkInputs {
  /** Numeric columns, D; may be 0. */
  readonly numeric: number;
  /** Which of the D columns are continuous, so that numeric embeddings apply. */
  readonly continuous: readonly boolean[];
  /** Levels of each embedded categorical column, level 0 = unknown. */
  readonly cardinalities: readonly number[]; // C entries
  /** Shape and scaling of the images; null for tables. With images there are no columns. */
  readonly image: ImageInputs | null;
  /** Classes (1 logit for binary cross-entropy), or 1 for a number. */
  readonly outputs: number; // O
}

/** What a parameter does; the learning rate, penalties and health figures depend on it. */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'embedding';

/** Training rows that data-driven parts look at: bin edges and the data-driven initializer. */
export interface InitializationSample {
  readonly rows: number; // S
  readonly numeric: Float32Array; // [S, D], row-major, preprocessed
  readonly categories: Int32Array; // [S, C], row-major
  /** Pixels of the images, not scaled; null for tables. */
  readonly images: Uint8Array | null; // [S, C, H, W]
}

/** What an initial value may depend on. */
export interface InitializationContext {
  /** The parameter's own stream, forked by its name, so that adding a parameter never shifts another's numbers. */
  readonly random: Random;
  readonly sample: InitializationSample;
  /**
   * The values of the parameters and buffers that come before this one, by name. Data-driven parts read them;
   * `initializeNetwork` fills it in order.
   */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** The units that a matrix or a set of filters belongs to. */
export interface UnitSpec {
  /** Inputs and outputs of one unit: for a convolution, times the size of its window. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Where the units lie: a matrix [.., inputs, units] has a column per unit, filters [units, ..] have a row. */
  readonly per: 'column' | 'row';
}

/** One trained tensor. */
export interface ParameterSpec {
  /** Unique in the network, such as `hidden.0.weight`. */
  readonly name: string;
  /** The layer that health figures group it under, such as `hidden.0`. */
  readonly layer: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  /** The optimizer's learning rate is multiplied by this. */
  readonly learningRateFactor: number;
  /** Whether L2 and L1 act on it: weights of dense layers and convolutions only. */
  readonly penalized: boolean;
  /** Of the weights of dense layers and convolutions. */
  readonly units?: UnitSpec;
  initialize(context: InitializationContext): Float32Array;
}

/** One tensor that is stored with the model and not trained: bin edges, running statistics. */
export interface BufferSpec {
  readonly name: string;
  readonly shape: readonly number[];
  initialize(context: InitializationContext): Float32Array;
}

/** One dropout mask: an input of the training graph, filled outside with 0 or 1 / (1 - rate). */
export interface MaskSpec {
  readonly name: string;
  readonly layer: string;
  readonly shape: readonly number[]; // [B, H] or [k, B, H]
}

/** Floats of a tensor. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
