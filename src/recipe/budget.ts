// In: the seconds that a tuning may take. Out: how many are left, for the search and for all.

/**
 * Shares of the budget at which the search, the ablation and the final fit end; the report follows. The final fit gets much:
 * training on all rows and averaging gain more than any single regularizer (docs/decisions/0004-defaults.md).
 */
export const searchShare = 0.52;
const ablationEnd = 0.58;
const finalEnd = 0.94;

/** The time of a tuning. Pauses between a stop and a resume do not count. */
export interface Budget {
  readonly seconds: number | null;
  /** Seconds used so far. */
  used(): number;
  /** Seconds until the search, the ablation or the final fit has to end; infinite without a budget. */
  left(until: 'search' | 'ablation' | 'final'): number;
}

/** A budget that has used `before` seconds already; `clock` gives seconds. */
export function createBudget(seconds: number | null, before: number, clock: () => number): Budget {
  const start = clock();
  const used = (): number => before + clock() - start;
  const shares = { search: searchShare, ablation: ablationEnd, final: finalEnd };
  return {
    seconds,
    used,
    left: (until) => (seconds === null ? Number.POSITIVE_INFINITY : seconds * shares[until] - used()),
  };
}

/** A signal that ends with `signal` or after so many seconds; `stop` frees the timer. */
export function deadline(signal: AbortSignal, seconds: number): { readonly signal: AbortSignal; stop(): void } {
  if (!Number.isFinite(seconds)) return { signal, stop: () => undefined };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(0, seconds * 1000));
  return { signal: AbortSignal.any([signal, controller.signal]), stop: () => clearTimeout(timer) };
}
