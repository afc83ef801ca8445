import { describe, expect, it } from 'vitest';
import { defaultPlan, withHidden } from '../../../src/plan/defaults.ts';
import { type Plan, parsePlan, printPlan } from '../../../src/plan/plan.ts';
import { repairs } from '../../../src/recipe/repairs.ts';

const usual = defaultPlan({ task: 'classification', minimizesError: true, seed: 3 });
const { regularization, training } = usual;
const tinyRate: Plan = { ...usual, optimizer: { ...usual.optimizer, learningRate: 1e-9 } };
const strong: Plan = { ...usual, regularization: { ...regularization, l2: { strength: 50, fade: 'constant' } } };
const short: Plan = { ...usual, training: { ...training, epochs: 1 } };

describe('repairs', () => {
  it('are none for the usual plan, in any phase', () => {
    for (const phase of ['fix-optimization', 'reduce-bias', 'reduce-variance'] as const) {
      expect(repairs(usual, usual, phase)).toEqual([]);
    }
  });

  it('of one wrong part are that part as usual, once', () => {
    expect(repairs(tinyRate, usual, 'fix-optimization').map(({ plan }) => printPlan(plan))).toEqual([printPlan(usual)]);
    expect(repairs(strong, usual, 'reduce-bias')).toEqual([
      { action: 'l2', change: 'regularization as usual', plan: usual },
    ]);
    expect(repairs(short, usual, 'reduce-bias').map(({ change }) => change)).toEqual(['epochs as usual']);
    expect(repairs(strong, usual, 'reduce-variance')).toEqual([]);
  });

  it('of several wrong parts are everything at first, then each part, all valid plans with the seed of the plan', () => {
    const broken: Plan = { ...withHidden({ ...usual, seed: 9 }, [1]), optimizer: tinyRate.optimizer };
    const found = repairs({ ...broken, regularization: strong.regularization }, usual, 'fix-optimization');
    expect(found.map(({ change }) => change)).toEqual([
      'everything as usual',
      'optimizer, schedule and batches as usual',
      'network as usual',
      'regularization as usual',
    ]);
    for (const { plan } of found) {
      expect(plan.seed).toBe(9);
      expect(parsePlan(JSON.parse(printPlan(plan)))).toEqual(plan);
    }
  });

  it('keep a training that is longer than usual, and a network of another kind', () => {
    const long: Plan = { ...tinyRate, training: { ...training, epochs: 1000 } };
    for (const { plan } of repairs(long, usual, 'fix-optimization')) expect(plan.training.epochs).toBe(1000);
  });
});
