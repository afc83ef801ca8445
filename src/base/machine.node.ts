// Out: how much memory this process may hold.

import { totalmem } from 'node:os';

/** Memory that this process may hold, what it holds now included. */
export interface AvailableMemory {
  readonly bytes: number;
  /** Whether a container sets the limit, and not the machine. */
  readonly container: boolean;
}

/** What is free on this machine or in its container, and what this process holds already. */
export function availableMemory(): AvailableMemory {
  const limit = process.constrainedMemory();
  return {
    bytes: process.availableMemory() + process.memoryUsage.rss(),
    // Without a limit it is 0, or more than there is.
    container: limit > 0 && limit < totalmem(),
  };
}
