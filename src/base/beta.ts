import { exponential, logarithm } from './portable.ts';
import type { Random } from './random.ts';

/** A number strictly between 0 and 1. */
const inside = (random: Random): number => (random.uint32() + 0.5) / 4294967296;

/**
 * A number from Beta(a, a), a > 0, drawn exactly and the same on every machine. For a <= 1 by Johnk (1964): of two
 * uniform numbers, u^(1/a) / (u^(1/a) + v^(1/a)) where the sum is at most 1. For a > 1 by Cheng's algorithm BB (1978).
 */
export function symmetricBeta(random: Random, a: number): number {
  for (;;) {
    const value = a <= 1 ? johnk(random, a) : cheng(random, a);
    if (value !== null) return value;
  }
}

/** One attempt; in logarithms, since the powers of a small a are below what float64 holds. */
function johnk(random: Random, a: number): number | null {
  const x = logarithm(inside(random)) / a;
  const y = logarithm(inside(random)) / a;
  if (exponential(x) + exponential(y) > 1) return null;
  return 1 / (1 + exponential(y - x));
}

/** One attempt: a log-logistic number in the place of a ratio of two gamma numbers, accepted by the ratio of densities. */
function cheng(random: Random, a: number): number | null {
  const u = inside(random);
  const v = logarithm(u / (1 - u)) / Math.sqrt(a);
  const w = a * exponential(v);
  const bound = (a + Math.sqrt(a)) * v - 2 * Math.LN2 + 2 * a * logarithm((2 * a) / (a + w));
  return bound >= logarithm(u * u * inside(random)) ? w / (a + w) : null;
}
