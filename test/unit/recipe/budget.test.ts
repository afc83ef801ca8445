import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBudget, deadline } from '../../../src/recipe/budget.ts';

describe('a budget', () => {
  it('counts the seconds before a resume and those since', () => {
    let now = 1000;
    const budget = createBudget(100, 30, () => now);
    expect(budget.used()).toBe(30);
    now += 12.5;
    expect(budget.used()).toBe(42.5);
    expect(budget.seconds).toBe(100);
  });

  it('ends the search first, then the ablation, then the final fit, and keeps some for the report', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(1000), (seconds, used) => {
        const budget = createBudget(seconds, used, () => 0);
        expect(budget.left('search')).toBeLessThan(budget.left('ablation'));
        expect(budget.left('ablation')).toBeLessThan(budget.left('final'));
        expect(budget.left('final')).toBeLessThan(seconds - used);
        expect(createBudget(seconds, 0, () => 0).left('search')).toBeGreaterThan(0.25 * seconds);
      }),
    );
  });

  it('loses a second with each second, and goes below zero when the time is over', () => {
    let now = 0;
    const budget = createBudget(10, 0, () => now);
    const left = budget.left('final');
    now = 4;
    expect(budget.left('final')).toBeCloseTo(left - 4, 12);
    now = 11;
    expect(budget.left('final')).toBeLessThan(0);
  });

  it('without seconds never ends', () => {
    const budget = createBudget(null, 1e9, () => 0);
    for (const until of ['search', 'ablation', 'final'] as const) {
      expect(budget.left(until)).toBe(Number.POSITIVE_INFINITY);
    }
    expect(budget.used()).toBe(1e9);
  });
});

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends after its seconds', () => {
    const limit = deadline(new AbortController().signal, 2);
    vi.advanceTimersByTime(1999);
    expect(limit.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(limit.signal.aborted).toBe(true);
  });

  it('ends at once when the time is over already', () => {
    const limit = deadline(new AbortController().signal, -5);
    vi.advanceTimersByTime(0);
    expect(limit.signal.aborted).toBe(true);
  });

  it('ends with the user`s signal, and without a limit only with that', () => {
    for (const seconds of [10, Number.POSITIVE_INFINITY]) {
      const user = new AbortController();
      const limit = deadline(user.signal, seconds);
      expect(limit.signal.aborted).toBe(false);
      user.abort();
      expect(limit.signal.aborted).toBe(true);
      limit.stop();
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('frees its timer when it is stopped', () => {
    const limit = deadline(new AbortController().signal, 2);
    expect(vi.getTimerCount()).toBe(1);
    limit.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(limit.signal.aborted).toBe(false);
  });
});
