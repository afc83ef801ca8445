// What health statistics cost: fettle's step as it is, beside the same step without them (see without.ts), and the
// parts alone: the optimizer's pass with and without its sums, and the reading at the end of an epoch.
// In: options. Out: a table, and results/overhead.json.

import { resolve } from 'node:path';
import { median } from '../../src/base/statistics.ts';
import { machine } from '../lib/machine.ts';
import { count, pinnedCore, readOptions } from '../lib/options.ts';
import { printTable, writeResults } from '../lib/output.ts';
import { type Peer, startPeer } from '../lib/peer.ts';
import { type Entry, interleave, pairedRatio } from '../lib/rounds.ts';
import { batchSize, networks, rows } from '../step/setting.ts';

const { options } = readOptions({ networks: networks.join(','), rounds: '41', 'round-ms': '400', core: '0' });
const core = pinnedCore(options.core);
const stepsPerEpoch = Math.floor(rows / batchSize);

const start = (network: string, name: string): Promise<Peer> => {
  const script = resolve(import.meta.dirname, 'peer.ts');
  return startPeer({ name, command: process.execPath, args: [script, network, name], core });
};

async function measure(network: string) {
  const [full, plain] = [await start(network, 'statistics'), await start(network, 'plain')];
  const entry = (name: string, peer: Peer, run: string): Entry => ({ name, peer, request: { run } });
  const rounds = { rounds: count(options.rounds, 'rounds'), roundMs: Number(options['round-ms']) };
  const steps = await interleave([entry('with', full, 'step'), entry('without', plain, 'step')], rounds);
  const parts = await interleave(
    [entry('with', full, 'pass'), entry('without', plain, 'pass'), entry('reading', full, 'statistics')],
    { ...rounds, roundMs: rounds.roundMs / 4 },
  );
  await Promise.all([full.end(), plain.end()]);
  const ms = (times: typeof steps, name: string): readonly number[] => times.get(name)?.ms ?? [];
  const pass = median(ms(parts, 'with').map((value, i) => value - (ms(parts, 'without')[i] as number)));
  const reading = median(ms(parts, 'reading'));
  const step = median(ms(steps, 'without'));
  return {
    network,
    step: { with: ms(steps, 'with'), without: ms(steps, 'without') },
    /** Whole steps, the reading of each epoch included. */
    ratio: pairedRatio(ms(steps, 'with'), ms(steps, 'without')),
    pass: { with: median(ms(parts, 'with')), without: median(ms(parts, 'without')), difference: pass },
    reading,
    /** The parts' share of a step: less noisy than the difference of whole steps. */
    share: (pass + reading / stepsPerEpoch) / step,
  };
}

const where = machine();
const lines = [];
for (const network of options.networks.split(',')) lines.push(await measure(network));
const percent = (x: number): string => `${(x * 100).toFixed(2)} %`;
printTable(
  ['network', 'step, ms', 'whole steps', 'limits', 'pass, us', 'sums, us', 'reading, us', 'by parts'],
  lines.map(({ network, step, ratio, pass, reading, share }) => [
    network,
    median(step.without).toFixed(3),
    percent(ratio.median - 1),
    `${percent(ratio.low - 1)} to ${percent(ratio.high - 1)}`,
    (pass.without * 1000).toFixed(1),
    (pass.difference * 1000).toFixed(1),
    (reading * 1000).toFixed(1),
    percent(share),
  ]),
);
writeResults('overhead', { machine: where, core, batchSize, stepsPerEpoch, options, lines });
