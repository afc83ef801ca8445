// In: nothing. Out: the list of all cases of the bench, in a fixed order, each with its half.

import { createRandom } from '../../src/base/random.ts';
import { type BenchCase, halfOf, healthyCase } from './case.ts';
import type { Fault } from './faults/fault.ts';
import { faults, type Group } from './faults/index.ts';
import { plansOf } from './plans.ts';
import { readSet, type SetName, setNames } from './sets.ts';
import type { Sheet } from './sheet.ts';

/** One case by name. */
export interface CaseSpec {
  /** Names the file of its outcome. */
  readonly id: string;
  readonly set: SetName;
  readonly plan: string;
  readonly seed: number;
  readonly half: 'fit' | 'report';
  /** Null for a healthy case. */
  readonly fault: { readonly group: Group; readonly fault: Fault; readonly strength: string } | null;
}

/** All sets in memory. */
export type Sheets = { readonly [K in SetName]: Sheet };

/** Reads all sets. */
export async function readSets(): Promise<Sheets> {
  const entries: [SetName, Sheet][] = [];
  for (const name of setNames) entries.push([name, await readSet(name)]);
  return Object.fromEntries(entries) as Sheets;
}

/** How many cases there are of a kind. */
export interface Counts {
  /** Splits of each set and plan without a fault. */
  readonly healthy: number;
  /** Sets, plans and splits of each strength of a fault. */
  readonly faulty: number;
  /** The first split: other ones are cases that nothing was fitted on. */
  readonly firstSeed: number;
}

const idOf = (parts: readonly (string | number)[]): string => parts.join('_').replace(/[^\w.+-]+/g, '-');

/** Every third split of healthy cases has dev rows in a file of their own. */
const isSeparate = (seed: number): boolean => seed % 3 === 2;

/** The healthy case that a case is or stems from. */
export function healthyOf({ set, plan, seed, fault }: CaseSpec, sheets: Sheets): BenchCase {
  return healthyCase(set, sheets[set], plan, { seed, separateDev: fault === null && isSeparate(seed) });
}

/** The case itself. */
export function caseOf(spec: CaseSpec, sheets: Sheets): BenchCase {
  const healthy = healthyOf(spec, sheets);
  if (spec.fault === null) return healthy;
  const { fault, strength } = spec.fault;
  const random = createRandom(`${spec.set}/${fault.id}/${spec.seed}`);
  return fault.apply(healthy, fault.strengths[strength] ?? Number.NaN, random);
}

/** Lists the cases: healthy ones of every set and plan, and a few of every strength of every fault on sets dealt in turn. */
export function listCases(sheets: Sheets, counts: Counts): readonly CaseSpec[] {
  const plans = setNames.flatMap((set) => Object.keys(plansOf(set)).map((plan) => ({ set, plan })));
  const specs: CaseSpec[] = [];
  for (const { set, plan } of plans) {
    for (let seed = counts.firstSeed; seed < counts.firstSeed + counts.healthy; seed++) {
      const half = halfOf(set, 'healthy', '', seed);
      specs.push({ id: idOf(['healthy', set, plan, seed]), set, plan, seed, half, fault: null });
    }
  }
  const samples = plans.map(({ set, plan }) => ({ set, plan, one: healthyCase(set, sheets[set], plan, { seed: 0 }) }));
  for (const [group, list] of Object.entries(faults) as [Group, readonly Fault[]][]) {
    for (const fault of list) {
      for (const [strength, value] of Object.entries(fault.strengths)) {
        const random = createRandom(`${fault.id}/${strength}`);
        const chosen = deal(
          samples.filter(({ one }) => fault.fits(one, value)),
          counts.faulty,
          [...random.permutation(samples.length)],
        );
        for (const { set, plan } of chosen) {
          const seed = counts.firstSeed + random.below(counts.healthy);
          const half = halfOf(set, fault.id, strength, seed);
          const id = idOf([fault.id, strength, set, plan, seed]);
          specs.push({ id, set, plan, seed, half, fault: { group, fault, strength } });
        }
      }
    }
  }
  return specs;
}

/** Some of the samples in a random order, no set a second time while another was not taken. */
function deal<T extends { readonly set: SetName }>(
  samples: readonly T[],
  count: number,
  order: readonly number[],
): T[] {
  const left = samples.map((sample, i) => ({ sample, place: order[i] ?? 0 })).sort((a, b) => a.place - b.place);
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) {
    const uses = (set: SetName): number => taken.filter((one) => one.set === set).length;
    const least = Math.min(...left.map(({ sample }) => uses(sample.set)));
    const at = left.findIndex(({ sample }) => uses(sample.set) === least);
    const [next] = left.splice(at, 1);
    if (next !== undefined) taken.push(next.sample);
  }
  return taken;
}
