// In: first parameters and where they lie. Out: what a record says about the weights of each layer.

import type { ActivationHealth, StartLayer } from '../record/record.ts';
import type { Layout, PlacedParameter } from './layout.ts';

/** Units of a weight, each with the values that belong to it. */
interface Units {
  readonly count: number;
  readonly values: number;
  /** The i-th of a unit's values, as its bits. */
  value(unit: number, i: number): number;
}

/** The weights of each unit and, where the layer has one per unit, its bias. */
function unitsOf(bits: Uint32Array, weight: PlacedParameter, bias: PlacedParameter | undefined): Units {
  const { spec, slot } = weight;
  const columns = spec.units?.per === 'column';
  const width = (columns ? spec.shape.at(-1) : spec.shape[0]) as number;
  // Members have matrices of their own, one after the other; where they share one, each unit has a bias per member.
  const count = columns && spec.shape.length > 2 ? (spec.shape[0] as number) * width : width;
  const weights = slot.length / count;
  const place = (unit: number, i: number): number => {
    if (i >= weights) return (bias?.slot.offset ?? 0) + (i - weights) * count + unit;
    if (!columns) return slot.offset + unit * weights + i;
    return slot.offset + (Math.floor(unit / width) * weights + i) * width + (unit % width);
  };
  return {
    count,
    values: weights + (bias?.slot.length ?? 0) / count,
    value(unit, i) {
      const found = bits[place(unit, i)] as number;
      return found === 0x80000000 ? 0 : found; // -0
    },
  };
}

/** Share of units that have the same values as another one. */
function identicalShare({ count, values, value }: Units): number {
  const hashes = new Int32Array(count);
  for (let i = 0; i < values; i++) {
    for (let unit = 0; unit < count; unit++) {
      const mixed = Math.imul((hashes[unit] as number) ^ value(unit, i), 0x5bd1e995);
      hashes[unit] = mixed ^ (mixed >>> 15);
    }
  }
  const same = (a: number, b: number): boolean => {
    for (let i = 0; i < values; i++) if (value(a, i) !== value(b, i)) return false;
    return true;
  };
  const byHash = new Map<number, { readonly first: number; count: number }[]>();
  hashes.forEach((hash, unit) => {
    const groups = byHash.get(hash) ?? [];
    byHash.set(hash, groups);
    const group = groups.find(({ first }) => same(first, unit));
    if (group === undefined) groups.push({ first: unit, count: 1 });
    else group.count++;
  });
  const sizes = [...byHash.values()].flatMap((groups) => groups.map((group) => group.count));
  return sizes.reduce((sum, size) => sum + (size > 1 ? size : 0), 0) / count;
}

function meanOf(parts: readonly Float32Array[]): number {
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  let sum = 0;
  for (const part of parts) for (let i = 0; i < part.length; i++) sum += part[i] as number;
  return count === 0 ? 0 : sum / count;
}

function deviationOf(values: Float32Array, mean: number): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** The layers that are made of units (see `StartLayer`), of parameters in the layout's order. */
export function startLayers(
  { inOrder, layers }: Layout,
  parameters: Float32Array,
  activations: ReadonlyMap<string, ActivationHealth>,
): readonly StartLayer[] {
  const bits = new Uint32Array(parameters.buffer, parameters.byteOffset, parameters.length);
  const view = ({ slot }: PlacedParameter) => parameters.subarray(slot.offset, slot.offset + slot.length);
  return layers.flatMap((layer) => {
    const own = inOrder.filter(({ spec }) => spec.layer === layer);
    const weight = own.find(({ spec }) => spec.units !== undefined);
    const { units } = weight?.spec ?? {};
    if (weight === undefined || units === undefined) return [];
    const bias = own.find(({ spec }) => spec.name === weight.spec.name.replace(/weight$/, 'bias'));
    const mean = meanOf([view(weight)]);
    return {
      layer,
      fanIn: units.fanIn,
      fanOut: units.fanOut,
      mean,
      deviation: deviationOf(view(weight), mean),
      identical: identicalShare(unitsOf(bits, weight, bias)),
      biasMean: meanOf(own.filter(({ spec }) => spec.role === 'bias').map(view)),
      activations: activations.get(layer) ?? null,
    };
  });
}
