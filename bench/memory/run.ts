// The most memory that a tuning ever holds, workers included, in a fresh process.
// In: a folder of data sets (by default the bundled ones) and options. Out: a table, and results/memory.json.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runScript } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { count, readOptions } from '../lib/options.ts';
import { printTable, writeResults } from '../lib/output.ts';
import type { Tuning } from '../lib/tune-one.ts';
import { findSets } from '../quality/sets.ts';

const { options, positionals } = readOptions({ time: '30', seed: '0', threads: '', sets: '' });
const folder = positionals[0] ?? resolve(import.meta.dirname, '../../examples/data');
const { targets } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../quality/peers.json'), 'utf8')) as {
  readonly targets: Readonly<Record<string, string>>;
};
const threads = options.threads === '' ? {} : { threads: count(options.threads, 'threads') };
const limits = { seconds: count(options.time, 'time'), seed: count(options.seed, 'seed'), ...threads };
const script = resolve(import.meta.dirname, '../lib/tune-one.ts');
const where = machine();
const out = mkdtempSync(join(tmpdir(), 'fettle-memory-'));
const lines = [];
try {
  for (const { name, ...files } of findSets(folder, options.sets.split(',').filter(Boolean), targets)) {
    const { result } = await runScript<Tuning>(
      script,
      [JSON.stringify({ ...files, ...limits, out: join(out, name) })],
      null,
    );
    const { summary, peakMb, beforeMb, seconds } = result;
    const { rows, trials, model } = summary;
    lines.push({
      name,
      rows,
      threads: summary.threads,
      trials,
      parameters: model?.parameters,
      seconds,
      beforeMb,
      peakMb,
    });
  }
} finally {
  rmSync(out, { recursive: true });
}
printTable(
  ['set', 'rows', 'threads', 'trials', 's', 'before, MB', 'peak, MB'],
  lines.map(({ name, rows, threads, trials, seconds, beforeMb, peakMb }) => [
    name,
    String(rows.train + rows.test),
    String(threads),
    String(trials),
    seconds.toFixed(1),
    beforeMb.toFixed(0),
    peakMb.toFixed(0),
  ]),
);
writeResults('memory', { machine: where, options, lines });
