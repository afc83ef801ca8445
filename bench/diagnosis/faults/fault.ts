import type { Random } from '../../../src/base/random.ts';
import type { MlpPlan, Plan } from '../../../src/plan/plan.ts';
import type { BenchCase } from '../case.ts';

/** One kind of mistake, seeded into healthy cases. */
export interface Fault {
  /** The file name of a table of faults says its group. */
  readonly id: string;
  readonly about: string;
  /** How much of it, by the word that the results show; faults with one strength have one entry. */
  readonly strengths: Readonly<Record<string, number>>;
  /** Verdicts that name the fault; `refused` is an error of fettle's that says what is wrong. */
  readonly accepted: readonly string[];
  /** Further verdicts that are true of such a case, neither a find nor a mistake. */
  readonly follows: readonly string[];
  /**
   * Where the harm shows: `test`: the error on clean rows is above that of the healthy plan; `claim`: the dev error differs
   * from that on clean rows by more than it does for the healthy plan.
   */
  readonly harm: 'test' | 'claim';
  /** Which healthy cases can have the fault. */
  fits(healthy: BenchCase, strength: number): boolean;
  apply(healthy: BenchCase, strength: number, random: Random): BenchCase;
}

/** What broken training shows beside its cause. */
export const symptoms = ['high-bias', 'high-variance', 'still-falling', 'more-data-helps', 'cannot-tell'] as const;

/** The case with another plan. */
export function withPlan(one: BenchCase, change: (plan: Plan) => Plan): BenchCase {
  return { ...one, plan: change(one.plan) };
}

/** The case with another network of dense layers. */
export function withDense(one: BenchCase, change: Partial<MlpPlan>): BenchCase {
  return withPlan(one, (plan) =>
    plan.network.kind === 'mlp' ? { ...plan, network: { ...plan.network, ...change } } : plan,
  );
}

/** Whether the network is one of dense layers on a table. */
export const isTable = ({ train }: BenchCase): boolean => train.images === null;

/** Whether classes are predicted. */
export const hasClasses = ({ task }: BenchCase): boolean => task === 'classification';
