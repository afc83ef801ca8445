/** How much may be under way at once. */
export interface Bounds {
  /** Tasks at a time. */
  readonly tasks: number;
  /** The sum of their costs; a task that costs more by itself runs alone. */
  readonly cost: number;
}

/**
 * Runs `task` for every item, several at a time, started in order. The first error stops what has not begun, and is thrown
 * when all that had begun has ended; so does an abort.
 */
export async function forEachBounded(
  items: readonly number[],
  bounds: Bounds,
  costOf: (item: number) => number,
  task: (item: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const waiting: (() => void)[] = [];
  let next = 0;
  let running = 0;
  let cost = 0;
  let failed: { readonly error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    while (next < items.length && failed === null && signal?.aborted !== true) {
      const item = items[next++] as number;
      const own = costOf(item);
      while (running > 0 && cost + own > bounds.cost) await new Promise<void>((resolve) => waiting.push(resolve));
      running++;
      cost += own;
      try {
        await task(item);
      } catch (error) {
        failed ??= { error };
      }
      running--;
      cost -= own;
      for (const wake of waiting.splice(0)) wake();
    }
  };
  await Promise.all(Array.from({ length: Math.min(bounds.tasks, items.length) }, lane));
  signal?.throwIfAborted();
  if (failed !== null) throw (failed as { readonly error: unknown }).error;
}
