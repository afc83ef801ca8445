import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { createWorkerExecutor } from '../../../src/execution/workers.node.ts';
import { type Checkpoint, encodeCheckpoint } from '../../../src/training/checkpoint.ts';
import { noLosses } from '../../../src/training/loss-stretches.ts';
import { timeless } from '../training/fixture.ts';
import { bench, mortalWorkers, quick, trial } from './fixture.ts';

async function refused(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (e: unknown) => e,
  );
  if (!(error instanceof FettleError)) throw error;
  return { code: error.code, message: error.message };
}

describe('a thread that dies', () => {
  const ended = (id: string, why: string) => ({
    code: 'internal',
    message: `The thread of trial ${id} ended before its trial did: ${why}. Other trials go on in a fresh thread; please report this with the plan of the trial.`,
  });

  it.each([
    ['exit', 'exit code 3'],
    ['throw', 'a bug in the thread'],
  ])('by %s fails its trial, and the executor goes on with a fresh one', async (id, why) => {
    const executor = mortalWorkers(1);
    const dead = refused(executor.run(trial(id)));
    const next = executor.run(trial('next'));
    expect(await dead).toEqual(ended(id, why));
    expect((await next).record.status).toBe('finished');
    expect(await refused(executor.run(trial(id)))).toEqual(ended(id, why));
    await executor.close();
  });

  it('for lack of memory says so', async () => {
    const executor = mortalWorkers(1, { resourceLimits: { maxOldGenerationSizeMb: 64 } });
    expect(await refused(executor.run(trial('memory')))).toEqual({
      code: 'engine',
      message:
        'The thread of trial memory ran out of memory. Use a smaller network or a smaller batch, or fewer --threads, so that each has more.',
    });
    expect((await executor.run(trial('next'))).record.status).toBe('finished');
    await executor.close();
  });

  it('does not disturb the trial beside it', async () => {
    const executor = mortalWorkers(2);
    const beside = executor.run(trial('beside', { ...quick, training: { ...quick.training, epochs: 60 } }));
    const dead = await Promise.all([1, 2, 3].map(() => refused(executor.run(trial('exit')))));
    expect(dead).toEqual([1, 2, 3].map(() => ended('exit', 'exit code 3')));
    expect((await beside).record).toMatchObject({ status: 'finished', bestEpoch: expect.any(Number) });
    await executor.close();
  });

  it('at its very start fails each trial with the reason, and closing does not wait for it', async () => {
    const missing = new URL('./no-such-worker.ts', import.meta.url);
    const executor = createWorkerExecutor(bench, 2, () => null, { file: missing });
    const errors = await Promise.all([1, 2, 3].map((id) => refused(executor.run(trial(`${id}`)))));
    for (const { code, message } of errors) {
      expect(code).toBe('internal');
      expect(message).toMatch(/ended before its trial did: Cannot find module .*no-such-worker/);
    }
    await executor.close();
  });
});

describe('the checkpoint of a trial', () => {
  const some: Checkpoint = {
    ...{ fingerprint: 'of another training', epoch: 3, step: 30, seconds: 1, curve: [], firstLoss: 1, best: null },
    ...{ start: null, losses: noLosses },
    regions: { parameters: new Float32Array(7) },
  };

  it('of another training is not gone on from, and is removed when the trial has ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fettle-workers-'));
    const path = join(folder, 'a.checkpoint');
    await writeFile(path, encodeCheckpoint(some));
    await writeFile(`${path}.part`, 'half');
    const executor = createWorkerExecutor(bench, 1, ({ id }) => (id === 'a' ? path : null));
    const [kept, without] = [await executor.run(trial('a')), await executor.run(trial('b'))];
    expect(timeless(kept)).toEqual(timeless(without));
    expect(await readdir(folder)).toEqual([]);
    await executor.close();
    await rm(folder, { recursive: true });
  });

  it('that is damaged is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fettle-workers-'));
    const path = join(folder, 'a.checkpoint');
    await writeFile(path, encodeCheckpoint(some).subarray(0, 50));
    const executor = createWorkerExecutor(bench, 1, () => path);
    expect(await refused(executor.run(trial('a')))).toEqual({
      code: 'file',
      message: `The checkpoint ${path} is damaged: its checksum does not fit, so it was cut off or changed. Delete it; what it holds is computed again.`,
    });
    await executor.close();
    await rm(folder, { recursive: true });
  });
});

describe('a process', () => {
  it('ends by itself and in peace after the executor was closed in the middle of a trial', () => {
    const fixture = new URL('./fixture.ts', import.meta.url).href;
    const script = `
      const { makers, trial, endless } = await import(${JSON.stringify(fixture)});
      const executor = makers.workers(2);
      const trials = [trial('a', endless), trial('b', endless), trial('c')];
      const ended = Promise.allSettled(trials.map((one) => executor.run(one)));
      setTimeout(async () => {
        await executor.close();
        console.log((await ended).map(({ value, reason }) => value?.record.status ?? reason.code).join(' '));
      }, 1000);
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'stopped stopped interrupted\n', stderr: '' });
  });
});
