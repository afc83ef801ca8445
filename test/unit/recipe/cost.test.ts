import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPlan, type PlanWith } from '../../../src/plan/defaults.ts';
import type { MlpPlan } from '../../../src/plan/plan.ts';
import { ladder } from '../../../src/recipe/actions/bigger-network.ts';
import { relativeCost } from '../../../src/recipe/cost.ts';
import { anyMlpPlan } from '../plan/arbitrary.ts';

const widths = fc.integer({ min: 1, max: 2000 });
const withNetwork = (plan: PlanWith<MlpPlan>, network: Partial<MlpPlan>): PlanWith<MlpPlan> => {
  return { ...plan, network: { ...plan.network, ...network } };
};

/** On a table of so many columns. */
const costOf = (plan: PlanWith<MlpPlan>, width: number): number => relativeCost(plan, { width, image: null });

describe('the relative cost', () => {
  it('is finite, positive and proportional to the epochs', () => {
    fc.assert(
      fc.property(anyMlpPlan, widths, (plan, width) => {
        const cost = costOf(plan, width);
        expect(cost).toBeGreaterThan(0);
        expect(Number.isFinite(cost)).toBe(true);
        const twice = { ...plan, training: { ...plan.training, epochs: 2 * plan.training.epochs } };
        expect(costOf(twice, width) / cost).toBeCloseTo(2, 10);
      }),
    );
  });

  it('grows with the input, with each layer`s width, with another layer, and with members', () => {
    fc.assert(
      fc.property(anyMlpPlan, widths, fc.nat(63), (plan, width, at) => {
        const { hidden, members } = plan.network;
        const cost = costOf(plan, width);
        const more = (network: Partial<MlpPlan>): number => costOf(withNetwork(plan, network), width);
        expect(costOf(plan, width + 1)).toBeGreaterThan(cost);
        expect(more({ members: { ...members, count: members.count + 1 } })).toBeGreaterThan(cost);
        expect(more({ hidden: [...hidden, hidden.at(-1) ?? 8] })).toBeGreaterThan(cost);
        if (hidden.length === 0) return;
        const wider = hidden.map((units, i) => (i === at % hidden.length ? 2 * units : units));
        expect(more({ hidden: wider })).toBeGreaterThan(cost);
      }),
    );
  });

  it('climbs with the ladder, and is least without hidden layers and embeddings', () => {
    fc.assert(
      fc.property(anyMlpPlan, widths, (plan, width) => {
        const costs = ladder.map((hidden) => costOf(withNetwork(plan, { hidden }), width));
        expect(costs).toEqual([...costs].sort((a, b) => a - b));
        expect(costOf(linearPlan(plan), width)).toBeLessThanOrEqual(costs[0] ?? 0);
      }),
    );
  });

  it('takes embeddings of numeric columns for a wider input', () => {
    fc.assert(
      fc.property(anyMlpPlan, widths, fc.integer({ min: 2, max: 64 }), (plan, width, each) => {
        const embedded = withNetwork(plan, { numericEmbedding: { kind: 'piecewise-linear', bins: 8, width: each } });
        const plain = withNetwork(plan, { numericEmbedding: { kind: 'none' } });
        expect(costOf(embedded, width)).toBe(costOf(plain, width * each));
      }),
    );
  });
});
