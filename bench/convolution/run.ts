// The time of one training step of convolutional networks, fettle beside its peers: same first weights, batch and
// optimizer, on one pinned core and on two, in one run. In: options. Out: a table, and results/convolution.json.

import { resolve } from 'node:path';
import { machine } from '../lib/machine.ts';
import { pinnedCore, python, readOptions, count as whole } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { type Peer, type PeerCommand, startPeer } from '../lib/peer.ts';
import { type Entry, interleave, pairedRatio, type Ratio, summary, type Times } from '../lib/rounds.ts';
import { type Setting, settingOf, settings } from './setting.ts';

const { options } = readOptions({
  networks: settings.map(({ name }) => name).join(','),
  peers: 'pytorch,compiled,tfjs',
  // A step of tfjs takes 8 s on LeNet, and minutes on the others.
  tfjs: 'lenet',
  rounds: '15',
  'round-ms': '1500',
  // Sets of cores, one after the other: with as many threads as cores.
  cores: '0;0,1',
});
/** tfjs is measured after the others, in few rounds, on the first set of cores: it has one thread. */
const slowRounds = 2;
/** Losses of PyTorch and fettle differ by rounding, which 20 steps let grow. */
const lossTolerance = 1e-3;
const file = (name: string): string => resolve(import.meta.dirname, 'peers', name);

function commandOf(name: string, setting: Setting, cores: string): PeerCommand {
  const threads = String(cores === 'none' ? 1 : cores.split(',').length);
  const core = cores === 'none' || pinnedCore(cores.split(',')[0] ?? '') === null ? null : cores;
  const node = (script: string) => ({
    name,
    command: process.execPath,
    args: [file(script), setting.name, threads],
    core,
  });
  const torch = (mode: string) => ({
    name,
    command: python,
    args: [file('torch_images.py'), setting.name, threads, mode],
    core,
  });
  if (name === 'fettle') return node('fettle.ts');
  if (name === 'tfjs') return node('tfjs.ts');
  if (name === 'pytorch') return torch('eager');
  if (name === 'compiled') return torch('compiled');
  throw new Error(`--peers: expected pytorch, compiled or tfjs, received "${name}".`);
}

/** Starts what can be started; a peer that is not installed, or has no compiler, is named and not passed over. */
async function startAll(setting: Setting, cores: string, missing: Map<string, string>): Promise<readonly Peer[]> {
  const peers = [await startPeer(commandOf('fettle', setting, cores))];
  const isLeftOut = (name: string): boolean =>
    name === 'tfjs' && !(options.tfjs.split(',').includes(setting.name) && options.cores.startsWith(cores));
  for (const name of options.peers.split(',').filter((peer) => peer !== '' && !missing.has(peer))) {
    if (isLeftOut(name)) continue;
    const command = commandOf(name, setting, cores);
    try {
      peers.push(await startPeer(command));
    } catch (error) {
      missing.set(name, (error as Error).message);
      note(`${name} is left out: ${missing.get(name)}\n`);
    }
  }
  return peers;
}

interface Line {
  readonly network: string;
  readonly cores: string;
  readonly contestant: string;
  readonly about: Readonly<Record<string, string>>;
  readonly times: Times;
  readonly min: number;
  readonly median: number;
  readonly most: number;
  /** Multiplications and additions of the convolutions and products of a whole step, 3 x forward, in 10^9 per second. */
  readonly gflops: number;
  /** fettle's time divided by this one's: below 1 fettle is faster. */
  readonly fettleRatio: Ratio;
  /** Losses of the first steps from the same first weights. */
  readonly losses: readonly number[];
  /** Largest difference from fettle's losses, relative; the steps that both have. */
  readonly lossDifference: number;
}

async function measure(setting: Setting, cores: string, missing: Map<string, string>): Promise<readonly Line[]> {
  const peers = await startAll(setting, cores, missing);
  const losses = new Map<string, readonly number[]>();
  for (const peer of peers) {
    losses.set(peer.name, (await peer.ask<{ readonly losses: readonly number[] }>({ run: 'losses', count: 0 })).losses);
  }
  const entry = (peer: Peer): Entry => ({ name: peer.name, peer, request: { run: 'step' } });
  const roundMs = Number(options['round-ms']);
  const fast = peers.filter(({ name }) => name !== 'tfjs').map(entry);
  const times = new Map(await interleave(fast, { rounds: whole(options.rounds, 'rounds'), roundMs }));
  const slow = peers.filter(({ name }) => name === 'tfjs').map(entry);
  for (const [name, found] of await interleave(slow, { rounds: slowRounds, roundMs })) times.set(name, found);
  await Promise.all(peers.map((peer) => peer.end()));
  const own = times.get('fettle')?.ms ?? [];
  const ownLosses = losses.get('fettle') ?? [];
  const operations = 6 * setting.batch * Number(peers[0]?.about.multiplyAdds);
  return peers.map(({ name, about }): Line => {
    const mine = times.get(name) ?? { ms: [], loss: null };
    const first = losses.get(name) ?? [];
    const { min, median } = summary(mine.ms);
    return {
      ...{ network: setting.name, cores, contestant: name, about, times: mine, min, median },
      most: Math.max(...mine.ms),
      gflops: operations / median / 1e6,
      fettleRatio: pairedRatio(own.slice(0, mine.ms.length), mine.ms),
      losses: first,
      lossDifference: Math.max(...first.map((loss, i) => Math.abs(loss / (ownLosses[i] ?? Number.NaN) - 1))),
    };
  });
}

const where = machine();
const missing = new Map<string, string>();
const lines: Line[] = [];
for (const cores of options.cores.split(';')) {
  for (const name of options.networks.split(',')) lines.push(...(await measure(settingOf(name), cores, missing)));
}

const limits = ({ median, low, high }: Ratio): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} - ${high.toFixed(2)})`;
const ms = (time: number): string => time.toPrecision(4);
printTable(
  ['network', 'cores', 'contestant', 'ms min', 'median', 'max', 'GFLOP/s', 'fettle / it', 'last loss', 'from fettle'],
  lines.map(({ network, cores, contestant, min, median, most, gflops, fettleRatio, losses, lossDifference }) => [
    network,
    cores,
    contestant,
    ms(min),
    ms(median),
    ms(most),
    gflops.toPrecision(3),
    contestant === 'fettle' ? '' : limits(fettleRatio),
    losses.at(-1)?.toFixed(5) ?? '',
    contestant === 'fettle' ? '' : lossDifference.toExponential(1),
  ]),
);
for (const { network, cores, contestant, lossDifference } of lines) {
  if (lossDifference < lossTolerance) continue;
  note(`${contestant} computes something else on ${network} (${cores}): losses differ by ${lossDifference}.`);
}
writeResults('convolution', { machine: where, options, settings, missing: Object.fromEntries(missing), lines });
