import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { availableMemory } from '../../src/base/machine.node.ts';

describe('availableMemory', () => {
  it('is at least what this process holds, and at most what the machine has', () => {
    const { bytes, container } = availableMemory();
    expect(bytes).toBeGreaterThan(process.memoryUsage.rss() / 2);
    expect(bytes).toBeLessThanOrEqual(totalmem());
    expect(container).toBe(process.constrainedMemory() > 0 && process.constrainedMemory() < totalmem());
  });
});
