// The time of one training step, fettle beside its peers: same network, batch, optimizer, one pinned core, one run.
// In: options. Out: a table, and results/step.json.

import { resolve } from 'node:path';
import { machine } from '../lib/machine.ts';
import { pinnedCore, python, readOptions, count as whole } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { type Peer, type PeerCommand, startPeer } from '../lib/peer.ts';
import { interleave, pairedRatio, type Ratio, summary, type Times } from '../lib/rounds.ts';
import { batchSize, networks, rows } from './setting.ts';

const { options } = readOptions({
  networks: networks.join(','),
  peers: 'pytorch,jax,tfjs',
  rounds: '21',
  'round-ms': '400',
  core: '0',
  // fettle always gathers its batches; peers get a fixed one by default, which favours them.
  batch: 'fixed',
});
if (options.batch !== 'fixed' && options.batch !== 'gathered') {
  throw new Error(`--batch: expected fixed or gathered, received "${options.batch}".`);
}
const core = pinnedCore(options.core);
const file = (name: string): string => resolve(import.meta.dirname, 'peers', name);

function commandOf(name: string, network: string): PeerCommand {
  const script = { pytorch: 'torch_eager.py', jax: 'jax_jit.py', tfjs: 'tfjs.ts', fettle: 'fettle.ts' }[name];
  if (script === undefined) throw new Error(`--peers: expected pytorch, jax or tfjs, received "${name}".`);
  const isPython = script.endsWith('.py');
  const args = isPython ? [network, String(rows), String(batchSize), options.batch] : [network];
  return { name, command: isPython ? python : process.execPath, args: [file(script), ...args], core };
}

/** Starts what can be started; a peer that is not installed is named, not passed over. */
async function startAll(network: string, missing: Map<string, string>): Promise<readonly Peer[]> {
  const peers = [await startPeer(commandOf('fettle', network))];
  for (const name of options.peers.split(',').filter((peer) => peer !== '' && !missing.has(peer))) {
    const command = commandOf(name, network);
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
  readonly contestant: string;
  readonly about: Readonly<Record<string, string>>;
  readonly times: Times;
  readonly min: number;
  readonly median: number;
  /** fettle's time divided by this one's: below 1 fettle is faster. */
  readonly fettleRatio: Ratio;
}

async function measure(network: string, missing: Map<string, string>): Promise<readonly Line[]> {
  const peers = await startAll(network, missing);
  const entries = peers.map((peer) => ({ name: peer.name, peer, request: { run: 'step' } }));
  const times = await interleave(entries, {
    rounds: whole(options.rounds, 'rounds'),
    roundMs: Number(options['round-ms']),
  });
  await Promise.all(peers.map((peer) => peer.end()));
  const own = times.get('fettle')?.ms ?? [];
  return peers.map(({ name, about }) => {
    const mine = times.get(name) ?? { ms: [], loss: null };
    return {
      network,
      contestant: name,
      about,
      times: mine,
      ...summary(mine.ms),
      fettleRatio: pairedRatio(own, mine.ms),
    };
  });
}

const where = machine();
const missing = new Map<string, string>();
const lines: Line[] = [];
for (const network of options.networks.split(',')) lines.push(...(await measure(network, missing)));

const limits = ({ median, low, high }: Ratio): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} - ${high.toFixed(2)})`;
printTable(
  ['network', 'contestant', 'ms min', 'ms median', 'fettle / it', 'loss'],
  lines.map(({ network, contestant, min, median, fettleRatio, times }) => [
    network,
    contestant,
    min.toFixed(3),
    median.toFixed(3),
    contestant === 'fettle' ? '' : limits(fettleRatio),
    times.loss?.toPrecision(2) ?? '',
  ]),
);
writeResults('step', { machine: where, core, batchSize, options, missing: Object.fromEntries(missing), lines });
