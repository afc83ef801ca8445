// In: the parameters of a network. Out: where each lies in the flat memory, and which are handed to the engine together.
// Each tensor of a call costs about 2 us, a copied float about 0.3 ns: small parameters travel as one packed tensor.

import { elementCount, type ParameterSpec } from '../network/specs.ts';
import type { ParameterSlot } from './optimizer.ts';

/** Parameters with fewer floats than this travel in the packed tensor. */
const packedBelow = 8192;

/** Slots start at multiples of this many floats (64 bytes, a cache line). */
const alignment = 16;

/** One parameter and its place. */
export interface PlacedParameter {
  readonly spec: ParameterSpec;
  readonly slot: ParameterSlot;
  readonly packed: boolean;
}

/** The places of all parameters: the packed ones first, then the large ones. */
export interface Layout {
  readonly parameters: readonly PlacedParameter[];
  /** The same in the network's order, from the input to the output. */
  readonly inOrder: readonly PlacedParameter[];
  /** Layers that have parameters, in the network's order. */
  readonly layers: readonly string[];
  /** Floats of the packed part, padding included. */
  readonly packedFloats: number;
  /** Floats of everything, padding included. */
  readonly floats: number;
}

/** Places the parameters of a network in one flat region. */
export function createLayout(specs: readonly ParameterSpec[]): Layout {
  const placed: PlacedParameter[] = [];
  let offset = 0;
  let packedFloats = 0;
  for (const packed of [true, false]) {
    for (const spec of specs) {
      const length = elementCount(spec.shape);
      if (length < packedBelow !== packed) continue;
      const { name, layer, learningRateFactor, penalized } = spec;
      placed.push({ spec, packed, slot: { name, layer, offset, length, learningRateFactor, penalized } });
      offset += Math.ceil(length / alignment) * alignment;
    }
    if (packed) packedFloats = offset;
  }
  const byName = new Map(placed.map((parameter) => [parameter.spec.name, parameter]));
  const inOrder = specs.map(({ name }) => byName.get(name)).filter((parameter) => parameter !== undefined);
  return {
    parameters: placed,
    inOrder,
    layers: [...new Set(specs.map(({ layer }) => layer))],
    packedFloats,
    floats: offset,
  };
}
