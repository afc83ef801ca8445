// How good the default tuning is on images: `fettle tune PATH --time T --seed S`, with what each action did to the held-out
// error. In: paths of image sets, each with held-out images beside it. Out: tables, and results/image-quality.json.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { networkName } from '../../src/plan/network-name.ts';
import type { ReportedError, Summary } from '../../src/recipe/summary.ts';
import { runScript } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { count, readOptions } from '../lib/options.ts';
import { note, printTable, saveResults, writeResults } from '../lib/output.ts';
import type { Tuning } from '../lib/tune-one.ts';

const { options, positionals } = readOptions({ time: '600', seeds: '0', threads: '' });
if (positionals.length === 0) throw new Error('expected paths of image sets, such as a folder with train and test');
const seconds = count(options.time, 'time');
const seeds = options.seeds.split(',').map((text) => count(text, 'seeds'));

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const interval = (error: ReportedError | null): string =>
  error === null ? '' : `${percent(error.value)} (${percent(error.low)} - ${percent(error.high)})`;

async function measure(data: string, seed: number, out: string) {
  const threads = options.threads === '' ? {} : { threads: count(options.threads, 'threads') };
  const args = [JSON.stringify({ data, seconds, seed, out, ...threads })];
  const script = join(import.meta.dirname, '../lib/tune-one.ts');
  const { result } = await runScript<Tuning>(script, args, null);
  const { summary } = result;
  return {
    set: basename(data),
    seed,
    error: summary.error,
    linear: summary.linear,
    verdicts: summary.verdicts,
    steps: summary.steps,
    network: networkName(summary.plan.network),
    networks: summary.model?.networks ?? 0,
    parameters: summary.model?.parameters ?? 0,
    trials: summary.trials,
    seconds: result.seconds,
    overshoot: result.seconds / seconds - 1,
    peakMb: result.peakMb,
    plan: summary.plan,
  };
}

/** What each action did to the held-out error, in percentage points, with its interval. */
function printSteps(name: string, steps: Summary['steps']): void {
  const points = (share: number): string => (100 * share).toFixed(1);
  console.log(`\n${name}: change of the held-out error in percentage points, 80 % interval`);
  printTable(
    ['action', 'change', 'points', 'interval', 'accepted'],
    steps.map(({ action, change, gain, accepted }) => [
      action,
      change,
      points(gain.value),
      `${points(gain.low)} to ${points(gain.high)}`,
      accepted ? 'yes' : '',
    ]),
  );
}

const where = machine();
const out = mkdtempSync(join(tmpdir(), 'fettle-image-quality-'));
const lines: Awaited<ReturnType<typeof measure>>[] = [];
const results = (): object => ({ machine: where, seconds, options, lines });
try {
  for (const data of positionals) {
    for (const seed of seeds) {
      const line = await measure(data, seed, join(out, `${lines.length}`));
      lines.push(line);
      note(`${line.set}, seed ${seed}: ${interval(line.error.test)} in ${line.seconds.toFixed(0)} s`);
      saveResults('image-quality', results());
    }
  }
} finally {
  rmSync(out, { recursive: true });
}
printTable(
  ['set', 'seed', 'test error', 'dev', 'train', 'linear', 'network', 'parameters', 'trials', 's', 'peak, MB'],
  lines.map(({ set, seed, error, linear, network, networks, parameters, trials, seconds: took, peakMb }) => [
    set,
    String(seed),
    interval(error.test),
    interval(error.dev),
    interval(error.train),
    interval(linear),
    networks > 1 ? `${networks} x ${network}` : network,
    String(parameters),
    String(trials),
    took.toFixed(0),
    peakMb.toFixed(0),
  ]),
);
for (const line of lines) printSteps(`${line.set}, seed ${line.seed}`, line.steps);
writeResults('image-quality', results());
