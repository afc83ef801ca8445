// A real kill -9 in the middle of a run, and --resume.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { noAugmentation } from '../../src/plan/defaults.ts';
import { printPlan } from '../../src/plan/plan.ts';
import type { TuneEvent } from '../../src/recipe/journal.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { fettle, main } from '../engine/cli/run-cli.ts';
import { smallPlan } from '../engine/training/fixture.ts';

let folder = '';
let data = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-kill-'));
  data = join(folder, 'data.csv');
  const random = createRandom('kill');
  const lines = Array.from({ length: 100 }, () => {
    const [a, b, c] = [random.normal(), random.normal(), random.below(3)];
    const y = a + a * b + c + 0.4 * random.normal() > 1 ? 'yes' : 'no';
    return `${a.toFixed(4)},${b.toFixed(4)},${'uvw'[c]},${y}`;
  });
  await writeFile(data, ['a,b,c,y', ...lines, ''].join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command until `now` says so, and kills it as the system would. False if it ended before. */
async function killWhen(args: readonly string[], now: () => boolean): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], { stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const watch = setInterval(() => {
    if (now()) child.kill('SIGKILL');
  }, 20);
  const signal = await ended;
  clearInterval(watch);
  return signal === 'SIGKILL';
}

describe('fettle train', () => {
  const record = (out: string) => JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')) as RunRecord;
  const timeless = ({ seconds: _, curve, ...rest }: RunRecord) => ({
    ...rest,
    curve: curve.map((point) => ({ ...point, seconds: 0 })),
  });

  it('ends with the same bytes after kill -9 and --resume', async () => {
    const plan = (epochs: number) =>
      smallPlan('classification', {
        network: { hidden: [64, 64], normalization: 'batch', members: { count: 2, sharing: 'rank-one' } },
        regularization: {
          dropout: { rate: 0.2, fade: 'flat-cosine' },
          augmentation: { ...noAugmentation, noise: 0.1 },
        },
        training: { epochs, batchSize: 8, averaging: 0.99 },
      });
    const planFile = join(folder, 'plan.json');
    const args = (out: string) => ['train', data, '--plan', planFile, '--target', 'y', '--out', out];
    // Long enough on this machine for a checkpoint, which comes after five seconds.
    await writeFile(planFile, printPlan(plan(100)));
    expect(await fettle(args(join(folder, 'probe')))).toMatchObject({ code: 0 });
    let epochs = Math.ceil((100 * 7) / (record(join(folder, 'probe')).seconds ?? 1));
    let killed = '';
    let whole = '';
    for (let attempt = 0; killed === ''; attempt++, epochs *= 2) {
      if (attempt === 3) throw new Error('every run ended before its first checkpoint');
      await writeFile(planFile, printPlan(plan(epochs)));
      const out = join(folder, `killed-${attempt}`);
      whole = join(folder, `whole-${attempt}`);
      const checkpoint = join(out, 'checkpoints', 'train.checkpoint');
      const [uninterrupted, died] = await Promise.all([
        fettle(args(whole)),
        killWhen(args(out), () => existsSync(checkpoint)),
      ]);
      expect(uninterrupted).toMatchObject({ code: 0 });
      if (died) killed = out;
    }
    expect(existsSync(join(killed, 'model.onnx'))).toBe(false);
    const again = await fettle(args(killed));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('holds a run that was stopped. Go on with it by --resume');
    // What a crash in the middle of writing leaves.
    await writeFile(join(killed, 'checkpoints', 'train.checkpoint.part'), 'half');
    await writeFile(join(killed, 'model.onnx.part'), 'half');
    const resumed = await fettle([...args(killed), '--resume']);
    expect(resumed).toMatchObject({ code: 0 });
    const first = Number(/^epoch (\d+)\//m.exec(resumed.stderr)?.[1]);
    expect(first).toBeGreaterThan(epochs / 20);
    expect((await readFile(join(killed, 'model.onnx'))).equals(await readFile(join(whole, 'model.onnx')))).toBe(true);
    expect(timeless(record(killed))).toEqual(timeless(record(whole)));
    expect(await readdir(join(killed, 'checkpoints'))).toEqual([]);
    const done = await fettle([...args(killed), '--resume']);
    expect(done.code).toBe(2);
    expect(done.stderr).toBe(`error: The run in ${killed} is finished. Choose another --out DIR for a new one.\n`);
  });
});

describe('fettle tune', () => {
  it('trains no finished trial again after kill -9 and --resume, and ends with the same bytes', async () => {
    const [out, whole] = [join(folder, 'tune'), join(folder, 'tune-whole')];
    const args = [
      'tune',
      data,
      '--target',
      'y',
      '--trials',
      '10',
      '--threads',
      '2',
      '--seed',
      '3',
      '--out',
      out,
      '--json',
    ];
    const lines = (): string[] => {
      const path = join(out, 'journal.jsonl');
      return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    };
    const events = (): TuneEvent[] => lines().map((line) => JSON.parse(line) as TuneEvent);
    const trials = (): string[] => events().flatMap((event) => (event.type === 'trial' ? [event.id] : []));
    const count = (): number => lines().filter((line) => line.includes('"type":"trial"')).length;
    const uninterrupted = fettle(args.map((arg) => (arg === out ? whole : arg)));
    expect(await killWhen(args, () => count() >= 4)).toBe(true);
    const before = trials();
    const files = new Map(before.map((id) => [id, statSync(join(out, 'trials', `${id}.trial`)).mtimeMs]));
    expect(existsSync(join(out, 'model.onnx'))).toBe(false);

    const { code, stdout } = await fettle([...args, '--resume']);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as { status: string; trials: number };
    const after = trials();
    expect(summary).toMatchObject({ status: 'finished', trials: after.length });
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after).size).toBe(after.length);
    expect(after.length).toBeGreaterThan(before.length);
    for (const [id, time] of files) expect(statSync(join(out, 'trials', `${id}.trial`)).mtimeMs).toBe(time);
    expect(events().filter(({ type }) => type === 'started')).toHaveLength(1);
    expect(events().filter(({ type }) => type === 'resumed')).toHaveLength(1);
    expect(events().at(-1)?.type).not.toBe('interrupted');
    expect(await uninterrupted).toMatchObject({ code: 0 });
    for (const name of ['model.onnx', 'plan.json']) {
      expect((await readFile(join(out, name))).equals(await readFile(join(whole, name)))).toBe(true);
    }
  });
});
