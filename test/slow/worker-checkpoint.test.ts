import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkerExecutor } from '../../src/execution/workers.node.ts';
import { bench, quick, trial } from '../engine/execution/fixture.ts';
import { timeless } from '../engine/training/fixture.ts';

describe('checkpoints of workers', () => {
  it('are where the executor is told, and are gone on from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fettle-workers-'));
    const path = (id: string) => join(folder, `${id}.checkpoint`);
    const executor = createWorkerExecutor(bench, 1, ({ id }) => path(id));
    const long = { ...quick, training: { ...quick.training, epochs: 60_000, batchSize: 90 } };
    const told = trial('long', long, { evaluations: 60_000 });
    const controller = new AbortController();
    const watch = setInterval(async () => {
      if ((await readdir(folder)).includes('long.checkpoint')) controller.abort();
    }, 50);
    const first = await executor.run(told, { signal: controller.signal });
    clearInterval(watch);
    expect(first.record.status).toBe('stopped');
    const last = first.record.curve.at(-1)?.epoch ?? 0;
    const again = new AbortController();
    const seen: number[] = [];
    const second = await executor.run(told, {
      signal: again.signal,
      onPoint: ({ epoch }) => {
        seen.push(epoch);
        if (epoch >= last) again.abort();
      },
    });
    expect(seen[0]).toBeGreaterThan(1);
    const { curve } = timeless(second).record;
    expect(curve.slice(0, last)).toEqual(timeless(first).record.curve.slice(0, last));
    await executor.close();
    await rm(folder, { recursive: true });
  });
});
