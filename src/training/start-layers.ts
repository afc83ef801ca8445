// In: first parameters and where they lie. Out: what a record says about the weights of each layer.

import type { ActivationHealth, StartLayer } from '../record/record.ts';
import type { Layout, PlacedParameter } from './layout.ts';

/** Where the values of units lie in memory: that of member m, unit j and input i at offset + m M + j J + i I. */
interface UnitValues {
  readonly offset: number;
  readonly inputs: number;
  readonly strides: { readonly member: number; readonly unit: number; readonly input: number };
}

/** The units of a weight, and what belongs to each: its weights and, where the layer has one per unit, its bias. */
interface Units {
  readonly members: number;
  readonly perMember: number;
  readonly values: readonly UnitValues[];
}

function unitsOf({ spec, slot }: PlacedParameter, bias: PlacedParameter | undefined): Units {
  const columns = spec.units?.per === 'column';
  const perMember = (columns ? spec.shape.at(-1) : spec.shape[0]) as number;
  const members = columns && spec.shape.length > 2 ? (spec.shape[0] as number) : 1;
  const inputs = slot.length / (members * perMember);
  const strides = columns
    ? { member: inputs * perMember, unit: 1, input: perMember }
    : { member: 0, unit: inputs, input: 1 };
  const values = [{ offset: slot.offset, inputs, strides }];
  if (bias !== undefined) {
    // Members that share a matrix have a bias each, which are then as many values of one unit.
    const biases = bias.slot.length / (members * perMember);
    const along = { member: perMember, unit: 1, input: perMember };
    values.push({ offset: bias.slot.offset, inputs: biases, strides: along });
  }
  return { members, perMember, values };
}

/** The bits of a float32, with one zero for both. */
const bitsAt = (bits: Uint32Array, at: number): number => (bits[at] === 0x80000000 ? 0 : (bits[at] as number));

/** A number per unit that is the same where all its values are. */
function hashes(bits: Uint32Array, { members, perMember, values }: Units): Int32Array {
  const found = new Int32Array(members * perMember);
  for (const { offset, inputs, strides } of values) {
    for (let member = 0; member < members; member++) {
      for (let i = 0; i < inputs; i++) {
        let at = offset + member * strides.member + i * strides.input;
        for (let unit = member * perMember; unit < (member + 1) * perMember; unit++, at += strides.unit) {
          const mixed = Math.imul((found[unit] as number) ^ bitsAt(bits, at), 0x5bd1e995);
          found[unit] = mixed ^ (mixed >>> 15);
        }
      }
    }
  }
  return found;
}

/** Share of units that have the same values as another one. */
function identicalShare(bits: Uint32Array, units: Units): number {
  const { members, perMember, values } = units;
  const start = (unit: number, { offset, strides }: UnitValues): number =>
    offset + Math.floor(unit / perMember) * strides.member + (unit % perMember) * strides.unit;
  const same = (a: number, b: number): boolean =>
    values.every((part) => {
      const [first, second] = [start(a, part), start(b, part)];
      for (let i = 0; i < part.inputs; i++) {
        const at = i * part.strides.input;
        if (bitsAt(bits, first + at) !== bitsAt(bits, second + at)) return false;
      }
      return true;
    });
  const byHash = new Map<number, { readonly first: number; count: number }[]>();
  hashes(bits, units).forEach((hash, unit) => {
    const groups = byHash.get(hash) ?? [];
    byHash.set(hash, groups);
    const group = groups.find(({ first }) => same(first, unit));
    if (group === undefined) groups.push({ first: unit, count: 1 });
    else group.count++;
  });
  const sizes = [...byHash.values()].flatMap((groups) => groups.map((group) => group.count));
  return sizes.reduce((sum, size) => sum + (size > 1 ? size : 0), 0) / (members * perMember);
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
      identical: identicalShare(bits, unitsOf(weight, bias)),
      biasMean: meanOf(own.filter(({ spec }) => spec.role === 'bias').map(view)),
      activations: activations.get(layer) ?? null,
    };
  });
}
