import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TuneEvent } from '../../src/recipe/journal.ts';
import type { Summary } from '../../src/recipe/summary.ts';
import { fettle } from '../engine/cli/run-cli.ts';

const data = resolve(import.meta.dirname, '../../examples/data/credit');
const table = [join(data, 'train.csv'), '--test', join(data, 'test.csv'), '--target', 'Status'];
let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fettle-cli-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const eventsIn = (path: string): TuneEvent[] =>
  readFileSync(join(path, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TuneEvent);

describe('fettle tune', () => {
  it('goes the whole way, and its folder serves the other commands', async () => {
    const out = join(root, 'whole');
    const tuned = await fettle(['tune', ...table, '--time', '30s', '--out', out, '--json']);
    expect(tuned.code, tuned.stderr).toBe(0);
    const summary = JSON.parse(tuned.stdout) as Summary;
    expect(summary).toEqual(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')));
    expect(summary).toMatchObject({ version: 1, status: 'finished', task: 'classification', metric: 'error', seed: 0 });
    expect(summary.rows).toEqual({ train: 3340, test: 1114 });
    expect(summary.seconds).toBeLessThan(30 * 1.05);
    const { train, dev, test } = summary.error;
    for (const error of [train, dev, test, summary.linear]) {
      expect(error?.low).toBeLessThan(error?.value ?? 0);
      expect(error?.high).toBeGreaterThan(error?.value ?? 1);
    }
    expect(test?.value).toBeLessThan(0.28);
    for (const name of ['plan.json', 'journal.jsonl', 'model.onnx', 'report.html'])
      expect(existsSync(join(out, name))).toBe(true);
    expect(existsSync(join(out, 'lock.json'))).toBe(false);
    expect(tuned.stderr).toMatch(/^precheck: /m);
    expect(tuned.stderr).not.toContain('\u001b');

    const diagnosed = await fettle(['diagnose', out, '--json']);
    const { verdicts } = JSON.parse(diagnosed.stdout) as { verdicts: { id: string }[] };
    expect(verdicts.map(({ id }) => id)).toEqual(summary.verdicts);
    const predicted = await fettle(['predict', out, join(data, 'test.csv')]);
    const lines = predicted.stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('prediction,probability_bad,probability_good');
    expect(lines).toHaveLength(1 + 1114);
    const truth = readFileSync(join(data, 'test.csv'), 'utf8').trimEnd().split('\n');
    const column = truth[0]?.split(',').indexOf('Status') ?? -1;
    const wrong = lines.filter((line, i) => i > 0 && line.split(',')[0] !== truth[i]?.split(',')[column]).length;
    expect(wrong / 1114).toBeCloseTo(test?.value ?? 0, 6);

    const again = await fettle(['tune', ...table, '--time', '30s', '--out', out]);
    expect(again.code).toBe(2);
    expect(again.stderr).toBe(
      `error: ${out} holds a finished run. Choose another --out DIR, or delete that one first.\n`,
    );
  });

  it('stops at the first Ctrl-C, keeps its journal, and goes on with --resume', async () => {
    const out = join(root, 'stopped');
    let sent = false;
    const stopped = await fettle(['tune', ...table, '--time', '40s', '--out', out], {
      onStderr(child, text) {
        if (sent || !text.includes('reduce-')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('Stopping; what is done is kept. Ctrl-C again ends at once.');
    expect(stopped.stderr).toMatch(/--resume\n$/);
    expect(stopped.stdout).toBe('');
    const before = eventsIn(out);
    expect(before.at(-1)?.type).toBe('interrupted');
    expect(existsSync(join(out, 'lock.json'))).toBe(false);

    const refused = await fettle(['tune', ...table, '--time', '40s', '--out', out]);
    expect(refused.stderr).toContain('Go on with it by --resume');
    const resumed = await fettle(['tune', ...table, '--time', '40s', '--out', out, '--resume', '--quiet']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toBe('');
    expect(resumed.stdout).toMatch(/^Verdict path\n/);
    expect(resumed.stdout).toContain(`fettle predict ${out} NEW.csv`);
    const after = eventsIn(out);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after[before.length]?.type).toBe('resumed');
  });

  it('ends at once at the second Ctrl-C', async () => {
    const out = join(root, 'killed');
    let sent = 0;
    const killed = await fettle(['tune', ...table, '--time', '60s', '--out', out], {
      onStderr(child, text) {
        if (sent === 0 && text.includes('baseline')) {
          sent++;
          child.kill('SIGINT');
        } else if (sent === 1 && text.includes('Stopping')) {
          sent++;
          child.kill('SIGINT');
        }
      },
    });
    expect(killed.code).toBe(130);
    expect(eventsIn(out).length).toBeGreaterThan(0);
  });

  it('says that the disk is full, and leaves nothing half written', async (context) => {
    const disk = join(root, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]).status !== 0) {
      return context.skip('needs the right to mount a small disk');
    }
    try {
      const out = join(disk, 'run');
      const { code, stderr } = await fettle(['tune', ...table, '--time', '20s', '--out', out]);
      expect(stderr).toMatch(/\nerror: .*: the disk is full\. Free some space, or write elsewhere with --out DIR\.\n$/);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(2);
      for (const line of readFileSync(join(out, 'journal.jsonl'), 'utf8').trimEnd().split('\n')) JSON.parse(line);
      expect(readdirSync(out, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
