import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { ladder } from '../../../src/recipe/actions/bigger-network.ts';
import { relativeCost } from '../../../src/recipe/cost.ts';
import { anyPlan } from '../plan/arbitrary.ts';

const widths = fc.integer({ min: 1, max: 2000 });
const withNetwork = (plan: Plan, network: Partial<Plan['network']>): Plan => {
  return { ...plan, network: { ...plan.network, ...network } };
};

describe('the relative cost', () => {
  it('is finite, positive and proportional to the epochs', () => {
    fc.assert(
      fc.property(anyPlan, widths, (plan, width) => {
        const cost = relativeCost(plan, width);
        expect(cost).toBeGreaterThan(0);
        expect(Number.isFinite(cost)).toBe(true);
        const twice = { ...plan, training: { ...plan.training, epochs: 2 * plan.training.epochs } };
        expect(relativeCost(twice, width) / cost).toBeCloseTo(2, 10);
      }),
    );
  });

  it('grows with the input, with each layer`s width, with another layer, and with members', () => {
    fc.assert(
      fc.property(anyPlan, widths, fc.nat(63), (plan, width, at) => {
        const { hidden, members } = plan.network;
        const cost = relativeCost(plan, width);
        const more = (network: Partial<Plan['network']>): number => relativeCost(withNetwork(plan, network), width);
        expect(relativeCost(plan, width + 1)).toBeGreaterThan(cost);
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
      fc.property(anyPlan, widths, (plan, width) => {
        const costs = ladder.map((hidden) => relativeCost(withNetwork(plan, { hidden }), width));
        expect(costs).toEqual([...costs].sort((a, b) => a - b));
        expect(relativeCost(linearPlan(plan), width)).toBeLessThanOrEqual(costs[0] ?? 0);
      }),
    );
  });

  it('takes embeddings of numeric columns for a wider input', () => {
    fc.assert(
      fc.property(anyPlan, widths, fc.integer({ min: 2, max: 64 }), (plan, width, each) => {
        const embedded = withNetwork(plan, { numericEmbedding: { kind: 'piecewise-linear', bins: 8, width: each } });
        const plain = withNetwork(plan, { numericEmbedding: { kind: 'none' } });
        expect(relativeCost(embedded, width)).toBe(relativeCost(plain, width * each));
      }),
    );
  });
});
