import { describe, expect, it } from 'vitest';
import { networkName } from '../../../src/plan/network-name.ts';
import { startingPlan } from '../../../src/recipe/starting-plan.ts';

const facts = { task: 'classification', minimizesError: true, seed: 0 } as const;
const image = { channels: 3, height: 32, width: 32 };
const name = (rows: number, seconds: number | null, slots = 2): string =>
  networkName(startingPlan(facts, image, { rows, seconds, slots }).network);

describe('the plan to start from', () => {
  it('is the default for tables, whatever the budget', () => {
    const plan = startingPlan(facts, null, { rows: 1000, seconds: 10, slots: 1 });
    expect(networkName(plan.network)).toBe('3 x 256');
  });

  it('has the largest plain network that the search can train, small ones for little time', () => {
    expect(name(5000, null)).toBe('plain cnn 32-64-128');
    expect(name(5000, 3600)).toBe('plain cnn 32-64-128');
    expect(name(5000, 600)).toBe('plain cnn 16-32-64');
    expect(name(5000, 60)).toBe('plain cnn 8-16-32');
    expect(name(50, 60)).toBe('plain cnn 32-64-128');
  });

  it('normalizes images in two steps, and has no regularization', () => {
    const { preprocessing, regularization } = startingPlan(facts, image, { rows: 10, seconds: null, slots: 1 });
    expect(preprocessing).toMatchObject({ center: 'mean', scale: 'standard-deviation', clip: 'none' });
    expect(regularization).toMatchObject({ l2: { strength: 0 }, l1: { strength: 0 }, dropout: { rate: 0 } });
    expect(Object.values(regularization.augmentation).every((value) => value === 0 || value === false)).toBe(true);
  });
});
