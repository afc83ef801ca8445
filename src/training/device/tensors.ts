// In: a layout. Out: the tensors in which its regions travel to a device, and the parts whose health is measured.

import { FettleError } from '../../base/error.ts';
import type { Graph, Value } from '../../engine/index.ts';
import type { Layout, PlacedParameter } from '../layout.ts';
import type { ParameterSlot } from '../optimizer.ts';

/** One tensor of each region: all packed parameters, or a large one. */
export interface DeviceTensor {
  /** '' for the packed tensor, '.NAME' for a large parameter. */
  readonly suffix: string;
  readonly shape: readonly number[];
  readonly parameters: readonly PlacedParameter[];
  readonly parts: readonly TensorPart[];
}

/** Neighbouring parameters of one layer in a tensor. */
export interface TensorPart {
  readonly layer: string;
  readonly slots: readonly ParameterSlot[];
  /** Numbers of its parameters. */
  readonly length: number;
  /** Numbers in the tensor, padding (which is zero) included. */
  readonly floats: number;
}

/** The tensors of a layout in its order. */
export function deviceTensors(layout: Layout): readonly DeviceTensor[] {
  const packed = layout.parameters.filter((parameter) => parameter.packed);
  const single = layout.parameters.filter((parameter) => !parameter.packed);
  const large = single.map((parameter) => ({
    suffix: `.${parameter.spec.name}`,
    shape: parameter.spec.shape,
    parameters: [parameter],
    parts: [partOf(parameter.slot, parameter.slot.length)],
  }));
  if (packed.length === 0) return large;
  const together = { suffix: '', shape: [layout.packedFloats], parameters: packed, parts: partsOf(packed, layout) };
  return [together, ...large];
}

/** A part for each run of packed parameters of the same layer. */
function partsOf(packed: readonly PlacedParameter[], layout: Layout): readonly TensorPart[] {
  const parts: TensorPart[] = [];
  packed.forEach(({ slot }, i) => {
    const floats = (packed[i + 1]?.slot.offset ?? layout.packedFloats) - slot.offset;
    const last = parts.at(-1);
    const part = partOf(slot, floats);
    if (last?.layer === slot.layer) parts[parts.length - 1] = joined(last, part);
    else parts.push(part);
  });
  return parts;
}

const partOf = (slot: ParameterSlot, floats: number): TensorPart => ({
  layer: slot.layer,
  slots: [slot],
  length: slot.length,
  floats,
});

const joined = (a: TensorPart, b: TensorPart): TensorPart => ({
  layer: a.layer,
  slots: [...a.slots, ...b.slots],
  length: a.length + b.length,
  floats: a.floats + b.floats,
});

/** The names of a region's tensors: the packed one, and the large ones before `.NAME`. */
export function regionNames(region: string): { readonly packed: string; readonly single: string } {
  if (region === 'parameters') return { packed: 'parameters', single: 'parameter' };
  if (region === 'gradients') return { packed: 'gradients', single: 'gradient' };
  return { packed: region, single: region };
}

/** The name of a region's tensor. */
export function tensorName(region: string, { suffix }: DeviceTensor): string {
  const { packed, single } = regionNames(region);
  return suffix === '' ? packed : single + suffix;
}

/** The input of a graph by its name; one that is missing is our mistake. */
export function inputNamed(graph: Graph, name: string): Value {
  const found = graph.inputs.find((input) => input.name === name);
  if (found !== undefined) return found;
  throw new FettleError('internal', `The graph of the step expected an input "${name}", but has none.`);
}
