// In: strata and groups of N positions. Out: units, i.e. positions that move together, in an order to deal them in.
// Flat arrays, since a million rows are a million units.

import type { Random } from '../base/random.ts';

/** What is dealt to the parts of a split: single positions, or groups of copies. */
export interface SplitUnits {
  readonly count: number;
  /** Unit of each position. */
  readonly of: Uint32Array; // [N]
  /** Positions per unit. */
  readonly size: Uint32Array; // [count]
  /** Stratum of the unit's first position. */
  readonly stratum: Int32Array; // [count]
}

/** Units in order of first appearance; without groups each position is its own. */
export function createUnits(strata: Int32Array, groups: Uint32Array | null): SplitUnits {
  const n = strata.length;
  if (groups === null)
    return {
      count: n,
      of: Uint32Array.from({ length: n }, (_, i) => i),
      size: new Uint32Array(n).fill(1),
      stratum: strata,
    };
  const index = new Map<number, number>();
  const of = new Uint32Array(n);
  const size: number[] = [];
  const stratum: number[] = [];
  for (let i = 0; i < n; i++) {
    const group = groups[i] as number;
    const unit = index.get(group) ?? index.size;
    if (unit === index.size) {
      index.set(group, unit);
      size.push(0);
      stratum.push(strata[i] as number);
    }
    of[i] = unit;
    size[unit] = (size[unit] as number) + 1;
  }
  return { count: size.length, of, size: Uint32Array.from(size), stratum: Int32Array.from(stratum) };
}

/** The given units in order of strata, at random inside each. */
export function dealingOrder(units: SplitUnits, members: Uint32Array, random: Random): Uint32Array {
  const counts = new Map<number, number>();
  for (const unit of members) {
    const stratum = units.stratum[unit] as number;
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  }
  const next = new Map<number, number>();
  let start = 0;
  for (const [stratum, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    next.set(stratum, start);
    start += count;
  }
  const order = new Uint32Array(members.length);
  for (const i of random.permutation(members.length)) {
    const unit = members[i] as number;
    const stratum = units.stratum[unit] as number;
    const at = next.get(stratum) ?? 0;
    order[at] = unit;
    next.set(stratum, at + 1);
  }
  return order;
}
