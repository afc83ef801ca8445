// In: contestants. Out: milliseconds per call of each, in rounds that take turns (A B C A B C ...), so that whatever
// the machine does meanwhile meets all of them, and the times of one round can be compared as pairs.

import { median, quantile } from '../../src/base/statistics.ts';
import type { Peer } from './peer.ts';

/** One contestant and what it is asked for. */
export interface Entry {
  readonly name: string;
  readonly peer: Peer;
  /** Fields of the request besides `count`. */
  readonly request: { readonly run: string } & object;
}

/** Milliseconds per call, one number a round, and the loss at the end, which shows that the contestant really trains. */
export interface Times {
  readonly ms: readonly number[];
  readonly loss: number | null;
}

interface Answer {
  readonly ms: number;
  readonly loss?: number;
}

/** How long a round of one contestant is, and how many there are. */
export interface RoundOptions {
  readonly rounds: number;
  readonly roundMs: number;
}

/** Calls that take about `roundMs`, from a first short round. */
async function calibrate({ peer, request }: Entry, roundMs: number): Promise<number> {
  let count = 1;
  for (;;) {
    const { ms } = await peer.ask<Answer>({ ...request, count });
    if (ms >= roundMs / 4) return Math.max(1, Math.round((count * roundMs) / ms));
    count = Math.max(count * 2, Math.min(count * 10, Math.round((count * roundMs) / 2 / Math.max(ms, 0.001))));
  }
}

/** Runs the rounds. */
export async function interleave(
  entries: readonly Entry[],
  { rounds, roundMs }: RoundOptions,
): Promise<ReadonlyMap<string, Times>> {
  const runs = [];
  for (const entry of entries) runs.push({ entry, count: await calibrate(entry, roundMs), ms: [] as number[] });
  const losses = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const { entry, count, ms } of runs) {
      const answer = await entry.peer.ask<Answer>({ ...entry.request, count });
      ms.push(answer.ms / count);
      if (answer.loss !== undefined) losses.set(entry.name, answer.loss);
    }
  }
  return new Map(runs.map(({ entry: { name }, ms }) => [name, { ms, loss: losses.get(name) ?? null }]));
}

/** A ratio over paired rounds: its median, and the limits between which the median lies with about 95 % confidence. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** a / b round by round. The limits are order statistics of the sign test (n/2 -+ sqrt(n)). */
export function pairedRatio(a: readonly number[], b: readonly number[]): Ratio {
  const ratios = a.map((value, i) => value / (b[i] as number));
  const reach = Math.min(0.5, 1 / Math.sqrt(ratios.length));
  return { median: median(ratios), low: quantile(ratios, 0.5 - reach), high: quantile(ratios, 0.5 + reach) };
}

/** Least and median, in milliseconds. */
export function summary(ms: readonly number[]): { readonly min: number; readonly median: number } {
  return { min: Math.min(...ms), median: median(ms) };
}
