// How good the default tuning is: `fettle tune --time T --seed S` on data sets with a fixed split, beside peers.
// In: a folder of data sets (by default the bundled ones) and options. Out: a table, and results/quality.json.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runScript } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { count, python, readOptions } from '../lib/options.ts';
import { note, printTable, saveResults, writeResults } from '../lib/output.ts';
import type { Tuning } from '../lib/tune-one.ts';
import { judge, qualityOf } from './judge.ts';
import { type DataSet, findSets } from './sets.ts';

interface Peers {
  readonly about: string;
  readonly neural: readonly string[];
  readonly targets: Readonly<Record<string, string>>;
  readonly sets: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
type Fits = Readonly<Record<string, { readonly value: number; readonly seconds: number }>>;

const { options, positionals } = readOptions({ time: '60', seeds: '0', sets: '', threads: '', fit: 'no' });
const folder = positionals[0] ?? resolve(import.meta.dirname, '../../examples/data');
const seconds = count(options.time, 'time');
const seeds = options.seeds.split(',').map((text) => count(text, 'seeds'));
const peers = JSON.parse(readFileSync(resolve(import.meta.dirname, 'peers.json'), 'utf8')) as Peers;

/** Fits the peers here and now, on one thread. */
function fitPeers({ data, test, target }: DataSet, task: string): Fits {
  const script = resolve(import.meta.dirname, 'peers.py');
  const args = [script, data, test, target, task];
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return JSON.parse(execFileSync(python, args, { env, encoding: 'utf8' })) as Fits;
}

async function measure(set: DataSet, seed: number, out: string) {
  const { name, data, test, target } = set;
  const threads = options.threads === '' ? {} : { threads: count(options.threads, 'threads') };
  const args = [JSON.stringify({ data, test, target, seconds, seed, out, ...threads })];
  const script = resolve(import.meta.dirname, '../lib/tune-one.ts');
  const { result, seconds: process } = await runScript<Tuning>(script, args, null);
  const { summary } = result;
  const regression = summary.task === 'regression';
  const fitted = options.fit === 'yes' ? fitPeers(set, summary.task) : null;
  const quality = qualityOf(result.test, regression);
  const known = { ...peers.sets[name] };
  const here = Object.entries(fitted ?? {}).map(([peer, { value }]) => [`${peer}, here`, value] as const);
  const neural = peers.neural.flatMap((peer) => known[peer] ?? fitted?.[peer]?.value ?? []);
  return {
    set: name,
    seed,
    ...quality,
    linear: result.linear === null ? null : qualityOf(result.linear, regression).value,
    peers: { ...known, ...Object.fromEntries(here) } as Readonly<Record<string, number>>,
    fitted,
    judgement: judge(quality, neural),
    seconds: result.seconds,
    processSeconds: process,
    /** Share of the time limit that was taken beyond it. */
    overshoot: result.seconds / seconds - 1,
    networks: summary.model?.networks ?? 0,
    trials: summary.trials,
    verdicts: summary.verdicts,
    accepted: summary.steps.filter((step) => step.accepted).map((step) => `${step.action}: ${step.change}`),
    devError: summary.error.dev?.value ?? null,
    modelBytes: summary.model?.bytes ?? 0,
    peakMb: result.peakMb,
    plan: summary.plan,
  };
}

// A missing library shows now and not after the first tuning.
if (options.fit === 'yes') execFileSync(python, ['-c', 'import sklearn']);
const where = machine();
const out = mkdtempSync(join(tmpdir(), 'fettle-quality-'));
const lines: Awaited<ReturnType<typeof measure>>[] = [];
const results = (): object => ({ machine: where, seconds, options, peers: peers.about, lines });
const digits = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return '';
  return value >= 1000 ? value.toFixed(0) : value.toFixed(2);
};
try {
  for (const set of findSets(folder, options.sets.split(',').filter(Boolean), peers.targets)) {
    for (const seed of seeds) {
      const line = await measure(set, seed, join(out, `${set.name}-${seed}`));
      lines.push(line);
      note(`${line.set}, seed ${seed}: ${digits(line.value)} in ${line.seconds.toFixed(1)} s, ${line.judgement}`);
      // After each one: a long run that is stopped keeps what it has measured.
      saveResults('quality', results());
    }
  }
} finally {
  rmSync(out, { recursive: true });
}
const names = [...new Set(lines.flatMap((line) => Object.keys(line.peers)))];
printTable(
  ['set', 'seed', 'fettle', 'SE', 'linear', ...names, 'to neural', 's', 'over', 'networks', 'trials', 'peak, MB'],
  lines.map((line) => [
    line.set,
    String(line.seed),
    digits(line.value),
    digits(line.standardError),
    digits(line.linear),
    ...names.map((name) => digits(line.peers[name])),
    line.judgement,
    line.seconds.toFixed(1),
    `${(line.overshoot * 100).toFixed(1)} %`,
    String(line.networks),
    String(line.trials),
    line.peakMb.toFixed(0),
  ]),
);
console.log(`\nError in % for classes, RMSE for numbers. Peers: ${peers.about}.`);
writeResults('quality', results());
